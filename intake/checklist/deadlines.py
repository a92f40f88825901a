"""Legal clocks: an event, a duration, a due time. Every time carries its zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Literal

from holidays import HolidayBase, country_holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

Calendar = Literal["MX", "US"]


class Duration(BaseModel):
    """A stretch of time in exactly one unit: hours, days, or business days of a country."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hours: int | None = Field(default=None, ge=0)
    days: int | None = Field(default=None, ge=0)
    business_days: int | None = Field(default=None, ge=1)
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Duration:
        units = [unit for unit in (self.hours, self.days, self.business_days) if unit is not None]
        if len(units) != 1:
            raise ValueError("a duration needs exactly one of: hours, days, business_days")
        if (self.business_days is None) != (self.calendar is None):
            raise ValueError("business_days and calendar go together")
        return self


@cache
def _holidays(calendar: Calendar) -> HolidayBase:
    return country_holidays(calendar)


@lru_cache(maxsize=8192)
def is_business_day(day: date, calendar: Calendar) -> bool:
    """Whether the day is no Saturday, Sunday or federal public holiday of that country."""
    return day.weekday() < 5 and day not in _holidays(calendar)


@dataclass(frozen=True)
class Pause:
    """A stretch in which a clock stands still on a legal ground; without an end it still does."""

    start: datetime
    end: datetime | None = None


def at_place(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment by the clocks of the place, with the offset that they had then; unchanged where no zone is given.

    With the offset and not the zone: between two times of one zone Python counts hours on the face of the clock, which
    goes forward and back, and not those that pass.
    """
    if zone is None:
        return moment
    local = moment.astimezone(zone)
    return local.astimezone(timezone(local.utcoffset() or timedelta()))


def due_at(start: datetime, within: Duration) -> datetime:
    """When the clock runs out, in the zone of ``start``.

    Hours and days run on from the moment itself. Business days are counted from the day after the
    event, and the last of them ends with its last second, as terms do in Mexican administrative
    procedure.
    """
    if within.business_days is None:
        length = timedelta(hours=within.hours or 0, days=within.days or 0)
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    assert within.calendar is not None  # noqa: S101 - the model's promise
    day, left = start.date(), within.business_days
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day, within.calendar)
    return datetime.combine(day, time(23, 59, 59), tzinfo=start.tzinfo)


def due_with_pauses(start: datetime, within: Duration, pauses: Iterable[Pause]) -> datetime | None:
    """When the clock runs out, in the zone of ``start``, if it stands still in these pauses; None while it does.

    What had run before a pause stays run. A business day on which the clock stood still, if only for a part of it, is
    not counted.
    """
    due = due_at(start, within)
    in_order = sorted(pauses, key=lambda pause: pause.start)
    if within.business_days is not None:
        return _business_days_with_pauses(start, within, in_order)
    cursor = start.astimezone(UTC)
    left = due.astimezone(UTC) - cursor
    for pause in in_order:
        begins = max(pause.start.astimezone(UTC), cursor)
        if begins > cursor + left:
            break
        if pause.end is None:
            return None
        ends = pause.end.astimezone(UTC)
        if ends > begins:
            left -= begins - cursor
            cursor = ends
    return (cursor + left).astimezone(start.tzinfo)


def _business_days_with_pauses(
    start: datetime, within: Duration, pauses: list[Pause]
) -> datetime | None:
    assert within.business_days is not None and within.calendar is not None  # noqa: S101 - asked by the caller
    still = [
        (
            pause.start.astimezone(start.tzinfo).date(),
            pause.end.astimezone(start.tzinfo).date() if pause.end else None,
        )
        for pause in pauses
    ]
    day, left = start.date(), within.business_days
    while left:
        day += timedelta(days=1)
        if any(first <= day and last is None for first, last in still):
            return None
        stood = any(first <= day <= last for first, last in still if last is not None)
        left -= is_business_day(day, within.calendar) and not stood
    return datetime.combine(day, time(23, 59, 59), tzinfo=start.tzinfo)
