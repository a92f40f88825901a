"""A calendar of deadlines at a secret address: case numbers and questions, never a name or an answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from intake.models import CalendarFeed, Case, StoredFinding, User, now
from intake.services import audit
from intake.services.credentials import second_factor_missing
from intake.services.desk import Desk
from intake.services.rights import Action, may, visible_cases

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
MOST = 2000
SEVERE = ("critical", "high")
_FETCHED = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """One deadline."""

    number: str
    check_id: str
    severity: str
    due: dt.datetime


def make_feed(desk: Desk, person: User) -> str:
    """The secret of a new address, told this once; an earlier one leads nowhere from now on."""
    secret, person_id = secrets.token_urlsafe(32), person.id
    with desk.writing() as session:
        session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
        session.add(CalendarFeed(person_id=person_id, digest=_digest(secret)))
        audit.record(session, "calendar.made", actor_id=person_id)
    return secret


def end_feed(desk: Desk, person: User) -> None:
    """Ends the person's address; without one, nothing happens."""
    person_id = person.id
    with desk.writing() as session:
        gone = session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
        if gone.rowcount:  # type: ignore[attr-defined]
            audit.record(session, "calendar.ended", actor_id=person_id)


def feed_of(desk: Desk, person: User) -> CalendarFeed | None:
    """The person's address, of which the secret is not known any more."""
    return desk.session.get(CalendarFeed, person.id)


def whose(desk: Desk, secret: str) -> User | None:
    """The person whose calendar this is, if they may still sign in and have what their role asks for.

    That it was fetched is kept, once an hour at most.
    """
    feed = desk.session.scalars(
        select(CalendarFeed).where(CalendarFeed.digest == _digest(secret))
    ).one_or_none()
    if feed is None:
        return None
    person = feed.person
    if not person.active or second_factor_missing(person):
        return None
    if feed.fetched_at is None or feed.fetched_at < now() - _FETCHED:
        person_id = person.id
        with desk.writing() as session:
            kept = session.get(CalendarFeed, person_id)
            if kept is not None:
                kept.fetched_at = now()
            audit.record(session, "calendar.fetched", actor_id=person_id)
        person = desk.session.get_one(User, person_id)
    return person


def deadlines_of(desk: Desk, person: User) -> Sequence[Due]:
    """The open deadlines of the cases the person works on; for who oversees a team, the grave ones of all its cases."""
    oversees = may(person, "case.review")
    action: Action = "case.review" if oversees else "case.write"
    moment = now()
    query = (
        select(Case.number, StoredFinding.check_id, StoredFinding.severity, StoredFinding.due)
        .join(StoredFinding, StoredFinding.case_id == Case.id)
        .where(
            visible_cases(person, action),
            StoredFinding.due > moment - BACK,
            StoredFinding.due < moment + AHEAD,
            StoredFinding.work != "cannot",
        )
        .order_by(StoredFinding.due, Case.number, StoredFinding.check_id)
        .limit(MOST)
    )
    if oversees:
        query = query.where(StoredFinding.severity.in_(SEVERE))
    rows = desk.session.execute(query).all()
    return [Due(number, check, severity, due) for number, check, severity, due in rows if due]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
