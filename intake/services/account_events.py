"""What happened to a person's account lately, kept for its owner to see: kinds and times, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, get_args

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake.models import AccountEvent, User, now

Kind = Literal[
    "password.changed",
    "password.reset",
    "authenticator.added",
    "authenticator.removed",
    "passkey.added",
    "passkey.removed",
    "recovery-codes.created",
    "recovery-code.used",
    "second-factor.reset",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
KEPT = dt.timedelta(days=90)
SHOWN = 10
_UNTOLD = "account events nobody was told of"


def note(session: Session, person: User, kind: Kind) -> None:
    """Keeps it in the transaction under way, and for whoever tells the owner once that is through."""
    moment = now()
    session.execute(
        delete(AccountEvent).where(
            AccountEvent.user_id == person.id, AccountEvent.at < moment - KEPT
        )
    )
    session.add(AccountEvent(user_id=person.id, at=moment, kind=kind))
    session.info.setdefault(_UNTOLD, []).append((person.id, kind, moment))


def untold(session: Session) -> list[tuple[int, Kind, dt.datetime]]:
    """What was kept with this session since it was asked last: whose account, what, and when."""
    found: list[tuple[int, Kind, dt.datetime]] = session.info.pop(_UNTOLD, [])
    return found


def recent(session: Session, person: User) -> Sequence[AccountEvent]:
    """The last events of the person's account, the newest first."""
    return session.scalars(
        select(AccountEvent)
        .where(AccountEvent.user_id == person.id, AccountEvent.at > now() - KEPT)
        .order_by(AccountEvent.at.desc(), AccountEvent.id.desc())
        .limit(SHOWN)
    ).all()


__all__ = ["KINDS", "Kind", "note", "recent", "untold"]
