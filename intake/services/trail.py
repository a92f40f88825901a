"""What people look at, and what they are refused, for the audit trail: who, which page, which case; never content.

Somebody who goes back and forth in a case reads the same page many times: within ten minutes that is one entry.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.models import CASE_NUMBER, AuditEntry, Case, now
from intake.services import audit
from intake.services.desk import Desk

FOLDED = dt.timedelta(minutes=10)


def note_read(desk: Desk, actor_id: int, action: str, page: str, case: Case | None = None) -> None:
    """Keeps that the person reads this page, before it is shown; raises, so that it is not, where that fails.

    A case that was handed to the person stops being new to them.
    """
    case_id = case.id if case else None
    new_to_them = (
        case is not None and case.handed_over_at is not None and case.caseworker_id == actor_id
    )
    if not new_to_them and _read_lately(desk.session, actor_id, action, page, case_id):
        return
    with desk.writing() as session:
        if new_to_them:
            session.execute(
                update(Case)
                .where(Case.id == case_id, Case.caseworker_id == actor_id)
                .values(handed_over_at=None)
            )
        audit.record(session, action, actor_id=actor_id, case_id=case_id, page=page)


def _read_lately(
    session: Session, actor_id: int, action: str, page: str, case_id: str | None
) -> bool:
    lately = session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.actor_id == actor_id,
            AuditEntry.action == action,
            AuditEntry.case_id == case_id,
            AuditEntry.at > now() - FOLDED,
        )
    )
    return any(detail.get("page") == page for detail in lately)


def note_refusal(
    desk: Desk, actor_id: int | None, page: str, status: int, number: str | None
) -> None:
    """Keeps that somebody was refused a page, and of which case where the number is one.

    What was typed in a number's place and cannot be one is not kept: it may be a name.
    """
    case_id = unknown = None
    if number is not None and CASE_NUMBER.fullmatch(number):
        case_id = desk.session.scalar(select(Case.id).where(Case.number == number))
        unknown = number if case_id is None else None
    with desk.writing() as session:
        audit.record(
            session,
            "refused",
            actor_id=actor_id,
            case_id=case_id,
            page=page,
            status=status,
            **({"number": unknown} if unknown else {}),
        )


def note(desk: Desk, action: str, actor_id: int | None) -> None:
    """Keeps a sign-in, a sign-out or a failed one."""
    with desk.writing() as session:
        audit.record(session, action, actor_id=actor_id)
