"""What needs a person today, in order of harm. Reads stored findings only: no rule is evaluated, no case opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    nulls_last,
    or_,
    select,
)

from intake.checklist.evaluation import RANK
from intake.models import Case, StoredFinding, User, now
from intake.services.desk import Desk
from intake.services.rights import visible_cases

SHOWN = 5
"""Of so many cases a list has a line; what is beyond is counted and one step away."""
MOST = 1000
SOON = dt.timedelta(days=7)
SETTLED = ("remedied", "cannot")


@dataclass(frozen=True)
class Line:
    """One thing to do: a check of a case."""

    case: Case
    finding: StoredFinding
    until: dt.datetime | None
    """When it is due: the deadline of the law or the end of the agreed day, whichever comes first."""


@dataclass(frozen=True)
class CaseLines:
    """What is to be done in one case: the worst, and the rest beside it."""

    worst: Line
    others: Sequence[Line]


@dataclass(frozen=True)
class Lines:
    """Things to do, case by case, the case with the worst first; ``total`` says how many there are."""

    shown: Sequence[CaseLines]
    more: int
    """In how many other cases there is something."""
    total: int

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass(frozen=True)
class Workday:
    """What is to be done on the cases a person works on."""

    late: Lines
    today: Lines
    soon: Lines
    undated: Lines
    """Critical and high gaps on which no clock runs."""
    returned: Sequence[Case]
    new: Sequence[Case]


def workday(desk: Desk, person: User, zone: ZoneInfo, *, whole: bool = False) -> Workday:
    """What is to be done on the cases the person writes in, their own and those they cover, in order of harm."""
    moment = now()
    midnight = _end_of(moment.astimezone(zone).date(), zone)
    reach = visible_cases(person, "case.write")
    rows = desk.session.execute(_to_do(reach, moment + SOON).limit(MOST)).unique().all()
    late, today, soon, undated = [], [], [], []
    for row_case, finding in rows:
        until = _until(finding, zone)
        line = Line(row_case, finding, until)
        if until is None:
            undated.append(line)
        elif until <= moment:
            late.append(line)
        elif until <= midnight:
            today.append(line)
        else:
            soon.append(line)
    most = MOST if whole else SHOWN
    return Workday(
        late=_lines(late, most),
        today=_lines(today, most),
        soon=_lines(soon, most),
        undated=_lines(undated, most),
        returned=_cases(desk, reach & (Case.status == "returned")),
        new=_cases(desk, reach & Case.handed_over_at.is_not(None)),
    )


def carried(desk: Desk, person: User, zone: ZoneInfo, *, whole: bool = False) -> Lines:
    """The gaps the person was asked to carry in cases of others that they see, most urgent first."""
    query = _open_work().where(
        StoredFinding.owner_id == person.id,
        Case.caseworker_id != person.id,
        visible_cases(person),
    )
    rows = desk.session.execute(_by_harm(query).limit(MOST)).unique().all()
    lines = [Line(one, found, _until(found, zone)) for one, found in rows]
    return _lines(lines, MOST if whole else SHOWN)


def _open_work() -> Select[Case, StoredFinding]:
    return (
        select(Case, StoredFinding)
        .join(StoredFinding, StoredFinding.case_id == Case.id)
        .where(
            StoredFinding.work.not_in(SETTLED),
            or_(Case.stage.is_(None), Case.stage != "closed"),
        )
    )


def _to_do(reach: ColumnElement[bool], until: dt.datetime) -> Select[Case, StoredFinding]:
    dated = or_(StoredFinding.due < until, StoredFinding.agreed_due < until.date())
    undated = and_(
        StoredFinding.due.is_(None),
        StoredFinding.status == "gap",
        StoredFinding.severity.in_(("critical", "high")),
    )
    return _by_harm(_open_work().where(reach, or_(dated, undated)))


def _by_harm(query: Select[Case, StoredFinding]) -> Select[Case, StoredFinding]:
    rank = case(RANK, value=StoredFinding.severity, else_=len(RANK))
    return query.order_by(
        rank, nulls_last(StoredFinding.due.asc()), Case.number, StoredFinding.check_id
    )


def _until(finding: StoredFinding, zone: ZoneInfo) -> dt.datetime | None:
    agreed = _end_of(finding.agreed_due, zone) if finding.agreed_due else None
    return min((one for one in (finding.due, agreed) if one), default=None)


def _end_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The day's last second: a deadline told as the midnight after it reads as the next day."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=zone)


def _lines(lines: list[Line], most: int) -> Lines:
    of_case: dict[str, list[Line]] = {}
    for line in lines:
        of_case.setdefault(line.case.id, []).append(line)
    cases = [CaseLines(worst, others) for worst, *others in of_case.values()]
    return Lines(cases[:most], max(0, len(cases) - most), len(lines))


def _cases(desk: Desk, about: ColumnElement[bool]) -> Sequence[Case]:
    query = select(Case).where(about).order_by(Case.updated_at.desc(), Case.number).limit(SHOWN)
    return desk.session.scalars(query).unique().all()
