"""The supervisor's work: the queue, the case, the decision."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
CASE = "/review/TAP-2026-0001"


def decide(person: Person, typed: dict[str, object], status: int = 302) -> str:
    return person.send(CASE, {"do": "decide", **typed}, status)


def test_the_queue_shows_the_teams_cases_worst_first(sign_in: SignIn) -> None:
    page = sign_in("sofia").open("/review")
    numbers = re.findall(r"/review/([A-Z]+-\d+-\d+)\"", page)
    assert set(numbers) == {"TAP-2026-0001", "TAP-2026-0002", "TAP-2026-0003", "TAP-2026-0004"}
    assert numbers[-1] == "TAP-2026-0003"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status=submitted", {"TAP-2026-0001", "TAP-2026-0002"}),
        ("number=0003", {"TAP-2026-0003"}),
        ("stage=assessment", {"TAP-2026-0004"}),
        ("severity=critical&status=submitted&sort=due", {"TAP-2026-0001", "TAP-2026-0002"}),
        ("number=%25", None),
        ("caseworker=99999999999999&sort=;drop&page=-1&severity=x", None),
        ("page=9999999", None),
    ],
)
def test_the_queue_is_filtered_by_what_the_address_says(
    sign_in: SignIn, query: str, numbers: set[str] | None
) -> None:
    page = sign_in("sofia").open(f"/review?{query}")
    if numbers is not None:
        assert set(re.findall(r"/review/([A-Z]+-\d+-\d+)\"", page)) == numbers


def test_a_case_goes_back_with_comments_and_the_caseworker_sees_them(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    page = sofia.send(
        CASE,
        {
            "do": "comment:rights.informed",
            "comment.rights.informed": "¿Quién le informó?",
            "comment.counsel.assigned": "A medio escribir",
            "decision": "returned",
            "text": "Borrador de la decisión",
        },
        200,
    )
    fields = form_fields(page)
    assert fields["comment.rights.informed"] == ""
    assert fields["comment.counsel.assigned"] == "A medio escribir"
    assert (fields["decision"], fields["text"]) == ("returned", "Borrador de la decisión")
    decide(sofia, {"decision": "returned", "text": "Falta la asesoría jurídica."})
    overview = ana.open("/cases/TAP-2026-0001")
    assert "Falta la asesoría jurídica." in overview
    assert "¿Quién le informó?" in ana.open("/cases/TAP-2026-0001/sections/rights")


def test_a_case_is_not_returned_without_a_word(sign_in: SignIn) -> None:
    page = decide(sign_in("sofia"), {"decision": "returned", "text": ""}, 422)
    assert "qué debe hacer" in page


def test_a_decision_must_be_chosen(sign_in: SignIn) -> None:
    assert "Elija si devuelve" in decide(sign_in("sofia"), {"text": "una nota"}, 422)


def test_an_approved_case_says_so_and_a_change_makes_it_a_draft_again(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    decide(sofia, {"decision": "approved"})
    assert "Aprobado" in ana.open("/cases/TAP-2026-0001")
    ana.send("/cases/TAP-2026-0001/sections/rights", {"rights.informed": "yes"})
    assert "Borrador" in ana.open("/cases/TAP-2026-0001")


def test_a_decision_on_a_case_that_changed_meanwhile_is_refused(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    fields = form_fields(sofia.open(CASE)) | {
        "do": "decide",
        "decision": "approved",
        "text": "Lo leí todo.",
    }
    ana.send("/cases/TAP-2026-0001/sections/rights", {"rights.informed": "no"})
    ana.send("/cases/TAP-2026-0001/submit", {})
    response = sofia.client.post(CASE, data=fields)
    assert response.status_code == 422
    assert "cambió desde que abrió" in response.text
    again = form_fields(response.text)
    assert (again["decision"], again["text"]) == ("approved", "Lo leí todo.")
    assert again["base"] != fields["base"]
    assert sofia.client.post(CASE, data=again | {"do": "decide"}).status_code == 302


def test_only_a_supervisor_of_the_team_reviews(sign_in: SignIn) -> None:
    for name, status in (("ana", 403), ("admin", 403), ("auditor", 403), ("david", 404)):
        sign_in(name).open(CASE, status)


def test_the_determinations_approval_ends_when_the_determination_changes(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    case = "/review/TAP-2026-0002"
    ana.send("/cases/TAP-2026-0002/sections/bid", {"bid.outcome": "stay"})
    ana.send("/cases/TAP-2026-0002/submit", {})
    sofia.send(case, {"do": "decide", "decision": "approved", "approves_bid": "y"})
    needed = "Falta que una persona supervisora"
    assert needed not in ana.open("/cases/TAP-2026-0002")
    ana.send("/cases/TAP-2026-0002/sections/bid", {"bid.reasoned": "no"})
    assert needed in ana.open("/cases/TAP-2026-0002")


def test_the_return_gate_opens_when_every_part_holds_and_the_supervisor_approved(
    sign_in: SignIn,
) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    number = "TAP-2026-0002"
    sections = ("rights", "participation", "counsel", "asylum", "bid", "return")
    for _round in range(2):
        for section in sections:
            path = f"/cases/{number}/sections/{section}"
            page = ana.open(path)
            names = set(
                re.findall(
                    r'type="radio"[^>]*name="([\w.-]+)"|name="([\w.-]+)"[^>]*type="radio"', page
                )
            )
            answers = {one or other: "yes" for one, other in names if "." in (one or other)}
            if "bid.outcome" in answers:
                answers["bid.outcome"] = "return"
            ana.send(path, dict(answers))
    shut = "No procede el retorno"
    assert shut in ana.open(f"/cases/{number}")
    ana.send(f"/cases/{number}/submit", {})
    sofia.send(f"/review/{number}", {"do": "decide", "decision": "approved", "approves_bid": "y"})
    page = ana.open(f"/cases/{number}")
    assert shut not in page
    assert "retorno acorde con el interés superior" in page


def test_what_is_not_decided_yet_cannot_be_approved(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    page = sofia.open(CASE)
    assert "approves_bid" not in page
    said = decide(sofia, {"decision": "approved", "approves_bid": "y"}, 422)
    assert "No hay una determinación resuelta" in said


def test_a_comment_stays_in_view_when_its_question_was_answered(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    comment = {"do": "comment:rights.informed", "comment.rights.informed": "Falta la constancia."}
    sofia.send(CASE, comment, 200)
    decide(sofia, {"decision": "returned", "text": "Vea mi comentario."})
    assert "Con comentario" in ana.open("/cases/TAP-2026-0001")
    ana.send("/cases/TAP-2026-0001/sections/rights", {"rights.informed": "yes"})
    page = sofia.open(CASE)
    assert "Comentarios sobre otras preguntas" in page
    assert "Falta la constancia." in page
    history = sofia.open("/cases/TAP-2026-0001/history")
    assert "Falta la constancia." in history
    assert "Vea mi comentario." in history


def test_every_answer_can_be_read_with_its_note(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    ana.send(
        "/cases/TAP-2026-0001/sections/rights",
        {"rights.informed": "yes", "rights.informed.note": "En mam, con la intérprete."},
    )
    for page in (CASE, "/cases/TAP-2026-0001/answers"):
        assert "En mam, con la intérprete." in sofia.open(page)


def test_the_language_is_switched_without_losing_a_word(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    page = sofia.send(CASE, {"switch_language": "en", "text": "A medias"}, 200)
    assert "Send the decision" in page
    assert form_fields(page)["text"] == "A medias"


def met_before(ana: Person) -> None:
    """Puts the first contact before the return that these tests record."""
    parts = zip(("day", "month", "year", "time"), ("10", "11", "2025", "10:00"), strict=True)
    typed = {f"encounter_at-{part}": value for part, value in parts}
    ana.send("/cases/TAP-2026-0001/profile/place", typed)


def test_a_breach_stays_in_the_supervisors_view_until_it_is_struck(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    decisions = "/cases/TAP-2026-0001/profile/decisions"
    when = dict(zip(("day", "month", "year", "time"), ("20", "11", "2025", "10:00"), strict=True))
    met_before(ana)
    ana.send(decisions, {f"return_at-{part}": value for part, value in when.items()})
    assert "Intake registró" in ana.open("/cases/TAP-2026-0001/profile")
    ana.send(decisions, {f"return_at-{part}": "" for part in when})
    ana.send("/cases/TAP-2026-0001/sections/compliance", {"compliance.violation-observed": "no"})
    recorded = "Se ejecutó cuando debía esperar"
    for page in (CASE, "/cases/TAP-2026-0001"):
        assert recorded in sofia.open(page)
    alert = "sin que constaran todas las condiciones</strong>"
    assert alert in sofia.open("/review")
    assert "otros datos del caso lo contradicen" in sofia.open(CASE)
    strike = {"do": "strike:gate.return", "strike.gate.return": ""}
    assert "Explique el motivo" in sofia.send(CASE, strike, 422)
    typed = {"strike.gate.return": "La fecha era de otro caso.", "comment.case": "A medias"}
    page = sofia.send(CASE, {**strike, **typed}, 200)
    assert form_fields(page)["comment.case"] == "A medias"
    assert recorded not in sofia.open(CASE)
    assert alert not in sofia.open("/review")
    assert "La fecha era de otro caso." in ana.open("/cases/TAP-2026-0001/history")


def test_a_breach_that_still_stands_is_not_struck(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    when = dict(zip(("day", "month", "year", "time"), ("20", "11", "2025", "10:00"), strict=True))
    typed = {f"return_at-{part}": value for part, value in when.items()}
    met_before(ana)
    ana.send("/cases/TAP-2026-0001/profile/decisions", typed)
    strike = {"do": "strike:gate.return", "strike.gate.return": "Fue un error."}
    page = sofia.send(CASE, strike, 422)
    assert "todavía indica que esto se ejecutó" in page
    assert form_fields(page)["strike.gate.return"] == "Fue un error."


def test_comments_that_were_not_kept_yet_go_along_with_the_decision(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    written = {"comment.rights.informed": "Sin constancia.", "comment.case": "Falta la visita."}
    decide(sofia, {"decision": "returned", "text": "Vea los comentarios.", **written})
    assert "Sin constancia." in ana.open("/cases/TAP-2026-0001/sections/rights")
    assert "Falta la visita." in ana.open("/cases/TAP-2026-0001/history")


def test_a_deadline_is_told_in_the_zone_of_the_case(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    when = dict(zip(("day", "month", "year", "time"), ("10", "11", "2025", "22:30"), strict=True))
    ana.send(
        "/cases/TAP-2026-0001/profile/place",
        {f"encounter_at-{part}": value for part, value in when.items()},
    )
    ana.send("/cases/TAP-2026-0001/sections/rights", {"rights.informed": "no"})
    assert "venció el 11 nov 2025, 22:30" in sign_in("sofia").open(CASE)


def test_a_decision_that_nobody_asked_for_is_said_so_with_no_error_that_leads_nowhere(
    sign_in: Callable[[str], Person],
) -> None:
    sofia, path = sign_in("sofia"), "/review/TAP-2026-0003"
    page = sofia.send(path, {"do": "decide"}, 422)
    errors = re.findall(r"error-summary__list.*?</ul>", page, re.S)
    assert errors
    assert "#decision" not in errors[0]
    assert "no se ha enviado" in errors[0] or "no está en revisión" in errors[0], errors
