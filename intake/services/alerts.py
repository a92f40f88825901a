"""The alerts of a team: which of its cases have one, those with the earliest deadline first. Reads no case's rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, nulls_last, select
from sqlalchemy.orm import aliased

from intake.checklist.evaluation import RANK
from intake.checklist.parts import Alert
from intake.models import Case, CaseAlert, StoredFinding, User, now
from intake.services.desk import Desk
from intake.services.few import COUNTED, Among, among
from intake.services.rights import visible_cases
from intake.services.today import SHOWN

Beginning = tuple[str | None, dt.datetime | None]
"""The check at which to begin, and when it is due."""
NOTHING: Beginning = (None, None)


@dataclass(frozen=True)
class AlertedCase:
    """A case with an alert, the check at which to begin, and what else it raises."""

    case: Case
    check_id: str | None
    due: dt.datetime | None
    """When that check is due, and not another of the case."""
    others: tuple[tuple[Alert, str | None], ...]


@dataclass(frozen=True)
class Alerted:
    """An alert of the team: the cases shown, and how many have it; one more than COUNTED where there are more."""

    alert: Alert
    cases: Sequence[AlertedCase]
    total: int

    @property
    def more(self) -> bool:
        """Whether there are cases that are not shown."""
        return self.total > len(self.cases)


def alerted(desk: Desk, person: User, alerts: Sequence[Alert]) -> list[Alerted]:
    """For each alert that some case of the team has: those with the earliest deadline first, and how many there are.

    A case is shown once, under the first of its alerts, with the others. Each comes with the check at which to begin:
    that of the alert where it is open, else the worst that is overdue.
    """
    totals = _totals(desk, person, alerts)
    raised = [alert for alert in alerts if totals[alert.id]]
    shown: dict[str, Sequence[Case]] = {}
    above: list[Case] = []
    for alert in raised:
        # those shown are found first, by an index in their order; only then are cases read
        first = (
            select(CaseAlert.case_id, CaseAlert.place_due)
            .where(_of_team(person, alert.id), CaseAlert.case_id.not_in([one.id for one in above]))
            .order_by(CaseAlert.place_due)
            .limit(SHOWN)
            .subquery()
        )
        query = (
            select(Case)
            .join(first, first.c.case_id == Case.id)
            .where(visible_cases(person, "case.review"))
            .order_by(first.c.place_due)
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
            (other, begin[other.id].get(one.id, NOTHING)[0])
            for other in raised
            if other != alert and other.id in one.alerts
        )
        return AlertedCase(one, *begin[alert.id].get(one.id, NOTHING), others)

    return [
        Alerted(alert, [line(alert, one) for one in shown[alert.id]], totals[alert.id])
        for alert in raised
    ]


def _totals(desk: Desk, person: User, alerts: Sequence[Alert]) -> dict[str, int]:
    """How many cases have each alert, asked in one go for all alerts and counted no further than is told."""
    if not alerts:
        return {}
    columns = []
    for alert in alerts:
        capped = select(CaseAlert.alert_id).where(_of_team(person, alert.id)).limit(COUNTED + 1)
        columns.append(select(func.count()).select_from(capped.subquery()).scalar_subquery())
    numbers = desk.session.execute(select(*columns)).one()
    return dict(zip((alert.id for alert in alerts), numbers, strict=True))


def _of_team(person: User, alert_id: str) -> ColumnElement[bool]:
    """The alerts of that kind among the cases that the person may review: those of the team."""
    return (CaseAlert.team_id == (person.team_id or -1)) & (CaseAlert.alert_id == alert_id)


def with_alert(desk: Desk, person: User, alert_id: str) -> Among:
    """The cases that the person may review and that have that alert."""
    return among(
        desk,
        select(CaseAlert.case_id).where(_of_team(person, alert_id)),
        exists().where(CaseAlert.case_id == Case.id, CaseAlert.alert_id == alert_id),
    )


def _beginnings(desk: Desk, case_ids: list[str], look_at: str | None) -> dict[str, Beginning]:
    found: dict[str, Beginning] = {}
    other = aliased(StoredFinding)
    rank = case(RANK, value=other.severity, else_=len(RANK))
    rows = desk.session.execute(
        select(other.case_id, other.check_id, other.due)
        .where(other.case_id.in_(case_ids))
        .order_by(
            case((other.check_id == (look_at or ""), 0), else_=1),
            case((other.due < now(), 0), else_=1),
            rank,
            nulls_last(other.due.asc()),
            other.check_id,
        )
    )
    for case_id, check_id, due in rows:
        found.setdefault(case_id, (check_id, due))
    return found


__all__ = ["SHOWN", "Alerted", "AlertedCase", "alerted", "with_alert"]
