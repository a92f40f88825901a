"""Legal clocks over month ends, zones and public holidays of both countries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.checklist.deadlines import (
    Calendar,
    Duration,
    Pause,
    due_at,
    due_with_pauses,
    is_business_day,
)


def due(start: str, **within: Any) -> str:
    return due_at(datetime.fromisoformat(start), Duration(**within)).isoformat()


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-02T14:00:00-06:00", 0, "2026-11-02T14:00:00-06:00"),
        ("2026-11-02T14:00:00-06:00", 24, "2026-11-03T14:00:00-06:00"),
        ("2026-11-29T23:30:00-06:00", 72, "2026-12-02T23:30:00-06:00"),
        ("2026-12-31T23:59:59+00:00", 1, "2027-01-01T00:59:59+00:00"),
        ("2028-02-28T12:00:00+00:00", 24, "2028-02-29T12:00:00+00:00"),
    ],
)
def test_hours_run_on_over_days_months_and_years(start: str, hours: int, expected: str) -> None:
    assert due(start, hours=hours) == expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-01-31T08:00:00-06:00", 30, "2026-03-02T08:00:00-06:00"),
        ("2028-02-15T08:00:00-06:00", 14, "2028-02-29T08:00:00-06:00"),
        ("2026-12-25T08:00:00-06:00", 7, "2027-01-01T08:00:00-06:00"),
    ],
)
def test_calendar_days_count_weekends_and_holidays(start: str, days: int, expected: str) -> None:
    assert due(start, days=days) == expected


@pytest.mark.parametrize(
    ("day", "calendar"),
    [
        (date(2026, 9, 16), "MX"),  # Independence
        (date(2026, 2, 2), "MX"),  # Constitution: first Monday of February
        (date(2026, 3, 16), "MX"),  # Juárez: third Monday of March
        (date(2026, 11, 16), "MX"),  # Revolution: third Monday of November
        (date(2026, 5, 1), "MX"),
        (date(2026, 11, 26), "US"),  # Thanksgiving
        (date(2026, 7, 3), "US"),  # Independence Day observed, as the 4th is a Saturday
        (date(2026, 6, 19), "US"),
        (date(2026, 11, 7), "MX"),  # a Saturday
        (date(2026, 11, 8), "US"),  # a Sunday
    ],
)
def test_weekends_and_public_holidays_are_no_business_days(day: date, calendar: Calendar) -> None:
    assert not is_business_day(day, calendar)


@pytest.mark.parametrize(
    ("day", "calendar"),
    [
        (date(2026, 11, 26), "MX"),
        (date(2026, 9, 16), "US"),
        (date(2026, 11, 16), "US"),
        (date(2026, 11, 20), "MX"),  # the day itself is worked: its holiday moved to the Monday
    ],
)
def test_one_country_works_on_the_other_ones_holiday(day: date, calendar: Calendar) -> None:
    assert is_business_day(day, calendar)


@pytest.mark.parametrize(
    ("start", "days", "calendar", "expected"),
    [
        ("2026-11-06T10:00:00-06:00", 1, "MX", "2026-11-09T23:59:59-06:00"),  # a Friday
        ("2026-11-13T10:00:00-06:00", 1, "MX", "2026-11-17T23:59:59-06:00"),  # Revolution between
        ("2026-11-13T10:00:00-06:00", 1, "US", "2026-11-16T23:59:59-06:00"),
        ("2026-11-25T10:00:00-05:00", 1, "US", "2026-11-27T23:59:59-05:00"),  # Thanksgiving between
        ("2026-11-25T10:00:00-05:00", 1, "MX", "2026-11-26T23:59:59-05:00"),
        ("2026-09-01T10:00:00-06:00", 30, "MX", "2026-10-14T23:59:59-06:00"),
        ("2026-09-01T10:00:00-06:00", 45, "MX", "2026-11-04T23:59:59-06:00"),
        ("2026-12-30T10:00:00-06:00", 2, "MX", "2027-01-04T23:59:59-06:00"),  # over New Year
    ],
)
def test_business_days_end_with_the_last_second_of_the_last_one(
    start: str, days: int, calendar: str, expected: str
) -> None:
    assert due(start, business_days=days, calendar=calendar) == expected


def test_the_due_time_keeps_the_zone_of_the_event() -> None:
    for zone in ("-08:00", "+00:00", "+05:30"):
        assert due(f"2026-11-02T14:00:00{zone}", business_days=3, calendar="MX").endswith(zone)
        assert due(f"2026-11-02T14:00:00{zone}", hours=3).endswith(zone)


@pytest.mark.parametrize(
    "within",
    [
        {},
        {"hours": 1, "days": 1},
        {"hours": -1},
        {"business_days": 0, "calendar": "MX"},
        {"business_days": 3},
        {"hours": 3, "calendar": "MX"},
        {"business_days": 3, "calendar": "CA"},
        {"hours": "24"},
        {"hours": True},
        {"weeks": 1},
    ],
)
def test_a_duration_in_no_unit_or_in_two_is_refused(within: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Duration(**within)


def still(first: datetime, last: datetime | None) -> Pause:
    return Pause(first, last)


NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("America/Mexico_City"))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("pauses", "hours_later"),
    [
        ([], 72),
        ([(10, 20)], 82),
        ([(10, 20), (30, 31)], 83),
        ([(30, 31), (10, 20)], 83),  # in whatever order
        ([(10, 20), (15, 25)], 87),  # what overlaps counts once
        ([(-10, -5)], 72),  # over before it began
        ([(-10, 5)], 77),
        ([(73, 80)], 72),  # after it ran out
        ([(10, 10)], 72),
    ],
)
def test_hours_that_stood_still_are_added(pauses: list[tuple[int, int]], hours_later: int) -> None:
    stretches = [still(NOON + first * HOUR, NOON + last * HOUR) for first, last in pauses]
    assert due_with_pauses(NOON, Duration(hours=72), stretches) == NOON + hours_later * HOUR


def test_nothing_is_due_while_the_clock_stands_still() -> None:
    assert due_with_pauses(NOON, Duration(hours=72), [still(NOON + HOUR, None)]) is None
    days = Duration(business_days=5, calendar="MX")
    assert due_with_pauses(NOON, days, [still(NOON + HOUR, None)]) is None


def test_a_pause_that_begins_after_it_ran_out_changes_nothing() -> None:
    late = still(NOON + 200 * HOUR, None)
    assert due_with_pauses(NOON, Duration(hours=72), [late]) == NOON + 72 * HOUR


def test_a_business_day_on_which_the_clock_stood_still_is_not_counted() -> None:
    days = Duration(business_days=2, calendar="MX")
    without = due_at(NOON, days)
    wednesday = NOON + 48 * HOUR
    with_pause = due_with_pauses(NOON, days, [still(wednesday, wednesday + HOUR)])
    assert with_pause == without + timedelta(days=1)


@given(
    hours=st.integers(1, 500),
    pauses=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), max_size=5),
)
def test_a_pause_never_brings_a_deadline_forward(hours: int, pauses: list[tuple[int, int]]) -> None:
    stretches = [still(NOON + a * HOUR, NOON + (a + b) * HOUR) for a, b in pauses]
    due = due_with_pauses(NOON, Duration(hours=hours), stretches)
    assert due is not None
    assert NOON + hours * HOUR <= due <= NOON + (hours + sum(b for _a, b in pauses)) * HOUR
