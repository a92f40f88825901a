"""What the child agreed to share, with whom and for what; and the one question before anything leaves for a recipient."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Case, Consent, Disclosure, User, now
from intake.services import audit
from intake.services.desk import Desk, Refused
from intake.vault import Place

SELF = "self"
"""The recipient of what is handed to the child, or to who represents them: it needs no consent."""


@dataclass(frozen=True)
class ConsentRead:
    """A consent, opened."""

    id: str
    purpose: str
    recipient: str
    given_on: dt.date
    giver: str
    name: str
    how: str
    evidence: str
    at: dt.datetime
    by: User
    withdrawn_on: dt.date | None
    withdrawn_at: dt.datetime | None
    withdrawn_by: User | None


@dataclass(frozen=True)
class DisclosureRead:
    """What went out, opened."""

    at: dt.datetime
    by: User
    what: str
    purpose: str
    recipient: str
    by_consent: bool
    ground: str


def give_consent(
    desk: Desk,
    case: Case,
    by: User,
    *,
    purpose: str,
    recipient: str,
    given_on: dt.date,
    giver: str,
    name: str,
    how: str,
    evidence: str,
    operation: str,
) -> None:
    """Records that consent was given. Sent twice, it is one. Raises Refused: ``unknown_recipient``."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Consent, operation) is not None:
            return
        if recipient not in desk.register_of(case).authorities:
            raise Refused("unknown_recipient")
        said = {"giver": giver, "name": name, "how": how, "evidence": evidence}
        session.add(
            Consent(
                id=operation,
                case_id=case_id,
                purpose=purpose,
                recipient=recipient,
                given_on=given_on,
                sealed=desk.vault.seal(case.wrapped_key, _row(case_id, operation), said),
                by_id=by_id,
            )
        )
        audit.record(
            session,
            "case.consent-given",
            actor_id=by_id,
            case_id=case_id,
            consent=operation,
            purpose=purpose,
            recipient=recipient,
        )


def withdraw_consent(desk: Desk, case: Case, consent_id: str, by: User, on: dt.date) -> None:
    """Ends a consent at once; ``on`` is the day it was withdrawn. Withdrawn twice, the first stays."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        row = session.scalars(
            select(Consent)
            .where(Consent.id == consent_id, Consent.case_id == case_id)
            .with_for_update()
        ).one()
        if row.withdrawn_at is not None:
            return
        row.withdrawn_on, row.withdrawn_at, row.withdrawn_by_id = on, now(), by_id
        audit.record(
            session,
            "case.consent-withdrawn",
            actor_id=by_id,
            case_id=case_id,
            consent=consent_id,
            purpose=row.purpose,
            recipient=row.recipient,
        )


def may_share(desk: Desk, case: Case, recipient: str, purpose: str | None = None) -> bool:
    """Whether a consent in force lets the case be shared with that recipient, for that purpose where one is named."""
    return _in_force(desk.session, case.id, recipient, purpose) is not None


def share(
    desk: Desk,
    case: Case,
    by: User,
    *,
    what: str,
    recipient: str,
    purpose: str,
    ground: str,
    operation: str,
) -> None:
    """Records, before it leaves, that something of the case goes to a recipient for a purpose.

    Rests on the consent in force, else on the legal ground that was typed. Raises Refused ``no_consent`` where there
    is neither, and keeps the refusal in the audit trail. Sent twice, it is recorded once; but the page stays open
    after a download, and sent again for somebody else it is another disclosure.
    """
    case_id = case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        shared = disclose(
            desk,
            case,
            by.id,
            what=what,
            recipient=recipient,
            purpose=purpose,
            ground=ground,
            operation=operation,
        )
    if shared is None:
        raise Refused("no_consent")


def disclose(
    desk: Desk,
    case: Case,
    by_id: int,
    *,
    what: str,
    recipient: str,
    purpose: str,
    ground: str,
    operation: str,
) -> str | None:
    """What :func:`share` does, in the transaction under way, which holds the case's row: the id of what was recorded.

    None where nothing lets it leave; that is in the audit trail then, and the transaction has to be kept.
    """
    session, case_id = desk.session, case.id
    operation = str(uuid.uuid5(uuid.UUID(operation), "/".join((what, recipient, purpose, ground))))
    consent = _in_force(session, case_id, recipient, purpose)
    refused = consent is None and not ground and recipient != SELF
    if not refused and session.get(Disclosure, operation) is None:
        row = Place("disclosure.sealed", case_id, operation)
        session.add(
            Disclosure(
                id=operation,
                case_id=case_id,
                what=what,
                purpose=purpose,
                recipient=recipient,
                consent_id=consent.id if consent else None,
                sealed=desk.vault.seal(case.wrapped_key, row, {"text": ground}),
                by_id=by_id,
            )
        )
        session.flush()
    audit.record(
        session,
        "case.sharing-refused" if refused else "case.shared",
        actor_id=by_id,
        case_id=case_id,
        what=what,
        recipient=recipient,
        purpose=purpose,
        consent=consent.id if consent else None,
    )
    return None if refused else operation


def consents(desk: Desk, case: Case) -> list[ConsentRead]:
    """Every consent of the case, newest first; those withdrawn among them."""
    rows = desk.session.scalars(
        select(Consent).where(Consent.case_id == case.id).order_by(Consent.at.desc())
    )
    found = []
    for row in rows:
        said = desk.vault.open(case.wrapped_key, _row(case.id, row.id), row.sealed)
        found.append(
            ConsentRead(
                row.id,
                row.purpose,
                row.recipient,
                row.given_on,
                said["giver"],
                said["name"],
                said["how"],
                said["evidence"],
                row.at,
                row.by,
                row.withdrawn_on,
                row.withdrawn_at,
                row.withdrawn_by,
            )
        )
    return found


def disclosures(desk: Desk, case: Case) -> list[DisclosureRead]:
    """Everything of the case that went out, newest first."""
    rows = desk.session.scalars(
        select(Disclosure).where(Disclosure.case_id == case.id).order_by(Disclosure.at.desc())
    )
    return [
        DisclosureRead(
            row.at,
            row.by,
            row.what,
            row.purpose,
            row.recipient,
            row.consent_id is not None,
            desk.vault.open(
                case.wrapped_key, Place("disclosure.sealed", case.id, row.id), row.sealed
            )["text"],
        )
        for row in rows
    ]


def _in_force(
    session: Session, case_id: str, recipient: str, purpose: str | None
) -> Consent | None:
    query = select(Consent).where(
        Consent.case_id == case_id,
        Consent.recipient == recipient,
        Consent.withdrawn_at.is_(None),
    )
    if purpose is not None:
        query = query.where(Consent.purpose == purpose)
    return session.scalars(query.order_by(Consent.at.desc()).limit(1)).first()


def _row(case_id: str, consent_id: str) -> Place:
    return Place("consent.sealed", case_id, consent_id)


__all__ = [
    "SELF",
    "ConsentRead",
    "DisclosureRead",
    "consents",
    "disclose",
    "disclosures",
    "give_consent",
    "may_share",
    "share",
    "withdraw_consent",
]
