"""Comments and decisions tied to the audit trail: the entry of each carries its digest, so that none can be edited,
removed, put in or moved unnoticed. Those of earlier releases are held against what their entry said of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import AuditEntry, Case, Comment, Review

Remark = Comment | Review
What = Literal["comment", "review"]
TABLES: dict[What, tuple[type[Comment] | type[Review], tuple[str, ...]]] = {
    "comment": (Comment, ("case.commented",)),
    "review": (Review, ("case.approved", "case.returned")),
}
AT_ONCE = dt.timedelta(minutes=1)
"""So far apart at most are a remark of an earlier release and its entry, which were written in one transaction."""


class BrokenRemark(NamedTuple):
    """The first remark of a case that is not as it was written: which table, which in order, what was done."""

    what: What
    number: int
    kind: Literal["edited", "removed", "inserted", "reordered"]


class _Entry(NamedTuple):
    action: str
    actor_id: int | None
    at: dt.datetime
    detail: dict[str, Any]


def tie(session: Session, remark: Remark) -> dict[str, Any]:
    """Adds the remark, and gives what its entry in the audit trail carries of it: its number and its digest."""
    session.add(remark)
    session.flush()
    return {"remark": remark.id, "digest": remark_digest(remark)}


def remark_digest(remark: Remark, number: int | None = None) -> str:
    """The SHA-256 over all that the remark says, as that number of its table."""
    if isinstance(remark, Comment):
        own: list[Any] = ["comment", remark.check_id]
    else:
        own = ["review", remark.case_version, remark.decision, remark.approves_bid]
    fields = [
        remark.id if number is None else number,
        remark.case_id,
        remark.operation,
        remark.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        remark.by_id,
        remark.sealed.hex(),
        *own,
    ]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def verify_remarks(session: Session, case_id: str) -> BrokenRemark | None:
    """The first comment or decision of the case that is not as it was written; None where all are."""
    for what, (table, actions) in TABLES.items():
        # the rows first: what is written meanwhile has an entry and is looked for again
        query = select(table).where(table.case_id == case_id).order_by(table.id)
        rows = cast(Sequence[Remark], session.scalars(query).all())
        entries = [
            _Entry(*row)
            for row in session.execute(
                select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.at, AuditEntry.detail)
                .where(AuditEntry.case_id == case_id, AuditEntry.action.in_(actions))
                .order_by(AuditEntry.id)
            )
        ]
        broken = _first_broken(session, what, rows, entries)
        for row in rows:
            session.expunge(row)
        # a case that was erased meanwhile takes its remarks along
        if broken and session.scalar(select(Case.id).where(Case.id == case_id)):
            return broken
    return None


def _first_broken(
    session: Session, what: What, rows: Sequence[Remark], entries: list[_Entry]
) -> BrokenRemark | None:
    known, left = {row.id: row for row in rows}, {row.id for row in rows}
    older: list[tuple[int, _Entry]] = []
    for number, entry in enumerate(entries, 1):
        if "digest" not in entry.detail:
            older.append((number, entry))
            continue
        place, digest = entry.detail.get("remark", 0), entry.detail["digest"]
        row = known.get(place) or cast(Remark | None, session.get(TABLES[what][0], place))
        left.discard(place)
        if row is not None and remark_digest(row) == digest:
            continue
        moved = any(remark_digest(one, place) == digest for one in rows if one.id != place)
        if moved:
            return BrokenRemark(what, number, "reordered")
        return BrokenRemark(what, number, "removed" if row is None else "edited")
    unmatched = []
    for number, entry in older:
        fitting = [known[place] for place in sorted(left) if _fits(known[place], entry)]
        if fitting:
            left.discard(fitting[0].id)
        else:
            unmatched.append(number)
    if unmatched:
        return BrokenRemark(what, unmatched[0], "edited" if left else "removed")
    if left:
        return BrokenRemark(what, [row.id for row in rows].index(min(left)) + 1, "inserted")
    return None


def _fits(row: Remark, entry: _Entry) -> bool:
    """Whether that entry of an earlier release can be this remark's. The text itself is sealed for its row."""
    if row.by_id != entry.actor_id or abs(row.at - entry.at) > AT_ONCE:
        return False
    if isinstance(row, Comment):
        return bool(row.check_id == entry.detail.get("check"))
    return entry.action == f"case.{row.decision}" and row.approves_bid == entry.detail.get("bid")


__all__ = ["BrokenRemark", "remark_digest", "tie", "verify_remarks"]
