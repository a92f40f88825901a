"""What needs a supervisor today: what waits for review, and who carries what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from intake.models import Case, User, now
from intake.services.desk import Desk
from intake.services.few import counted
from intake.services.rights import visible_cases
from intake.services.today import SHOWN


@dataclass(frozen=True)
class Load:
    """What one caseworker carries."""

    caseworker: User
    cases: int
    critical: int
    overdue: int
    submitted: int


def waiting_for_review(
    desk: Desk, person: User, above: Iterable[str] = ()
) -> tuple[Sequence[Case], int]:
    """The submitted cases of the team that are not the person's own, longest waiting first, and how many there are.

    Those of these ids stand above already. One more than COUNTED are told where there are more.
    """
    about = (
        visible_cases(person, "case.review")
        & (Case.status == "submitted")
        & (Case.caseworker_id != person.id)
    )
    fitting = select(Case).where(about)
    query = fitting.where(Case.id.not_in(list(above)))
    query = query.order_by(Case.submitted_at, Case.number).limit(SHOWN)
    return desk.session.scalars(query).unique().all(), counted(desk, fitting)


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
