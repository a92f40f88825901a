"""Recording that a deadline stands still."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Person

SignIn = Callable[[str], Person]
GAP = "/cases/TAP-2026-0001/gaps/rights.informed"
SINCE = {
    "since-day": "20",
    "since-month": "11",
    "since-year": "2026",
    "since-time": "10:00",
}


def test_a_deadline_stands_still_with_its_ground(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(f"{GAP}/pause", {**SINCE, "ground": "Acuerdo 7/2026 ficticio"})
    page = ana.open(GAP)
    assert "Plazo suspendido" in page
    assert "suspendido con fundamento legal" in page
    assert "Acuerdo 7/2026 ficticio" in ana.open("/cases/TAP-2026-0001/history")
    assert "Acuerdo 7/2026 ficticio" in ana.open(f"{GAP}/pause")


def test_without_a_ground_it_runs_on_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    page = sign_in("ana").send(f"{GAP}/pause", SINCE, 422)
    assert "sin él, el plazo sigue corriendo" in page
    assert 'value="10:00"' in page


def test_a_check_without_a_clock_has_none_to_stop(sign_in: SignIn) -> None:
    sign_in("ana").open("/cases/TAP-2026-0001/gaps/rights.understood/pause", 404)
