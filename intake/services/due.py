"""What nobody may forget though no page is open: closed cases whose time is over, and ends of cases that wait."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from intake.models import Case, Erasure, Retention, Role, Team, User
from intake.services.desk import Desk


@dataclass(frozen=True)
class Due:
    """Of one team, in counts."""

    team_id: int
    team: str
    over: int
    """Closed cases that were to be kept until a day that has come, and whose end nobody has proposed."""
    waiting: int
    """Proposed ends that a second person has to confirm or refuse."""


def due_by_team(desk: Desk, today: dt.date) -> list[Due]:
    """The teams that have something due, by name."""
    session = desk.session
    open_ends = select(Erasure.case_id).where(Erasure.state == "proposed")
    over = Counter[int](
        session.scalars(
            select(Case.team_id)
            .join(Retention, Retention.case_id == Case.id)
            .where(Retention.until <= today, Case.id.not_in(open_ends))
        )
    )
    waiting = Counter[int](
        session.scalars(select(Erasure.team_id).where(Erasure.state == "proposed"))
    )
    return [
        Due(team.id, team.name, over[team.id], waiting[team.id])
        for team in session.scalars(select(Team).order_by(Team.name))
        if over[team.id] or waiting[team.id]
    ]


def told_of(desk: Desk, due: Due) -> Sequence[str]:
    """The addresses of those who decide on it: the team's supervisors."""
    return desk.session.scalars(
        select(User.email)
        .where(User.active, User.team_id == due.team_id, User.roles.any(Role.name == "supervisor"))
        .order_by(User.email)
    ).all()


__all__ = ["Due", "due_by_team", "told_of"]
