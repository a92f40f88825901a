"""The day that counts for a term in business days is the one at the place, in whatever zone an event was written."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.services.case_file import as_input, evaluate_file, open_file
from intake.services.desk import Desk
from tests.services.conftest import find, put

NUMBER = "TAP-2026-0001"
CLAIMED = {"answers.asylum.claim-filed": {"value": "yes"}, "profile.country": "MX"}


def due_of_comar(here: Desk, applied_at: str) -> dt.datetime:
    put(here, NUMBER, CLAIMED | {"profile.asylum_applied_at": applied_at})
    due = evaluate_file(open_file(here, find(here, NUMBER))).findings["asylum.comar-timely"].due
    assert due is not None
    return due


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-03T01:30:00-06:00",  # a Tuesday in Tapachula
        "2026-03-02T23:30:00-08:00",  # Monday on the clock of who wrote it
        "2026-03-03T07:30:00+00:00",
        "2026-03-03T16:30:00+09:00",
    ],
)
def test_one_moment_has_one_deadline_however_it_is_written(here: Desk, written: str) -> None:
    due = due_of_comar(here, written)
    assert due == dt.datetime.fromisoformat("2026-05-07T23:59:59-06:00")
    assert due.utcoffset() == dt.timedelta(hours=-6)


def test_the_last_day_ends_at_the_midnight_of_then(here: Desk) -> None:
    """In Tijuana the clocks go forward in March: the day ends an hour earlier than on the clock of the event."""
    with here.writing():
        find(here, NUMBER).team.zone = "America/Tijuana"
    due = due_of_comar(here, "2026-03-02T10:00:00-08:00")
    assert due == dt.datetime.fromisoformat("2026-05-06T23:59:59-07:00")


def test_hours_are_counted_as_they_pass_over_a_change_of_clocks(here: Desk) -> None:
    with here.writing():
        find(here, NUMBER).team.zone = "America/Tijuana"
    first = dt.datetime.fromisoformat("2026-03-07T12:00:00-08:00")
    put(here, NUMBER, {"profile.country": "MX", "profile.encounter_at": first.isoformat()})
    file = open_file(here, find(here, NUMBER))
    told = as_input(file.register, file.document, dt.datetime.now(file.zone))
    assert told.moment("encounter_at") == first
    due = evaluate_file(file).findings["rights.informed"].due
    assert due is not None
    assert due - first == dt.timedelta(hours=24)
