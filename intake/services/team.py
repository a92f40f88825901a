"""A team's work among its people: cases handed over, and who stands in for whom while away."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intake.models import Case, Change, Cover, Role, Team, User, now
from intake.services import audit
from intake.services.case_file import open_file
from intake.services.desk import Desk, Refused
from intake.services.keep import Who, keep
from intake.services.rights import may, visible_cases

LONGEST_COVER = dt.timedelta(days=184)


def members(desk: Desk, person: User, roles: Sequence[str] = ("caseworker",)) -> Sequence[User]:
    """The people of the person's team in those roles who may sign in, by name."""
    return (
        desk.session.scalars(
            select(User)
            .where(
                User.team_id == person.team_id,
                User.active.is_(True),
                User.roles.any(Role.name.in_(roles)),
            )
            .order_by(User.name)
        )
        .unique()
        .all()
    )


def hand_over(
    desk: Desk, by: User, numbers: Iterable[str], to_id: int, reason: str, operation: str
) -> int:
    """Gives these cases of the team to one of its caseworkers, all or none; says how many changed hands.

    Each keeps it in its history, with the reason. Sent twice, they change hands once. Raises Refused:
    ``not_of_the_team`` (the caseworker), ``case_gone`` (one of the cases is not the team's any more).
    """
    by_id, wanted = by.id, sorted(set(numbers))
    with desk.writing() as session:
        person = session.get_one(User, by_id)
        if to_id not in {one.id for one in members(desk, person)}:
            raise Refused("not_of_the_team")
        cases = session.scalars(
            select(Case)
            .where(Case.number.in_(wanted), visible_cases(person, "case.hand-over"))
            .order_by(Case.id)
            .with_for_update()
        ).all()
        if len(cases) != len(wanted):
            raise Refused("case_gone")
        return sum(_hand_over(desk, case, by_id, to_id, reason, operation) for case in cases)


def _hand_over(desk: Desk, case: Case, by_id: int, to_id: int, reason: str, operation: str) -> bool:
    own = str(uuid.uuid5(uuid.UUID(operation), case.id))
    if case.caseworker_id == to_id or desk.session.get(Change, own) is not None:
        return False
    from_id, moment = case.caseworker_id, now()
    changes = {"handed.to": [from_id, to_id], "handed.reason": [None, reason]}
    document = json.loads(json.dumps(open_file(desk, case).document))
    case.caseworker_id, case.handed_over_at = to_id, moment
    who = Who(by_id, own, "handed-over", moment)
    keep(desk, case, document, changes, who, version=case.version + 1)
    audit.record(
        desk.session,
        "case.handed-over",
        actor_id=by_id,
        case_id=case.id,
        **{"from": from_id, "to": to_id},
    )
    return True


def set_cover(
    desk: Desk, by: User, *, absent_id: int, covering_id: int, first: dt.date, last: dt.date
) -> Cover:
    """From the first day to the last, in the team's zone, one stands in for the other.

    A caseworker says it of themselves, a supervisor of any caseworker of the team. Raises Refused:
    ``not_of_the_team``, ``covers_self``, ``cover_days`` (they are in the wrong order, past or too many),
    ``covered_already`` (the same two, on some of these days).
    """
    by_id = by.id
    with desk.writing() as session:
        person = session.get_one(User, by_id)
        team = _team(person)
        absent = {one.id for one in members(desk, person)}
        if not may(person, "cover.team"):
            absent &= {by_id}
        standing_in = {one.id for one in members(desk, person, ("caseworker", "supervisor"))}
        if absent_id not in absent or covering_id not in standing_in:
            raise Refused("not_of_the_team")
        if absent_id == covering_id:
            raise Refused("covers_self")
        zone = ZoneInfo(team.zone)
        if not now().astimezone(zone).date() <= last or not first <= last <= first + LONGEST_COVER:
            raise Refused("cover_days")
        starts_at = _day_begins(first, zone)
        ends_at = _day_begins(last + dt.timedelta(days=1), zone)
        same = select(Cover.id).where(
            Cover.absent_id == absent_id,
            Cover.covering_id == covering_id,
            Cover.starts_at < ends_at,
            Cover.ends_at > starts_at,
        )
        if session.scalar(same.limit(1)) is not None:
            raise Refused("covered_already")
        cover = Cover(
            absent_id=absent_id,
            covering_id=covering_id,
            first_day=first,
            last_day=last,
            starts_at=starts_at,
            ends_at=ends_at,
            set_by_id=by_id,
        )
        session.add(cover)
        session.flush()
        audit.record(
            session,
            "cover.set",
            actor_id=by_id,
            cover=cover.id,
            absent=absent_id,
            covering=covering_id,
            days=[first.isoformat(), last.isoformat()],
        )
        return cover


def end_cover(desk: Desk, by: User, cover_id: int) -> bool:
    """Ends a cover now, or takes back one that has not begun; says whether there was one that the person may end."""
    by_id = by.id
    with desk.writing() as session:
        person, moment = session.get_one(User, by_id), now()
        cover = next((one for one in covers(desk, person) if one.id == cover_id), None)
        if cover is None:
            return False
        cover.ends_at = max(cover.starts_at, moment)
        audit.record(session, "cover.ended", actor_id=by_id, cover=cover_id)
        return True


def covers(desk: Desk, person: User) -> Sequence[Cover]:
    """The covers now and to come that the person set or may end: of the team, else those of themselves."""
    query = select(Cover).where(Cover.ends_at > now(), Cover.starts_at < Cover.ends_at)
    if may(person, "cover.team"):
        team = select(User.id).where(User.team_id == person.team_id)
        query = query.where(Cover.absent_id.in_(team))
    else:
        query = query.where(Cover.absent_id == person.id)
    return desk.session.scalars(query.order_by(Cover.starts_at, Cover.id)).all()


def stands_in_for(desk: Desk, person: User) -> Sequence[Cover]:
    """The covers now and to come in which the person stands in for somebody."""
    return desk.session.scalars(
        select(Cover)
        .where(
            Cover.covering_id == person.id,
            Cover.ends_at > now(),
            Cover.starts_at < Cover.ends_at,
        )
        .order_by(Cover.starts_at, Cover.id)
    ).all()


def _team(person: User) -> Team:
    if person.team is None:
        raise Refused("no_team")
    return person.team


def _day_begins(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)
