"""A section of the checklist, as a caseworker uses it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
RIGHTS = "/cases/TAP-2026-0001/sections/rights"
EMPTY = "/cases/TAP-2026-0003/sections/rights"


def test_an_answer_is_kept_and_the_page_says_what_it_opened(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(
        EMPTY, {"rights.informed": "no", "rights.informed.note": "No hubo quien le explicara."}
    )
    page = ana.open(EMPTY)
    assert "1 pendiente nuevo" in page
    assert form_fields(page)["rights.informed"] == "no"
    assert "No hubo quien le explicara." in page


def test_a_section_can_be_saved_with_nothing_in_it(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(EMPTY, {})
    assert "No hubo cambios" in ana.open("/cases/TAP-2026-0003")


def test_does_not_apply_needs_its_reason_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.send(
        EMPTY, {"rights.language": "not_applicable", "rights.informed.note": "una nota"}, 422
    )
    assert "no aplica en este caso" in page
    assert 'href="#rights.language.reason"' in page
    assert "una nota" in page
    assert form_fields(page)["rights.language"] == "not_applicable"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("rights.informed.note", "x" * 10_001, "10001 caracteres"),
        ("rights.informed.evidence_source", "y" * 201, "201 caracteres"),
        ("rights.informed.evidence_date-day", "31", "le falta"),
        ("rights.informed", "perhaps", "Elija una de las respuestas"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(
    sign_in: SignIn, field: str, typed: str, said: str
) -> None:
    page = sign_in("ana").send(EMPTY, {"rights.language.note": "queda", field: typed}, 422)
    assert said in html.unescape(page)
    assert "queda" in page


@pytest.mark.parametrize(
    "day",
    [
        ("31", "2", "2026"),
        ("1", "13", "2026"),
        ("1", "1", "26"),
        ("a", "1", "2026"),
        ("1", "1", "2090"),
        ("1", "1", "9999"),
        ("1", "1", "99999"),
    ],
)
def test_a_date_that_cannot_be_comes_back_as_it_was_typed(
    sign_in: SignIn, day: tuple[str, str, str]
) -> None:
    parts = dict(zip(("day", "month", "year"), day, strict=True))
    typed = {f"rights.informed.evidence_date-{part}": value for part, value in parts.items()}
    page = sign_in("ana").send(EMPTY, typed, 422)
    fields = form_fields(page)
    assert {name: fields[name] for name in typed} == typed


def test_ten_megabytes_of_text_come_back_with_the_error(sign_in: SignIn) -> None:
    page = sign_in("ana").send(EMPTY, {"rights.informed.note": "n" * 10_000_000}, 422)
    assert "10000000 caracteres" in page
    assert "n" * 10_000_000 in page


def test_a_page_open_too_long_keeps_what_was_typed(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.send(
        EMPTY,
        {"csrf_token": "stale", "rights.informed": "yes", "rights.informed.note": "queda"},
        422,
    )
    assert "queda" in page
    assert form_fields(page)["csrf_token"] != "stale"
    ana.client.post(EMPTY, data=form_fields(page))
    assert form_fields(ana.open(EMPTY))["rights.informed"] == "yes"


def test_the_same_form_sent_twice_is_one_change(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    fields = form_fields(ana.open(EMPTY)) | {"rights.informed": "yes"}
    assert ana.client.post(EMPTY, data=fields).status_code == 302
    assert ana.client.post(EMPTY, data=fields).status_code == 302
    assert ana.open("/cases/TAP-2026-0003/history").count("Sección guardada") == 1


def test_two_people_on_different_answers_of_a_section_both_keep_theirs(sign_in: SignIn) -> None:
    first, second = sign_in("ana"), sign_in("ana")
    fields = form_fields(first.open(EMPTY))
    second.send(EMPTY, {"rights.informed": "yes"})
    again = fields | {"rights.language": "no"}
    assert first.client.post(EMPTY, data=again).status_code == 302
    now = form_fields(first.open(EMPTY))
    assert (now["rights.informed"], now["rights.language"]) == ("yes", "no")


@pytest.mark.parametrize(("choice", "kept"), [("mine", "no"), ("theirs", "yes")])
def test_two_people_on_one_answer_see_both_and_choose(
    sign_in: SignIn, choice: str, kept: str
) -> None:
    first, second = sign_in("ana"), sign_in("ana")
    fields = form_fields(first.open(EMPTY)) | {
        "rights.informed": "no",
        "rights.informed.note": "mi nota",
    }
    second.send(EMPTY, {"rights.informed": "yes", "rights.informed.note": "otra nota"})
    clash = first.client.post(EMPTY, data=fields)
    assert clash.status_code == 409
    assert "mi nota" in clash.text
    assert "otra nota" in clash.text
    resolved = form_fields(clash.text) | {"choose:answers.rights.informed": choice}
    assert first.client.post(EMPTY, data=resolved).status_code == 302
    assert form_fields(first.open(EMPTY))["rights.informed"] == kept


def test_the_language_switch_keeps_the_place_and_what_was_typed(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    fields = form_fields(ana.open(EMPTY)) | {
        "rights.informed.note": "a medias",
        "switch_language": "en",
    }
    page = ana.client.post(EMPTY, data=fields)
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert "a medias" in page.text
    assert "Note and evidence" in page.text
    assert not form_fields(ana.open(EMPTY)).get("rights.informed.note")


def test_follow_up_questions_are_told_when_they_come_to_apply(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    counsel = "/cases/TAP-2026-0003/sections/counsel"
    ana.send(counsel, {"counsel.assigned": "yes"})
    assert re.search(r"Ahora aplican \d preguntas más", ana.open(counsel))


@pytest.mark.parametrize(
    "path",
    ["/cases/TIJ-2026-0001", "/cases/TIJ-2026-0001/sections/rights", "/cases/TAP-2026-0004", "/cases/nothing",
     "/cases/TAP-2026-0001/sections/nothing", "/cases/TAP-2026-0004/documents", "/cases/TAP-2026-0004/history",
     "/cases/..%2f..%2fetc/sections/rights"],
)  # fmt: skip
def test_what_is_not_ones_own_does_not_exist(sign_in: SignIn, path: str) -> None:
    sign_in("ana").open(path, 404)


def test_text_is_shown_as_text(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    ana.send(EMPTY, {"rights.informed": "no", "rights.informed.note": evil})
    for path in (EMPTY, "/cases/TAP-2026-0003/submit", "/cases/TAP-2026-0003/history"):
        page = ana.open(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_what_nobody_can_see_does_not_stand_in_the_way(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(EMPTY, {"rights.informed.note": "Uno\x00dos\x1b\x0btres\x85cuatro 🧸"})
    assert form_fields(ana.open(EMPTY))["rights.informed.note"] == "Unodos&#10;tres&#10;cuatro 🧸"


def test_an_answer_that_was_not_sent_is_kept(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(EMPTY, {"rights.informed": "no"})
    fields = dict(form_fields(ana.open(EMPTY)))
    del fields["rights.informed"]
    ana.client.post(EMPTY, data=fields | {"rights.informed.note": "Otra nota"})
    kept = form_fields(ana.open(EMPTY))
    assert (kept["rights.informed"], kept["rights.informed.note"]) == ("no", "Otra nota")


def test_writing_on_after_a_lost_answer_is_saved_too(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    fields = dict(form_fields(ana.open(EMPTY)))
    for note in ("Primera versión", "Primera versión", "Segunda versión"):
        response = ana.client.post(EMPTY, data=fields | {"rights.informed.note": note})
        assert response.status_code == 302
        assert form_fields(ana.open(EMPTY))["rights.informed.note"] == note
    new = dict(form_fields(ana.open("/cases/new")))
    places = {
        ana.client.post("/cases/new", data=new | {"name": name}).headers["Location"]
        for name in ("Marisol", "Marisol", "Marisol Xicoténcatl")
    }
    assert len(places) == 1
    assert "Marisol Xicoténcatl" in ana.open(places.pop())


def test_a_case_is_not_closed_while_something_is_open(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.send("/cases/TAP-2026-0001/profile/decisions", {"stage": "closed"}, 422)
    assert 'href="#stage' in page
    assert form_fields(page)["stage"] == "closed"
    assert "Identificación" in ana.open("/cases/TAP-2026-0001/profile")


def test_the_page_says_which_gaps_opened_and_that_the_case_is_a_draft_again(
    sign_in: SignIn,
) -> None:
    ana = sign_in("ana")
    ana.send(RIGHTS, {"rights.understood": "no"})
    page = ana.open("/cases/TAP-2026-0001")
    assert "1 pendiente nuevo: Comprensión" in page
    assert "volvió a ser borrador" in page
    assert "volvió a ser borrador" in ana.open("/cases/TAP-2026-0001/history")


def test_a_decision_cannot_lie_before_its_beginning(sign_in: SignIn) -> None:
    typed = {}
    for name, day in (("bid_started_at", "10"), ("bid_decided_at", "9")):
        parts = zip(("day", "month", "year", "time"), (day, "11", "2025", "10:00"), strict=True)
        typed |= {f"{name}-{part}": value for part, value in parts}
    page = sign_in("ana").send("/cases/TAP-2026-0001/profile/decisions", typed, 422)
    assert "no puede ser anterior a" in page


def test_a_missing_date_that_a_deadline_needs_is_asked_for(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send("/cases/new", {"name": "Yolotl"})
    number = re.findall(r"/cases/(TAP-\d+-\d+)", ana.open("/cases"))
    pages = [ana.open(f"/cases/{one}") for one in dict.fromkeys(number)]
    page = next(page for page in pages if "Yolotl" in page)
    assert "no se pueden calcular" in page
    assert "profile/place#encounter_at-day" in page


def test_a_form_that_was_somebody_elses_is_refused_in_words(sign_in: SignIn) -> None:
    ana, beto = sign_in("ana"), sign_in("beto")
    theirs = dict(form_fields(beto.open("/cases/TAP-2026-0004/sections/rights")))
    beto.client.post(
        "/cases/TAP-2026-0004/sections/rights", data=theirs | {"rights.informed": "no"}
    )
    for path in (EMPTY, "/cases/TAP-2026-0003/profile/place", "/cases/new"):
        fields = dict(form_fields(ana.open(path)))
        response = ana.client.post(path, data=fields | {"operation": theirs["operation"]})
        assert response.status_code == 422, path
        assert "Otra persona ya envió" in response.text, path
        assert ana.client.post(path, data=form_fields(response.text)).status_code == 302, path
