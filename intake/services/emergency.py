"""Emergency access: a supervisor of another team opens a case for a day, to read and print it, and says why.

The reason lies sealed under the case's key, and goes with it: it may say something of the child.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from intake.models import CASE_NUMBER, SHORTEST_REASON, Case, EmergencyAccess, User, now
from intake.services import audit
from intake.services.desk import Desk, Refused
from intake.services.rights import visible_cases
from intake.vault import Place, SealBroken

COLUMN = "emergency_access.sealed"
LASTS = dt.timedelta(hours=24)


@dataclass(frozen=True)
class AccessRead:
    """An emergency access, opened; without its reason once the key of the case was destroyed."""

    by: User
    at: dt.datetime
    ends_at: dt.datetime
    reason: str | None
    open: bool


def open_for_emergency(
    desk: Desk, by: User, number: str, reason: str, operation: str
) -> str | None:
    """Lets the person read and print that case for a day; the case's number, or None where there is no such case.

    A case that they see already stays as it is. Sent twice, it is opened once. Raises Refused:
    ``reason_too_short``.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("reason_too_short")
    if not CASE_NUMBER.fullmatch(number):
        return None
    by_id = by.id
    with desk.writing() as session:
        person = session.get_one(User, by_id)
        case = session.scalars(select(Case).where(Case.number == number)).one_or_none()
        if case is None:
            return None
        if session.scalar(select(Case.id).where(Case.id == case.id, visible_cases(person))):
            return case.number
        if session.get(EmergencyAccess, operation) is not None:
            return case.number
        moment = now()
        session.add(
            EmergencyAccess(
                id=operation,
                case_id=case.id,
                by_id=by_id,
                at=moment,
                ends_at=moment + LASTS,
                sealed=desk.vault.seal(
                    case.wrapped_key, Place(COLUMN, case.id, operation), {"reason": reason}
                ),
            )
        )
        audit.record(
            session,
            "case.emergency-opened",
            actor_id=by_id,
            case_id=case.id,
            access=operation,
            hours=LASTS // dt.timedelta(hours=1),
        )
        return case.number


def accesses_to(desk: Desk, case: Case) -> list[AccessRead]:
    """Every emergency access to the case, newest first."""
    rows = desk.session.scalars(
        select(EmergencyAccess)
        .where(EmergencyAccess.case_id == case.id)
        .order_by(EmergencyAccess.at.desc())
    )
    return [
        AccessRead(row.by, row.at, row.ends_at, _reason(desk, row), row.ends_at > now())
        for row in rows
    ]


def open_to(desk: Desk, by: User) -> list[EmergencyAccess]:
    """The accesses by which this person may still read cases, the one that ends first before the others."""
    rows = desk.session.scalars(
        select(EmergencyAccess)
        .where(EmergencyAccess.by_id == by.id, EmergencyAccess.ends_at > now())
        .order_by(EmergencyAccess.ends_at)
    )
    return list(rows)


def reasons(desk: Desk, details: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The reasons of the accesses that these entries of the audit trail name; one that cannot be opened is left out."""
    names: Sequence[str] = [detail["access"] for detail in details if "access" in detail]
    if not names:
        return {}
    rows = desk.session.scalars(select(EmergencyAccess).where(EmergencyAccess.id.in_(names)))
    found = {row.id: _reason(desk, row) for row in rows}
    return {name: reason for name, reason in found.items() if reason is not None}


def _reason(desk: Desk, row: EmergencyAccess) -> str | None:
    try:
        opened = desk.vault.open(
            row.case.wrapped_key, Place(COLUMN, row.case_id, row.id), row.sealed
        )
    except SealBroken:
        return None
    return str(opened["reason"])
