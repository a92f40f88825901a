"""Every legal clock one second before, at, and one second after the time worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.deadlines import Duration, due_at
from intake.checklist.evaluation import Finding, evaluate_case
from tests.scenario_files import CLOCK_FILES, Clock, Clocks, Count, read, register

TABLES = {path.stem: read(path, Clocks)[1] for path in CLOCK_FILES}
CLOCKS = [clock for table in TABLES.values() for clock in table.clocks]
COUNTS = [count for table in TABLES.values() for count in table.counts]
LATE = {-1: False, 0: False, 1: True}


def finding(clock: Clock, seconds: int, answer: str | None) -> Finding:
    """The clock's check, so many seconds after its due time."""
    group = register().facts[clock.from_].group
    case: dict[str, Any] = {
        "as_of": (datetime.fromisoformat(clock.due) + timedelta(seconds=seconds)).isoformat(),
        "profile": dict(clock.profile),
        "answers": {clock.check: answer} if answer else {},
    }
    case.setdefault("events" if group == "event" else "profile", {})[clock.from_] = clock.start
    return evaluate_case(register(), read_case(register(), case)).findings[clock.check]


def named(row: Clock | Count) -> str:
    return f"{row.check if isinstance(row, Clock) else row.calendar} {row.start}"


@pytest.mark.parametrize("answer", [None, "no", "partly", "unknown", "yes"])
@pytest.mark.parametrize("clock", CLOCKS, ids=named)
def test_a_clock_is_overdue_from_the_second_after_its_due_time(
    clock: Clock, answer: str | None
) -> None:
    for seconds, late in LATE.items():
        found = finding(clock, seconds, answer)
        assert found.clock is not None
        assert found.clock.from_ == clock.from_
        assert found.clock.within.model_dump(exclude_none=True) == clock.within
        assert found.due == datetime.fromisoformat(clock.due)
        assert found.overdue is (late and found.open)
        if seconds >= 0:
            # only a yes ends a clock, and only where no other fact contradicts it
            assert found.open is (answer != "yes" or found.status == "gap")


@pytest.mark.parametrize("count", COUNTS, ids=named)
def test_business_days_are_counted_as_on_a_printed_calendar(count: Count) -> None:
    within = Duration(business_days=count.business_days, calendar=count.calendar)
    assert due_at(datetime.fromisoformat(count.start), within).isoformat() == count.due


def test_each_clock_of_the_rules_has_its_row() -> None:
    told = set()
    for clock in CLOCKS:
        check = register().checks[clock.check]
        applied = finding(clock, 1, None)
        assert applied.status in ("missing", "gap"), clock.check
        told.add((clock.check, [one is applied.clock for one in check.clocks].index(True)))
    wanted = {
        (check.id, number)
        for check in register().checks.values()
        for number in range(len(check.clocks))
    }
    assert wanted - told == set()


def moments(row: Clock | Count) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(row.start), datetime.fromisoformat(row.due)


def test_the_rows_cross_what_makes_counting_hard() -> None:
    for unit in ("hours", "days", "business_days"):
        rows = [clock for clock in CLOCKS if unit in clock.within]
        years = {due.year - start.year for start, due in map(moments, rows)}
        assert years == {0, 1}, f"no clock of {unit} crosses the turn of the year"
    turned = set()
    for start, due in map(moments, CLOCKS):
        change = (due.utcoffset() or timedelta()) - (start.utcoffset() or timedelta())
        turned.add((change > timedelta()) - (change < timedelta()))
    assert turned == {-1, 0, 1}, "clocks are set forward and back"
    holidays = {("09-16"), ("11-16"), ("12-25"), ("01-01"), ("02-01"), ("03-15"), ("10-01")}
    crossed = set()
    for start, due in (moments(row) for row in CLOCKS if "business_days" in row.within):
        day = start.date()
        while day <= due.date():
            crossed.add(day.strftime("%m-%d"))
            day += timedelta(days=1)
    assert holidays <= crossed
    assert {count.calendar for count in COUNTS} == {"MX", "US"}
