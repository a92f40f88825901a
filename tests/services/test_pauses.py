"""A deadline that stands still on a legal ground: not due, still a gap, and the same for the gates."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from intake.models import StoredFinding, now
from intake.services.desk import Desk, Refused
from intake.services.pause_rows import PauseKept
from intake.services.pauses import keep_pause
from intake.services.save import Saved
from tests.services.conftest import find, put

NUMBER, GAP = "TAP-2026-0001", "rights.informed"


def ago(hours: int) -> dt.datetime:
    return now().replace(microsecond=0) - dt.timedelta(hours=hours)


def pause(here: Desk, first: dt.datetime, last: dt.datetime | None = None) -> Saved:
    case = find(here, NUMBER)
    return keep_pause(
        here,
        case,
        case.caseworker,
        GAP,
        PauseKept(first, last, "Acuerdo de suspensión ficticio"),
        base=case.version,
        operation=str(uuid.uuid4()),
    )


def test_what_stands_still_is_not_overdue_and_still_a_gap(here: Desk) -> None:
    put(
        here,
        NUMBER,
        {f"answers.{GAP}": {"value": "no"}, "profile.encounter_at": ago(30).isoformat()},
    )
    saved = pause(here, ago(28))
    before, after = saved.before.findings[GAP], saved.after.findings[GAP]
    assert (before.overdue, before.paused) == (True, False)
    assert (after.status, after.due, after.overdue, after.paused) == ("gap", None, False, True)
    assert {name: one.open for name, one in saved.before.gates.items()} == {
        name: one.open for name, one in saved.after.gates.items()
    }
    found = here.session.get(StoredFinding, (find(here, NUMBER).id, GAP))
    assert found is not None and found.due is None


def test_the_clock_runs_on_by_what_was_left(here: Desk) -> None:
    start = ago(30)
    put(
        here, NUMBER, {f"answers.{GAP}": {"value": "no"}, "profile.encounter_at": start.isoformat()}
    )
    pause(here, ago(28))
    saved = pause(here, ago(28), ago(4))
    due = saved.after.findings[GAP].due
    assert due == start + dt.timedelta(hours=24 + 24)


def test_stretches_do_not_overlap(here: Desk) -> None:
    pause(here, ago(20), ago(10))
    with pytest.raises(Refused, match="pauses_overlap"):
        pause(here, ago(15), ago(5))
