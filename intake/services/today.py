"""What needs a person today, in order of harm. Reads stored findings only: no rule is evaluated, no case opened."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    nulls_last,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from intake.checklist.evaluation import RANK
from intake.checklist.parts import Alert
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


@dataclass(frozen=True)
class AlertedCase:
    """A case with an alert, the check at which to begin, and what else it raises."""

    case: Case
    check_id: str | None
    others: tuple[tuple[Alert, str | None], ...]


@dataclass(frozen=True)
class Load:
    """What one caseworker carries."""

    caseworker: User
    cases: int
    critical: int
    overdue: int
    submitted: int


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


def alerted(
    desk: Desk, person: User, alerts: Sequence[Alert]
) -> list[tuple[Alert, list[AlertedCase], int]]:
    """For each alert that some case of the team has: those with the earliest deadline first, and how many have it.

    A case is shown once, under the first of its alerts, with the others. Each comes with the check at which to begin:
    that of the alert where it is open, else the worst that is overdue.
    """
    totals = _alerts_of_team(desk, person)
    raised = [alert for alert in alerts if totals[alert.id]]
    shown: dict[str, Sequence[Case]] = {}
    above: list[Case] = []
    for alert in raised:
        query = (
            select(Case)
            .where(
                visible_cases(person, "case.review"),
                has_alert(alert.id),
                Case.id.not_in([one.id for one in above]),
            )
            # the order of an index: of many cases only those shown are read
            .order_by(Case.place_due)
            .limit(SHOWN)
        )
        shown[alert.id] = desk.session.scalars(query).unique().all()
        above += shown[alert.id]
    begin = {
        alert.id: _beginnings(
            desk, [one.id for one in above if alert.id in one.alerts], alert.look_at
        )
        for alert in raised
    }

    def line(alert: Alert, one: Case) -> AlertedCase:
        others = tuple(
            (other, begin[other.id].get(one.id))
            for other in raised
            if other != alert and other.id in one.alerts
        )
        return AlertedCase(one, begin[alert.id].get(one.id), others)

    return [
        (alert, [line(alert, one) for one in shown[alert.id]], totals[alert.id]) for alert in raised
    ]


def _alerts_of_team(desk: Desk, person: User) -> Counter[str]:
    """How many cases have each alert, counted in one go for all alerts."""
    together = cast(Case.alerts, String)
    rows = desk.session.execute(
        select(together, func.count())
        .where(visible_cases(person, "case.review"), Case.alerted > 0)
        .group_by(together)
    )
    totals: Counter[str] = Counter()
    for alerts, number in rows:
        totals.update(dict.fromkeys(json.loads(alerts), number))
    return totals


def has_alert(alert_id: str) -> ColumnElement[bool]:
    """The condition for cases that carry that alert."""
    return and_(
        Case.alerted > 0, cast(Case.alerts, String).contains(f'"{alert_id}"', autoescape=True)
    )


def waiting_for_review(
    desk: Desk, person: User, above: Iterable[str] = ()
) -> tuple[Sequence[Case], int]:
    """The submitted cases of the team that are not the person's own, longest waiting first, and how many there are.

    Those of these ids stand above already.
    """
    about = (
        visible_cases(person, "case.review")
        & (Case.status == "submitted")
        & (Case.caseworker_id != person.id)
    )
    total = desk.session.scalar(select(func.count()).select_from(Case).where(about)) or 0
    query = select(Case).where(about, Case.id.not_in(list(above)))
    query = query.order_by(Case.submitted_at, Case.number).limit(SHOWN)
    return desk.session.scalars(query).unique().all(), total


def load_of_team(desk: Desk, person: User) -> list[Load]:
    """What each caseworker of the person's cases carries, whoever has most that is overdue first."""
    moment = now()
    overdue = func.sum(case((Case.next_due < moment, 1), else_=0))
    rows = desk.session.execute(
        select(
            Case.caseworker_id,
            func.count(),
            func.sum(Case.critical_gaps),
            overdue,
            func.sum(case((Case.status == "submitted", 1), else_=0)),
        )
        .where(
            visible_cases(person, "case.review"),
            or_(Case.stage.is_(None), Case.stage != "closed"),
        )
        .group_by(Case.caseworker_id)
        .order_by(overdue.desc(), Case.caseworker_id)
    ).all()
    people = {
        one.id: one
        for one in desk.session.scalars(select(User).where(User.id.in_([row[0] for row in rows])))
        .unique()
        .all()
    }
    return [
        Load(people[who], cases, int(critical or 0), int(late or 0), int(submitted or 0))
        for who, cases, critical, late, submitted in rows
    ]


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


def _beginnings(desk: Desk, case_ids: list[str], look_at: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    other = aliased(StoredFinding)
    rank = case(RANK, value=other.severity, else_=len(RANK))
    rows = desk.session.execute(
        select(other.case_id, other.check_id)
        .where(other.case_id.in_(case_ids))
        .order_by(
            case((other.check_id == (look_at or ""), 0), else_=1),
            case((other.due < now(), 0), else_=1),
            rank,
            nulls_last(other.due.asc()),
            other.check_id,
        )
    )
    for case_id, check_id in rows:
        found.setdefault(case_id, check_id)
    return found


def _until(finding: StoredFinding, zone: ZoneInfo) -> dt.datetime | None:
    agreed = _end_of(finding.agreed_due, zone) if finding.agreed_due else None
    return min((one for one in (finding.due, agreed) if one), default=None)


def _end_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)


def _lines(lines: list[Line], most: int) -> Lines:
    of_case: dict[str, list[Line]] = {}
    for line in lines:
        of_case.setdefault(line.case.id, []).append(line)
    cases = [CaseLines(worst, others) for worst, *others in of_case.values()]
    return Lines(cases[:most], max(0, len(cases) - most), len(lines))


def _cases(desk: Desk, about: ColumnElement[bool]) -> Sequence[Case]:
    query = select(Case).where(about).order_by(Case.updated_at.desc(), Case.number).limit(SHOWN)
    return desk.session.scalars(query).unique().all()
