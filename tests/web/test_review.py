"""The supervisor's work: the queue, the case, the decision."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
CASE = "/review/TAP-2026-0001"


def decide(person: Person, typed: dict[str, object], status: int = 302) -> str:
    return person.send(f"{CASE}/decision", typed, status, form=CASE)


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
    sofia.send(
        f"{CASE}/comments", {"check": "rights.informed", "text": "¿Quién le informó?"}, form=CASE
    )
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
    fields = form_fields(sofia.open(CASE)) | {"decision": "approved"}
    ana.send("/cases/TAP-2026-0001/sections/rights", {"rights.informed": "no"})
    ana.send("/cases/TAP-2026-0001/submit", {})
    response = sofia.client.post(f"{CASE}/decision", data=fields)
    assert response.status_code == 422
    assert "cambió desde que abrió" in response.text


def test_only_a_supervisor_of_the_team_reviews(sign_in: SignIn) -> None:
    for name, status in (("ana", 403), ("admin", 403), ("auditor", 403), ("david", 404)):
        sign_in(name).open(CASE, status)


def test_the_determinations_approval_ends_when_the_determination_changes(sign_in: SignIn) -> None:
    sofia, ana = sign_in("sofia"), sign_in("ana")
    case = "/review/TAP-2026-0002"
    sofia.send(f"{case}/decision", {"decision": "approved", "approves_bid": "y"}, form=case)
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
            answers = {one or other: "yes" for one, other in names}
            if "bid.outcome" in answers:
                answers["bid.outcome"] = "return"
            ana.send(path, dict(answers))
    shut = "No procede el retorno"
    assert shut in ana.open(f"/cases/{number}")
    ana.send(f"/cases/{number}/submit", {})
    sofia.send(
        f"/review/{number}/decision",
        {"decision": "approved", "approves_bid": "y"},
        form=f"/review/{number}",
    )
    page = ana.open(f"/cases/{number}")
    assert shut not in page
    assert "retorno acorde con el interés superior" in page
