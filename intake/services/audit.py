"""The audit trail: one chained entry for each thing done, without content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import AuditEntry, AuditHead, now

START = "0" * 64


def record(
    session: Session,
    action: str,
    *,
    actor_id: int | None,
    case_id: str | None = None,
    **detail: Any,
) -> None:
    """Adds an entry to the chain, in the transaction under way. ``detail`` holds ids and counts, never content."""
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    entry = AuditEntry(
        id=head.entries + 1,
        at=now(),
        actor_id=actor_id,
        action=action,
        case_id=case_id,
        detail=detail,
        previous=head.digest,
    )
    entry.digest = digest(entry)
    head.entries, head.digest = entry.id, entry.digest
    session.add(entry)


def digest(entry: AuditEntry) -> str:
    """The SHA-256 over all that the entry says, the digest before it included."""
    fields = [
        entry.id,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.case_id,
        entry.detail,
        entry.previous,
    ]
    return hashlib.sha256(
        json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def first_broken(session: Session) -> int | None:
    """The number of the first entry that was altered, removed or moved; None where the chain is whole."""
    expected, previous = 1, START
    for entry in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    ):
        if entry.id != expected or entry.previous != previous or entry.digest != digest(entry):
            return expected
        expected, previous = expected + 1, entry.digest
    head = session.get(AuditHead, 1)
    whole = head is not None and head.entries == expected - 1 and head.digest == previous
    return None if whole else expected
