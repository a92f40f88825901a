"""What a save does to forms that go on being used, and to what Intake recorded by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
EMPTY = "/cases/TAP-2026-0003/sections/rights"
CASE = "/cases/TAP-2026-0001"
DECISIONS = f"{CASE}/profile/decisions"
PLACE = f"{CASE}/profile/place"


def moment(name: str, day: str, year: str = "2025") -> dict[str, str]:
    parts = zip(("day", "month", "year", "time"), (day, "11", year, "10:00"), strict=True)
    return {f"{name}-{part}": value for part, value in parts}


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_writing_on_and_on_after_lost_answers_is_no_clash_with_oneself(sign_in: SignIn) -> None:
    ana, beto = sign_in("ana"), sign_in("sofia")
    assert beto
    fields = dict(form_fields(ana.open(EMPTY)))
    other = dict(form_fields(ana.open(EMPTY)))
    notes = ("Primera", "Segunda", "Tercera", "Cuarta")
    for note in notes:
        response = ana.client.post(EMPTY, data=fields | {"rights.informed.note": note})
        assert response.status_code == 302, note
        assert form_fields(ana.open(EMPTY))["rights.informed.note"] == note
        # another window answers another question meanwhile, and this form leaves that alone
        answer = {"rights.language": "yes" if note == "Segunda" else "no"}
        page = dict(form_fields(ana.open(EMPTY)))
        ana.client.post(EMPTY, data=page | answer)
        assert form_fields(ana.open(EMPTY))["rights.language"] == answer["rights.language"]
    clash = ana.client.post(EMPTY, data=other | {"rights.informed.note": "De otra ventana"})
    assert clash.status_code == 409


def test_a_clash_over_facts_is_told_in_words(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    first, second = dict(form_fields(ana.open(PLACE))), dict(form_fields(ana.open(PLACE)))
    assert ana.client.post(PLACE, data=first | {"custody": "dif"}).status_code == 302
    page = words(ana.client.post(PLACE, data=second | {"custody": "civil_shelter"}).text)
    assert "Sistema DIF" in page
    assert "civil_shelter" not in page


def test_the_record_of_a_breach_stays_and_the_page_says_so(sign_in: SignIn) -> None:
    ana, sofia = sign_in("ana"), sign_in("sofia")
    ana.send(PLACE, moment("encounter_at", "10"))
    ana.send(DECISIONS, moment("return_at", "20"))
    ana.send(DECISIONS, {"returned": "no"})
    page = words(ana.open(f"{CASE}/profile"))
    assert "sigue en pie: Retorno al país de origen" in page
    ana.send(f"{CASE}/profile/child", {})
    assert "sigue en pie" not in words(ana.open(f"{CASE}/profile"))
    strike = {"do": "strike:gate.return", "strike.gate.return": "No ocurrió."}
    sofia.send("/review/TAP-2026-0001", strike, 200)
    history = words(ana.open(f"{CASE}/history"))
    assert "Retorno al país de origen. No ocurrió." in history


def test_history_calls_a_case_a_draft_again_only_where_it_became_one(sign_in: SignIn) -> None:
    ana, sofia = sign_in("ana"), sign_in("sofia")
    decision = {"do": "decide", "decision": "returned", "text": "Complete los datos."}
    sofia.send("/review/TAP-2026-0001", decision)
    ana.send(f"{CASE}/sections/rights", {"rights.understood": "no"})
    assert "volvió a ser borrador" not in ana.open(f"{CASE}/history")


def test_a_return_does_not_lie_before_the_first_contact(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(PLACE, moment("encounter_at", "10"))
    page = words(ana.send(DECISIONS, moment("return_at", "9"), 422))
    assert "«Retorno previsto o realizado: fecha y hora» no puede ser anterior a" in page
    assert "«Primer contacto con una autoridad" in page
    ana.send(DECISIONS, moment("return_at", "11"))
    page = words(ana.send(PLACE, moment("encounter_at", "12"), 422))
    assert "no puede ser posterior a «Retorno previsto o realizado: fecha y hora»" in page


def test_what_is_no_number_is_told_once(sign_in: SignIn) -> None:
    page = sign_in("ana").send("/cases/new", {"age": "abc"}, 422)
    summary = re.search(r'error-summary__list">(.*?)</ul>', page, re.S)
    assert summary
    assert summary[1].count("<li>") == 1
    assert form_fields(page)["age"] == "abc"


def test_saving_and_going_on_never_leads_to_a_section_that_asks_nothing(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    path, seen = "/cases/TAP-2026-0003/sections/consent", 0
    while "/sections/" in path:
        page = ana.open(path)
        assert 'class="govuk-radios' in page or "<textarea" in page, path
        response = ana.client.post(path, data=dict(form_fields(page)) | {"go": "next"})
        assert response.status_code == 302
        path, seen = response.headers["Location"], seen + 1
    assert seen > 10
    assert path == "/cases/TAP-2026-0003"


def test_a_refusal_to_close_a_case_says_what_is_open(sign_in: SignIn) -> None:
    page = sign_in("ana").send(DECISIONS, {"stage": "closed"}, 422)
    assert re.search(r"Faltan \d+ condiciones: Cierre del caso", words(page))
    assert '/cases/TAP-2026-0001/sections/counsel#counsel.assigned"' in page


def test_a_passed_deadline_is_told_once_in_the_list(sign_in: SignIn) -> None:
    assert not re.search(r"(?i)plazo vencido\s+plazo vencido", words(sign_in("ana").open("/cases")))
