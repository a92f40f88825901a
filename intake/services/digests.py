"""A mail with what is due: counts only, in the person's language and on the morning of their zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from intake.models import Case, Digest, StoredFinding, User, now
from intake.services import audit
from intake.services.desk import Desk
from intake.services.rights import may, visible_cases

MORNING = 7
"""The hour from which the mail of the day is sent."""
OFTEN = ("daily", "weekly")
HOME = "America/Mexico_City"


@dataclass(frozen=True)
class Counts:
    """How much is waiting; nothing of whom."""

    overdue: int
    today: int
    week: int
    alerts: int
    submitted: int

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.week or self.alerts or self.submitted)


def set_digest(desk: Desk, person: User, often: str) -> None:
    """How often the person is sent a mail: ``daily``, ``weekly``, anything else for never."""
    person_id = person.id
    with desk.writing() as session:
        kept = session.get(Digest, person_id)
        if often in OFTEN:
            if kept is None:
                session.add(Digest(person_id=person_id, often=often))
            else:
                kept.often = often
        elif kept is not None:
            session.delete(kept)
        audit.record(
            session, "digest.set", actor_id=person_id, often=often if often in OFTEN else "never"
        )


def digest_of(desk: Desk, person: User) -> str:
    """How often the person is sent a mail, or nothing."""
    kept = desk.session.get(Digest, person.id)
    return kept.often if kept else ""


def due_digests(desk: Desk, moment: dt.datetime | None = None) -> Iterator[tuple[User, Counts]]:
    """Each person whose mail of the day is to be sent now, and what it counts; each is given out once.

    On the morning of the person's zone, weekly ones on Mondays. Where nothing waits, none is sent.
    """
    moment = moment or now()
    people = desk.session.scalars(select(Digest.person_id).order_by(Digest.person_id)).all()
    for person_id in people:
        with desk.writing() as session:
            kept = session.get(Digest, person_id, with_for_update=True)
            if kept is None or not kept.person.active:
                continue
            zone = ZoneInfo(kept.person.team.zone if kept.person.team else HOME)
            local = moment.astimezone(zone)
            if local.hour < MORNING or kept.sent_on == local.date():
                continue
            if kept.often == "weekly" and local.weekday() != 0:
                continue
            kept.sent_on = local.date()
        person = desk.session.get_one(User, person_id)
        counts = counts_of(desk, person, moment, zone)
        if counts:
            yield person, counts


def counts_of(desk: Desk, person: User, moment: dt.datetime, zone: ZoneInfo) -> Counts:
    """How much waits for the person at that moment."""
    oversees = may(person, "case.review")
    reach = visible_cases(person, "case.review" if oversees else "case.write")
    midnight = dt.datetime.combine(
        moment.astimezone(zone).date() + dt.timedelta(days=1), dt.time(), tzinfo=zone
    )

    def deadlines(first: dt.datetime | None, last: dt.datetime) -> int:
        about: list[ColumnElement[bool]] = [
            reach,
            StoredFinding.work != "cannot",
            StoredFinding.due <= last,
        ]
        if first is not None:
            about.append(StoredFinding.due > first)
        if oversees:
            about.append(StoredFinding.severity == "critical")
        query = (
            select(func.count())
            .select_from(StoredFinding)
            .join(Case, Case.id == StoredFinding.case_id)
            .where(*about)
        )
        return desk.session.scalar(query) or 0

    def cases(about: ColumnElement[bool]) -> int:
        return desk.session.scalar(select(func.count()).select_from(Case).where(reach, about)) or 0

    return Counts(
        overdue=deadlines(None, moment),
        today=deadlines(moment, midnight),
        week=deadlines(midnight, midnight + dt.timedelta(days=6)),
        alerts=cases(Case.alerted > 0) if oversees else 0,
        submitted=cases(Case.status == "submitted") if oversees else 0,
    )
