"""Violations by officials: recorded in a case, complained about, and seen across the cases of a team."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
CASE = "/cases/TAP-2026-0001"
NEW = f"{CASE}/violations/new"
DONE = {
    "kind": "papers_withheld",
    "authority": "inm",
    "observed_at-day": "20",
    "observed_at-month": "11",
    "observed_at-year": "2026",
    "observed_at-time": "10:00",
    "what": "Le retuvieron el acta en la garita",
}
COMPLAINT = {
    "body": "cndh",
    "filed_at-day": "21",
    "filed_at-month": "11",
    "filed_at-year": "2026",
    "filed_at-time": "09:00",
    "reference": "CNDH/5/2026/1234/Q",
}


def recorded(ana: Person) -> str:
    ana.send(NEW, DONE)
    found = re.search(
        rf'href="({CASE}/violations/[0-9a-f-]{{36}})"', ana.open(f"{CASE}/violations")
    )
    assert found
    return found[1]


def test_a_violation_answers_the_checks_it_is_the_reason_for(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    recorded(ana)
    page = ana.open(f"{CASE}/sections/compliance")
    assert re.search(r'value="papers_withheld"[^>]*checked', page)
    assert 'value="20"' in page
    assert "Vulneración por una autoridad" in ana.open(f"{CASE}/history")


def test_the_list_says_which_deadline_has_passed_and_for_what(sign_in: SignIn) -> None:
    ana, sofia = sign_in("ana"), sign_in("sofia")
    place = recorded(ana)
    assert "queja a más tardar el 30 nov 2026" in sofia.open("/violations")
    old = {**DONE, "observed_at-month": "8", **COMPLAINT, "filed_at-month": "9"}
    assert "Plazo vencido" not in sofia.open("/violations?kind=papers_withheld")
    ana.send(place, old)
    page = sofia.open("/violations?kind=papers_withheld")
    assert "respuesta a más tardar el 21 oct 2026" in page
    assert "Plazo vencido" in page


def test_the_complaint_and_its_answer_move_the_clock(sign_in: SignIn) -> None:
    ana, sofia = sign_in("ana"), sign_in("sofia")
    place = recorded(ana)
    before = sofia.open("/violations")
    assert "30 nov 2026" in before
    ana.send(place, COMPLAINT)
    after = sofia.open("/violations?state=filed")
    assert "CNDH/5/2026/1234/Q" in after
    assert "21 dic 2026" in after
    ana.send(
        place,
        {
            "answered_at-day": "23",
            "answered_at-month": "11",
            "answered_at-year": "2026",
            "answered_at-time": "12:00",
            "outcome": "settled",
        },
    )
    assert "Conciliada" in sofia.open("/violations?state=answered")


def test_the_register_across_cases_says_nothing_of_the_child_or_of_what_happened(
    sign_in: SignIn,
) -> None:
    recorded(sign_in("ana"))
    page = sign_in("sofia").open("/violations")
    assert "Retención de documentos" in page
    assert "Le retuvieron el acta" not in page
    assert "Yareli" not in page
    assert "Retención de documentos</a>" not in sign_in("david").open("/violations")


def test_a_record_that_was_a_mistake_counts_no_more_and_stays_readable(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    place = recorded(ana)
    ana.send(place, {"struck": "Era de otro caso"})
    assert "Era de otro caso" in ana.open(f"{CASE}/violations")
    assert "TAP-2026-0001" not in sign_in("sofia").open("/violations")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"kind": ""}, "Elija el tipo de vulneración."),
        ({"authority": ""}, "Elija la autoridad."),
        ({"observed_at-day": ""}, "le falta el día"),
        ({**COMPLAINT, "body": ""}, "Elija la instancia"),
        ({**COMPLAINT, "filed_at-day": "1"}, "no puede ser anterior a la vulneración"),
        ({"body": "cndh"}, "Escriba cuándo se presentó la queja."),
    ],
)
def test_what_does_not_fit_is_told_and_what_was_typed_stays(
    sign_in: SignIn, typed: dict[str, object], told: str
) -> None:
    page = sign_in("ana").send(NEW, {**DONE, **typed}, 422)
    assert told in page
    assert "Le retuvieron el acta en la garita" in page


def test_sent_twice_it_is_one(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    fields = dict(form_fields(ana.open(NEW))) | DONE
    for _again in range(2):
        assert ana.client.post(NEW, data=fields).status_code == 302
    assert ana.open(f"{CASE}/violations").count("Le retuvieron el acta") == 1
