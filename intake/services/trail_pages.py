"""The audit trail as an auditor reads it: filtered, newest first, page by page, and whether its chain is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from intake.models import AuditEntry, Case, Erasure, Team, User
from intake.services import audit
from intake.services.desk import Desk
from intake.services.verify import Broken, verify_trail

PAGE = 50
CHECKED = 5000
"""So many of the newest entries are verified when the page is shown; the command verifies all."""
REFUSALS = ("refused", "sign-in.failed", "sign-in.throttled", "case.sharing-refused")


@dataclass(frozen=True)
class TrailQuery:
    """What an auditor asks of the trail; what is left open is not asked."""

    actor_id: int | None = None
    action: str = ""
    number: str = ""
    first: dt.datetime | None = None
    until: dt.datetime | None = None
    refusals: bool = False
    before: int | None = None
    """The number of the entry below which the page begins."""


@dataclass(frozen=True)
class EntryRead:
    """An entry with the person's name and the case's number."""

    entry: AuditEntry
    actor: str | None
    number: str | None


@dataclass(frozen=True)
class TrailPage:
    """One page of the trail; ``next_before`` leads to the one after it."""

    entries: Sequence[EntryRead]
    next_before: int | None


@dataclass(frozen=True)
class ChainState:
    """Whether the chain is whole, as far as it was looked at: from which entry on to which."""

    broken: Broken | None
    since: int
    entries: int
    digest: str


def _asked(query: TrailQuery) -> Select[AuditEntry, str, str]:
    # an erased case is gone, and its number stays on the tombstone
    gone = select(Erasure.case_id, Erasure.case_number).where(Erasure.state == "done").subquery()
    asked = (
        select(AuditEntry, User.name, func.coalesce(Case.number, gone.c.case_number))
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Case, Case.id == AuditEntry.case_id)
        .outerjoin(gone, gone.c.case_id == AuditEntry.case_id)
        .order_by(AuditEntry.id.desc())
    )
    if query.actor_id is not None:
        asked = asked.where(AuditEntry.actor_id == query.actor_id)
    if query.action:
        asked = asked.where(AuditEntry.action == query.action)
    if query.refusals:
        asked = asked.where(AuditEntry.action.in_(REFUSALS))
    if query.number:
        asked = asked.where(
            or_(
                AuditEntry.case_id.in_(select(Case.id).where(Case.number == query.number)),
                AuditEntry.case_id.in_(
                    select(gone.c.case_id).where(gone.c.case_number == query.number)
                ),
                # asked for under a number that there was not, or no longer was
                AuditEntry.detail["number"].as_string() == query.number,
            )
        )
    if query.first is not None:
        asked = asked.where(AuditEntry.at >= query.first)
    if query.until is not None:
        asked = asked.where(AuditEntry.at < query.until)
    if query.before is not None:
        asked = asked.where(AuditEntry.id < query.before)
    return asked


def page_of_trail(desk: Desk, query: TrailQuery) -> TrailPage:
    """One page of the entries asked for, newest first."""
    rows = desk.session.execute(_asked(query).limit(PAGE + 1)).all()
    entries = [EntryRead(row[0], row[1], row[2]) for row in rows[:PAGE]]
    return TrailPage(entries, entries[-1].entry.id if len(rows) > PAGE else None)


def whole_trail(desk: Desk, query: TrailQuery) -> Iterator[EntryRead]:
    """All entries asked for, newest first, as a stream."""
    for row in desk.session.execute(_asked(query).execution_options(yield_per=1000)):
        yield EntryRead(row[0], row[1], row[2])
        desk.session.expunge(row[0])


def actors(desk: Desk) -> Sequence[tuple[int, str]]:
    """Everybody who may be in the trail, by name."""
    rows = desk.session.execute(select(User.id, User.name).order_by(User.name))
    return [(row.id, row.name) for row in rows]


def names_of_people(desk: Desk) -> dict[int, str]:
    """The name of each person by id, for entries that speak of a second person."""
    return dict(actors(desk))


def names_of_teams(desk: Desk) -> dict[int, str]:
    """The name of each team by id."""
    return {row.id: row.name for row in desk.session.execute(select(Team.id, Team.name))}


def chain_state(session: Session) -> ChainState:
    """Whether the newest entries are whole, up to the newest of all."""
    entries, digest = audit.head(session)
    since = max(0, entries - CHECKED)
    return ChainState(verify_trail(session, since=since), since, entries, digest)
