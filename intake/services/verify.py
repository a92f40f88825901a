"""Whether the audit trail and the histories of the cases are whole; where not, the first entry that is not, and why.

Everything is read as a stream, since a trail is long. What writers add meanwhile is left for the next time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from intake.models import AuditEntry, AuditHead, Case, Change
from intake.services.audit import START, digest_of
from intake.services.keep import change_digests
from intake.services.remarks import verify_remarks

BATCH = 2000
Kind = Literal["edited", "removed", "inserted", "reordered", "truncated", "head"]


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written. ``case`` is the number of the case whose history it is, ``what``
    what of that history was touched: a change, a comment or a review."""

    number: int
    kind: Kind
    case: str | None = None
    what: str = "change"


class _Row(NamedTuple):
    id: int
    at: dt.datetime
    actor_id: int | None
    action: str
    case_id: str | None
    detail: str
    previous: str
    digest: str

    def digest_as(self, number: int) -> str | None:
        """The digest it would have as that entry; None where what it says cannot even be read."""
        try:
            detail = json.loads(self.detail)
        except ValueError:
            return None
        return digest_of(
            number, self.at, self.actor_id, self.action, self.case_id, detail, self.previous
        )


def verify_trail(
    session: Session,
    noted: tuple[int, str] | None = None,
    *,
    since: int = 0,
    advance: Callable[[int], None] = lambda _count: None,
) -> Broken | None:
    """The first broken entry of the trail; None where it is whole.

    ``noted`` is a number and digest written down elsewhere: it finds a trail that was cut or written anew whole.
    ``since`` leaves out the entries up to that number, of which the last is taken at its word. ``advance`` is
    told of every batch.
    """
    head = session.execute(select(AuditHead.entries, AuditHead.digest)).one_or_none()
    if head is None:
        return Broken(0, "head")
    expected, previous = since + 1, _digest_at(session, since) if since else START
    count = 0
    try:
        # with nothing left out, also what was put below the first entry is seen
        left_out = [AuditEntry.id > since] if since else []
        for row in _rows(session, *left_out, AuditEntry.id <= head.entries):
            if row.id != expected:
                return Broken(min(row.id, expected), "removed" if row.id > expected else "inserted")
            if (
                row.digest != row.digest_as(row.id)
                or row.previous != previous
                or (noted and noted[0] == row.id and noted[1] != row.digest)
            ):
                return _diagnose(session, row, previous)
            expected, previous = expected + 1, row.digest
            count += 1
            if count % BATCH == 0:
                advance(BATCH)
    except ValueError:
        # a time that cannot be read stops a whole batch: the one that holds it is found alone
        return Broken(_unreadable(session, expected), "edited")
    advance(count % BATCH)
    if noted and noted[0] > expected - 1:
        return Broken(expected, "truncated")
    if head.entries > expected - 1:
        return Broken(expected, "truncated")
    if head.digest != previous:
        return Broken(head.entries, "head")
    # the newest entry before the head is read again, so that what is being written now is not taken as forged
    newest = session.scalar(select(func.max(AuditEntry.id))) or 0
    again = session.scalar(select(AuditHead.entries)) or 0
    return Broken(again + 1, "inserted") if newest > again else None


def _rows(session: Session, *conditions: Any) -> Iterator[_Row]:
    rows = session.execute(
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.actor_id,
            AuditEntry.action,
            AuditEntry.case_id,
            cast(AuditEntry.detail, Text),
            AuditEntry.previous,
            AuditEntry.digest,
        )
        .where(*conditions)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=BATCH)
    )
    return (_Row(*row) for row in rows)


def _diagnose(session: Session, row: _Row, previous: str) -> Broken:
    """What was done to the first entry that does not fit."""
    if row.digest == row.digest_as(row.id):
        # it fits itself: either the one before it was written anew after it, or it was itself
        before_it = row.previous != previous and row.id > 1 and _fits_next(session, row)
        return Broken(row.id - 1 if before_it else row.id, "edited")
    last = session.scalar(select(func.max(AuditEntry.id))) or row.id
    # every place that it may have come from, the nearest first
    for number in sorted(range(1, last + 2), key=lambda place: abs(place - row.id)):
        if row.digest != row.digest_as(number):
            continue
        if number < row.id:
            return Broken(number, "inserted")
        before = session.scalar(select(AuditEntry.id).where(AuditEntry.digest == row.previous))
        return Broken(row.id, "removed" if before is None else "reordered")
    return Broken(row.id, "edited")


def _fits_next(session: Session, row: _Row) -> bool:
    """Whether what comes after the entry, be it the head, knows it as it is."""
    after = session.scalar(select(AuditEntry.previous).where(AuditEntry.id == row.id + 1))
    return row.digest == (after or session.scalar(select(AuditHead.digest)))


def _digest_at(session: Session, number: int) -> str:
    return session.scalar(select(AuditEntry.digest).where(AuditEntry.id == number)) or ""


def _unreadable(session: Session, expected: int) -> int:
    while True:
        try:
            list(_rows(session, AuditEntry.id == expected))
        except ValueError:
            return expected
        expected += 1


def verify_histories(
    session: Session, advance: Callable[[int], None] = lambda _count: None
) -> Broken | None:
    """The first change, comment or review of a case that is not as it was written; None where every history is whole."""
    cases = session.execute(select(Case.id, Case.number, Case.version).order_by(Case.id)).all()
    for case in cases:
        expected, previous = 1, START
        for change in session.scalars(
            select(Change)
            .where(Change.case_id == case.id, Change.sequence <= case.version)
            .order_by(Change.sequence)
            .execution_options(yield_per=100)
        ):
            if change.sequence != expected:
                return Broken(expected, "removed", case.number)
            if change.digest not in change_digests(change):
                return Broken(expected, _history_kind(change, cases_last=case.version), case.number)
            if change.previous != previous:
                return Broken(max(expected - 1, 1), "edited", case.number)
            expected, previous = expected + 1, change.digest
            session.expunge(change)
        if case.version >= expected:
            return Broken(expected, "truncated", case.number)
        if _more(session, case.id):
            return Broken(expected, "inserted", case.number)
        remark = verify_remarks(session, case.id)
        if remark:
            return Broken(remark.number, remark.kind, case.number, remark.what)
        advance(1)
    return None


def _history_kind(change: Change, cases_last: int) -> Kind:
    moved = any(
        change.digest in change_digests(change, sequence)
        for sequence in range(1, cases_last + 2)
        if sequence != change.sequence
    )
    return "reordered" if moved else "edited"


def _more(session: Session, case_id: str) -> bool:
    """Whether the history goes on after the version that the case says it has."""
    newest = session.scalar(select(func.max(Change.sequence)).where(Change.case_id == case_id)) or 0
    version = session.scalar(select(Case.version).where(Case.id == case_id)) or 0
    return newest > version
