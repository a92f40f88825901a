"""Cases evaluated anew or moved until each of them is done, whoever saves meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from intake.checklist.register import Register
from intake.models import Case
from intake.services.desk import Desk
from intake.services.reevaluate import reevaluate
from intake.services.reevaluate_many import reevaluate_many
from intake.services.versions import move_one


def reevaluate_each(desk: Desk, case_ids: Sequence[str], to: Register | None = None) -> int:
    """As :func:`reevaluate_many`, until every one of these cases is done; says how many there were."""
    left, number = list(case_ids), 0
    while left:
        done = reevaluate_many(desk, left, to)
        for case_id in done.alone:
            if to is not None:
                move_one(desk, case_id, to)
            reevaluate(desk, case_id)
        number += done.cases + len(done.alone)
        left = done.again
    return number


def move_all_cases(desk: Desk, to: Register, at_once: int = 200) -> int:
    """Moves every case to that register and says how many; cut short, it goes on when begun again."""
    number = 0
    while True:
        left = desk.session.scalars(
            select(Case.id).where(Case.register_sha256 != to.sha256).limit(at_once)
        ).all()
        if not left:
            return number
        number += reevaluate_each(desk, left, to)


__all__ = ["move_all_cases", "reevaluate_each"]
