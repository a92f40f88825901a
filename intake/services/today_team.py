"""What needs a supervisor today: the alerts of the team, what waits for review, and who carries what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, case, cast, func, nulls_last, or_, select
from sqlalchemy.orm import aliased

from intake.checklist.evaluation import RANK
from intake.checklist.parts import Alert
from intake.models import Case, StoredFinding, User, now
from intake.services.desk import Desk
from intake.services.rights import visible_cases
from intake.services.today import SHOWN


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
