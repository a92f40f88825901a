"""The panel of a determination: its members, what they state, and what a change of it ends."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.conftest import Person

SignIn = Callable[[str], Person]
CASE = "/cases/TAP-2026-0001"
NEW = f"{CASE}/panel/new"
LAWYER = {"name": "Lucía Fierro", "role": "law", "conflict": "none", "statement": "Sin vínculo"}


def test_a_panel_says_what_keeps_it_from_being_one(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(NEW, LAWYER)
    assert "Una sola persona no forma un equipo" in ana.open(f"{CASE}/panel")
    ana.send(NEW, {**LAWYER, "name": "Raúl Peña"})
    assert "Solo consta una disciplina" in ana.open(f"{CASE}/panel")
    ana.send(NEW, {**LAWYER, "name": "Olga Ruiz", "role": "psychology"})
    page = ana.open(f"{CASE}/panel")
    assert "Solo consta" not in page
    assert "Sin vínculo" in page


def test_a_conflict_and_a_caseworker_who_supervises_are_told(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(NEW, {**LAWYER, "conflict": "declared"})
    ana.send(NEW, {**LAWYER, "name": "Ana", "role": "supervision", "is_caseworker": "y"})
    page = ana.open(f"{CASE}/panel")
    assert "declaró un conflicto de interés" in page
    assert "no puede supervisar" in page


def test_a_member_is_changed_and_goes_and_the_history_keeps_both(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(NEW, LAWYER)
    found = re.search(rf'href="({CASE}/panel/[0-9a-f-]{{36}})"', ana.open(f"{CASE}/panel"))
    assert found
    ana.send(found[1], {"do": "remove"})
    assert "Lucía Fierro" not in ana.open(f"{CASE}/panel")
    assert "Lucía Fierro" in ana.open(f"{CASE}/history")


def test_silence_about_a_conflict_is_no_statement(sign_in: SignIn) -> None:
    page = sign_in("ana").send(NEW, {**LAWYER, "conflict": ""}, 422)
    assert "elija lo que manifestó" in page
    assert "Lucía Fierro" in page


def test_a_supervisor_reads_the_panel_and_cannot_change_it(sign_in: SignIn) -> None:
    sign_in("ana").send(NEW, LAWYER)
    sofia = sign_in("sofia")
    assert "Lucía Fierro" in sofia.open(f"{CASE}/panel")
    sofia.open(NEW, 403)


def test_a_conflict_is_declared_in_words(sign_in: SignIn) -> None:
    page = sign_in("ana").send(NEW, {**LAWYER, "conflict": "declared", "statement": ""}, 422)
    assert "Escriba lo que manifestó esa persona" in page
