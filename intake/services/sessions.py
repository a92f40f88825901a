"""Where people are signed in: begun at sign-in, checked at each request, ended by time, by their owner or by a change."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Delete, Engine, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from intake.models import SignIn, User, now
from intake.services import audit
from intake.services.desk import Desk

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
NOTED = dt.timedelta(minutes=1)
"""How coarsely the last request is kept, so that reading a page is seldom a write."""

log = logging.getLogger("intake")


def begin(session: Session, person: User, device: str) -> str:
    """Begins a session of that person and gives its token; all that ended by time, whoever's, are cleared away."""
    moment = now()
    session.execute(_clearing(moment))
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token=token, user_id=person.id, started_at=moment, seen_at=moment, device=device)
    )
    return token


def find(session: Session, token: object, person: User) -> SignIn | None:
    """The session of that token, if it is this person's and time has not ended it."""
    if not isinstance(token, str):
        return None
    return session.scalar(
        select(SignIn).where(SignIn.token == token, SignIn.user_id == person.id, _live(now()))
    )


def note_seen(engine: Engine, found: SignIn) -> None:
    """Keeps that the session is in use: in a transaction of its own, at most once a minute.

    The same transaction clears away the sessions that time ended, so that none stays where nobody signs in. Where the
    database takes no writes, reading goes on; the session then ends as if idle.
    """
    moment = now()
    if moment - found.seen_at < NOTED:
        return
    try:
        with engine.connect().execution_options(writes=True) as connection:
            connection.execute(
                update(SignIn).where(SignIn.token == found.token).values(seen_at=moment)
            )
            connection.execute(_clearing(moment))
            connection.commit()
    except OperationalError as error:
        log.warning("a session's last use could not be kept: %s", type(error).__name__)


def sessions_of(session: Session, person: User) -> Sequence[SignIn]:
    """The person's sessions that are alive, the one used last first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.user_id == person.id, _live(now()))
        .order_by(SignIn.seen_at.desc())
    ).all()


def end(session: Session, token: str, person: User) -> bool:
    """Ends that session of the person; says whether there was one."""
    if not token.isprintable():
        return False
    ended = session.execute(
        delete(SignIn).where(SignIn.token == token, SignIn.user_id == person.id)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        return False
    audit.record(session, "session.ended", actor_id=person.id, sessions=1)
    return True


def end_all(
    session: Session, person: User, *, but: str | None = None, by: int | None = None
) -> int:
    """Ends the person's sessions, one excepted if given; says how many there were."""
    ended = session.execute(
        delete(SignIn).where(SignIn.user_id == person.id, SignIn.token != (but or ""))
    )
    count = int(ended.rowcount)  # type: ignore[attr-defined]
    if count:
        audit.record(session, "session.ended", actor_id=by, person=person.id, sessions=count)
    return count


def clear_ended(desk: Desk) -> int:
    """Forgets every session that time has ended; says how many."""
    with desk.writing() as session:
        ended = session.execute(_clearing(now()))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _clearing(moment: dt.datetime) -> Delete:
    """Takes away the sessions that time ended, but those that somebody else is taking away: nobody waits for another."""
    ended = select(SignIn.token).where(~_live(moment)).with_for_update(skip_locked=True)
    return delete(SignIn).where(SignIn.token.in_(ended))


def _live(moment: dt.datetime) -> ColumnElement[bool]:
    return (SignIn.seen_at > moment - IDLE) & (SignIn.started_at > moment - LONGEST)
