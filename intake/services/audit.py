"""The audit trail: one chained entry for each thing done, without content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select
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
    head = session.scalars(
        select(AuditHead)
        .where(AuditHead.id == 1)
        .with_for_update()
        # what another wrote since this session last looked
        .execution_options(populate_existing=True)
    ).one()
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
    session.flush()


Told = tuple[dt.datetime, int | None, str, str | None, dict[str, Any]]
"""When, who, what was done, to which case, and its particulars."""


def record_all(session: Session, action: str, cases: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Adds an entry for each of these cases, as :func:`record` would, of what the app itself did with them."""
    moment = now()
    append(session, ((moment, None, action, case_id, detail) for case_id, detail in cases))


def append(session: Session, told: Iterable[Told]) -> None:
    """Adds these entries to the chain in one go, in this order, in the transaction under way."""
    head = session.scalars(
        select(AuditHead)
        .where(AuditHead.id == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    rows = []
    for at, actor_id, action, case_id, detail in told:
        number = head.entries + 1
        new = digest_of(number, at, actor_id, action, case_id, detail, head.digest)
        rows.append(
            {
                "id": number,
                "at": at,
                "actor_id": actor_id,
                "action": action,
                "case_id": case_id,
                "detail": detail,
                "previous": head.digest,
                "digest": new,
            }
        )
        head.entries, head.digest = number, new
    if rows:
        session.execute(insert(AuditEntry), rows)


def digest(entry: AuditEntry) -> str:
    """The SHA-256 over all that the entry says, the digest before it included."""
    return digest_of(
        entry.id,
        entry.at,
        entry.actor_id,
        entry.action,
        entry.case_id,
        entry.detail,
        entry.previous,
    )


def digest_of(
    number: int,
    at: dt.datetime,
    actor_id: int | None,
    action: str,
    case_id: str | None,
    detail: Any,
    previous: str,
) -> str:
    """The digest of an entry that says this, as that number of the trail."""
    moment = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    fields = [number, moment, actor_id, action, case_id, detail, previous]
    return hashlib.sha256(
        json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def head(session: Session) -> tuple[int, str]:
    """The number and the digest of the newest entry: what to note elsewhere."""
    found = session.execute(
        select(AuditHead.entries, AuditHead.digest).where(AuditHead.id == 1)
    ).one_or_none()
    return (found.entries, found.digest) if found else (0, "")
