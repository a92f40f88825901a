"""A team's gaps over time: how many children had one at the end of each of the last months. Reads spans, never a case."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from intake.models import GapSpan, TallyState, User, now
from intake.services.desk import Desk

MONTHS = 12


@dataclass(frozen=True)
class BoardHistory:
    """Of one team, at the end of each of these days, the oldest first; the last is today, as far as it has gone."""

    days: tuple[dt.date, ...]
    children: Mapping[tuple[dt.date, str], int]
    """Children with a gap, by day and severity."""
    by_section: Mapping[tuple[dt.date, str], int]
    """Children with a gap of whichever severity, by day and section."""
    gaps: Mapping[dt.date, int]
    """All gaps of all children."""
    whole: bool
    """Whether this is kept of every case."""


def history_of(desk: Desk, person: User) -> BoardHistory:
    """The history of the person's team, in the zone of the team."""
    zone, moment = zone_of_team(person), now()
    days = month_ends(moment.astimezone(zone).date())
    ends = [end_of(day, zone, moment) for day in days]
    children, gaps = _counted(desk, person, GapSpan.severity, days, ends)
    by_section, _gaps = _counted(desk, person, GapSpan.section, days, ends)
    whole = desk.session.scalar(select(TallyState.history).where(TallyState.id == 1))
    return BoardHistory(days, children, by_section, gaps, bool(whole))


def zone_of_team(person: User) -> ZoneInfo:
    """The zone in which the days of the person's team end."""
    return ZoneInfo(person.team.zone) if person.team else ZoneInfo("UTC")


def month_ends(today: dt.date) -> tuple[dt.date, ...]:
    """The last days of the last twelve months that are over, the oldest first, and today."""
    first, found = today.replace(day=1), [today]
    for _month in range(MONTHS):
        found.append(first - dt.timedelta(days=1))
        first = found[-1].replace(day=1)
    return tuple(reversed(found))


def end_of(day: dt.date, zone: ZoneInfo, moment: dt.datetime) -> dt.datetime:
    """When that day ends in the zone; the moment itself where it does not end before."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return min(midnight.astimezone(dt.UTC), moment)


def open_at(moment: dt.datetime) -> ColumnElement[bool]:
    """The condition of the spans of gaps that were open at that moment."""
    return and_(
        GapSpan.opened_at < moment, or_(GapSpan.closed_at.is_(None), GapSpan.closed_at >= moment)
    )


def _counted(
    desk: Desk,
    person: User,
    column: Any,
    days: Sequence[dt.date],
    ends: Sequence[dt.datetime],
) -> tuple[Counter[tuple[dt.date, str]], Counter[dt.date]]:
    """Children and gaps at each of these ends, by that column: added up case by case along the team's own index."""
    each = [func.sum(case((open_at(end), 1), else_=0)).label(f"n{k}") for k, end in enumerate(ends)]
    cases = (
        select(column.label("what"), *each)
        .where(
            GapSpan.team_id == (person.team_id or -1),
            or_(GapSpan.closed_at.is_(None), GapSpan.closed_at >= ends[0]),
        )
        .group_by(GapSpan.case_id, column)
        .subquery()
    )
    sums = []
    for k in range(len(ends)):
        n = cases.c[f"n{k}"]
        sums += [func.sum(case((n > 0, 1), else_=0)), func.sum(n)]
    children: Counter[tuple[dt.date, str]] = Counter()
    gaps: Counter[dt.date] = Counter()
    for what, *numbers in desk.session.execute(select(cases.c.what, *sums).group_by(cases.c.what)):
        for k, day in enumerate(days):
            children[day, what] = int(numbers[2 * k])
            gaps[day] += int(numbers[2 * k + 1])
    return children, gaps


__all__ = [
    "MONTHS",
    "BoardHistory",
    "end_of",
    "history_of",
    "month_ends",
    "open_at",
    "zone_of_team",
]
