"""What is done by the clock: of all workers everywhere, one does it, once for each stretch of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from intake.models import Chore, now
from intake.services.desk import Desk

_START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def begin(desk: Desk, name: str, every: dt.timedelta) -> bool:
    """Whether this caller is to do the chore for the stretch of time that is now; nobody else is told so."""
    moment = now()
    slot = moment - (moment - _START) % every
    try:
        with desk.writing() as session:
            kept = session.scalars(
                select(Chore).where(Chore.name == name).with_for_update()
            ).one_or_none()
            if kept is None:
                session.add(Chore(name=name, slot=slot))
            elif kept.slot >= slot:
                return False
            else:
                kept.slot = slot
    except IntegrityError:  # two began the very first time at once
        return False
    return True


def begun(desk: Desk) -> Sequence[Chore]:
    """Each chore and when it was begun last."""
    return desk.session.scalars(select(Chore).order_by(Chore.name)).all()


__all__ = ["begin", "begun"]
