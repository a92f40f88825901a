"""The documents of a case that were handed out: which of them still hold, and saying that one does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from intake.models import Case, IssuedDocument, User, now
from intake.services import audit
from intake.services.desk import Desk
from intake.vault import Place

State = Literal["current", "superseded", "withdrawn"]


def withdraw(desk: Desk, case: Case, document_id: str, by: User, reason: str) -> None:
    """Says that a document does not hold any more; whoever checks it is told. Withdrawn twice, the first stays."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        row = session.scalars(
            select(IssuedDocument)
            .where(IssuedDocument.id == document_id, IssuedDocument.case_id == case_id)
            .with_for_update()
        ).one()
        if row.withdrawn_at is not None:
            return
        row.withdrawn_at, row.withdrawn_by_id = now(), by_id
        row.sealed = desk.vault.seal(
            case.wrapped_key, _reason(case_id, document_id), {"text": reason}
        )
        audit.record(
            session,
            "case.document-withdrawn",
            actor_id=by_id,
            case_id=case_id,
            document=row.number,
            kind=row.kind,
        )


@dataclass(frozen=True)
class DocumentRead:
    """A document that was handed out, with its state now and why it was withdrawn."""

    document: IssuedDocument
    state: State
    newer: str | None
    """The number of the newer print that supersedes it."""
    reason: str


def documents(desk: Desk, case: Case) -> list[DocumentRead]:
    """Every document of the case that was handed out, newest first."""
    rows = list(
        desk.session.scalars(
            select(IssuedDocument)
            .where(IssuedDocument.case_id == case.id)
            .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.number.desc())
        )
    )
    found = []
    for row in rows:
        newer = _newer(row, rows)
        reason = ""
        if row.sealed is not None:
            place = _reason(case.id, row.id)
            reason = str(desk.vault.open(case.wrapped_key, place, row.sealed)["text"])
        found.append(DocumentRead(row, _state(row, newer), newer, reason))
    return found


def find_document(desk: Desk, case: Case, document_id: str) -> DocumentRead | None:
    """The document of that id, where it is of this case."""
    return next((one for one in documents(desk, case) if one.document.id == document_id), None)


def state_of(desk: Desk, document: IssuedDocument) -> State:
    """Whether the document still holds."""
    rows = desk.session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.case_id == document.case_id, IssuedDocument.kind == document.kind
        )
    )
    return _state(document, _newer(document, rows))


def _state(row: IssuedDocument, newer: str | None) -> State:
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "superseded" if newer else "current"


def _newer(row: IssuedDocument, rows: Iterable[IssuedDocument]) -> str | None:
    """The newest print of the same kind for the same recipient that says something else.

    The same in another language, or on another paper, says the same.
    """
    later = [
        other
        for other in rows
        if other.kind == row.kind
        and other.recipient == row.recipient
        and other.about == row.about
        and other.withdrawn_at is None
        and other.issued_at > row.issued_at
        and other.state != row.state
    ]
    return max(later, key=lambda other: other.issued_at).number if later else None


def _reason(case_id: str, document_id: str) -> Place:
    return Place("document.sealed", case_id, document_id)


__all__ = ["DocumentRead", "State", "documents", "find_document", "state_of", "withdraw"]
