"""Gaps as work, on their pages: by the caseworker, by the supervisor, and with comments for each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Person, form_fields

SignIn = Callable[[str], Person]
CASE = "/cases/TAP-2026-0001"
GAP = f"{CASE}/gaps/rights.informed"


def test_the_case_leads_to_its_gaps_and_each_to_its_work(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    assert f'href="{CASE}/gaps"' in ana.open(CASE)
    assert f'href="{GAP}"' in ana.open(f"{CASE}/gaps")
    assert "Atención de este pendiente" in ana.open(GAP)


def test_work_is_kept_and_shown_with_its_history(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(GAP, {"state": "in_progress", "action": "Se pidió intérprete", "do": "keep"})
    page = ana.open(GAP)
    assert page.count("Se pidió intérprete") >= 2
    assert "En curso" in ana.open(f"{CASE}/gaps")
    assert "Se pidió intérprete" in ana.open(f"{CASE}/history")


def test_past_remedy_says_why_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.send(GAP, {"state": "cannot", "action": "Tres oficios", "do": "keep"}, 422)
    assert "Escriba por qué no se puede subsanar." in page
    assert "Tres oficios" in page


def test_a_comment_reaches_whom_it_is_meant_for_until_they_read_it(sign_in: SignIn) -> None:
    ana, sofia = sign_in("ana"), sign_in("sofia")
    page = ana.open(GAP)
    box = page[page.index('name="to"') :]
    sofias = box[box.index('value="') + 7 :].split('"')[0]
    kept = ana.send(
        GAP,
        {
            "comment": "¿Puede llamar a la Procuraduría?",
            "to": sofias,
            "do": "comment",
            "action": "A medias",
        },
        200,
    )
    assert "¿Puede llamar a la Procuraduría?" in kept
    assert "A medias" in kept
    assert "Comentarios para usted" in sofia.open("/today")
    assert "¿Puede llamar a la Procuraduría?" in sofia.open(GAP)
    assert "Comentarios para usted" not in sofia.open("/today")


def test_a_supervisor_assigns_and_finds_what_they_carry(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    page = sofia.open(GAP)
    assert 'name="state"' not in page
    options = page[page.index('name="owner"') : page.index("</select>")]
    own = next(part for part in options.split("<option") if "Sofía" in part)
    sofia.send(GAP, {"owner": own.split('value="')[1].split('"')[0], "do": "keep"})
    today = sofia.open("/today")
    assert "Pendientes a su cargo" in today
    assert GAP in today


@pytest.mark.parametrize(
    "typed",
    [
        {"owner": "999999999999999999999"},
        {"owner": "x", "state": "remedied"},
        {"due-day": "31", "due-month": "2", "due-year": "2026"},
        {"evidence": "../../etc/passwd"},
        {"state": "cannot", "reason": "x" * 10_001},
    ],
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(
    sign_in: SignIn, typed: dict[str, object]
) -> None:
    ana = sign_in("ana")
    response = ana.client.post(GAP, data={"action": "Lo escrito", "do": "keep", **typed})
    assert response.status_code in (302, 422)
    if response.status_code == 422:
        assert "Lo escrito" in response.text


def test_two_windows_are_shown_both_versions(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    here, there = (dict(form_fields(ana.open(GAP))) for _ in range(2))
    typed = {"state": "in_progress", "do": "keep"}
    assert ana.client.post(GAP, data={**here, **typed, "action": "Primera"}).status_code == 302
    page = ana.client.post(GAP, data={**there, **typed, "action": "Segunda"})
    assert page.status_code == 409
    assert "Primera" in page.text
    assert "Segunda" in page.text


def test_a_check_that_is_not_there_is_not_found(sign_in: SignIn) -> None:
    sign_in("ana").open(f"{CASE}/gaps/no.such", 404)
