"""Documents that leave: numbered, recorded and kept before they do, and handed out again as they were."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intake.examining import record_of
from intake.models import Case, DocumentCounter, IssuedDocument, User
from intake.services import audit, consent
from intake.services.desk import Desk, Refused
from intake.services.files import FileStore
from intake.vault import Place, SealBroken


@dataclass(frozen=True)
class Export:
    """What somebody asks for: which document, on what paper, for whom and why."""

    kind: str
    language: str
    page_size: str
    operation: str
    """The UUID of the form; sent twice, it is one export."""
    recipient: str | None = None
    """An authority of the register; None where it is for the own file."""
    purpose: str | None = None
    ground: str = ""
    """The legal ground as it was typed, where there is no consent."""
    about: str | None = None
    """What of the case it is about; None where it is about the case."""
    protected: bool = False
    """Whether the copy that leaves opens with a password only."""


@dataclass(frozen=True)
class Print:
    """A document that was made, and what is recorded of it."""

    number: str
    pdf: bytes
    digest: str
    certificate: str
    case_version: int
    register_sha256: str
    content: str
    state: str
    issued_at: dt.datetime


def must_be_allowed(desk: Desk, case: Case, by: User, export: Export) -> None:
    """Raises Refused ``no_consent``, and keeps that in the audit trail, where nothing lets the export leave."""
    if export.recipient is None or export.ground:
        return
    if not consent.may_share(desk, case, export.recipient, export.purpose):
        consent.share(desk, case, by, **_shared(export))


def next_number(desk: Desk, case: Case, at: dt.datetime) -> str:
    """A number that no other document bears; one that is then not used stays unused."""
    prefix, year = case.team.prefix, at.astimezone(ZoneInfo(case.team.zone)).year
    with desk.writing() as session:
        key = {"prefix": prefix, "year": year}
        counter = session.get(DocumentCounter, key, with_for_update=True)
        if counter is None:
            counter = DocumentCounter(prefix=prefix, year=year, last=0)
            session.add(counter)
        counter.last += 1
        return f"{prefix}-{year}-D{counter.last:04d}"


def find_same(desk: Desk, case: Case, export: Export, content: str) -> IssuedDocument | None:
    """The document that already says the same to the same recipient, and was not withdrawn."""
    return desk.session.scalars(
        select(IssuedDocument)
        .where(
            IssuedDocument.case_id == case.id,
            IssuedDocument.kind == export.kind,
            IssuedDocument.recipient == export.recipient,
            IssuedDocument.content == content,
            IssuedDocument.withdrawn_at.is_(None),
        )
        .order_by(IssuedDocument.issued_at.desc())
        .limit(1)
    ).first()


def record(
    desk: Desk, files: FileStore, case: Case, by: User, export: Export, made: Print
) -> IssuedDocument:
    """Keeps the document, sealed, with all that is to be known of it; only then may it leave.

    Where the same form was recorded before with the same content, that document is given back. Raises Refused
    ``no_consent`` where a consent ended meanwhile, and OSError where it cannot be kept: then nothing of it is.
    """
    by_id, case_id = by.id, case.id
    document_id = str(uuid.uuid5(uuid.UUID(export.operation), made.content))
    written = False
    try:
        with desk.writing() as session:
            case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
            earlier = session.get(IssuedDocument, document_id)
            if earlier is not None:
                return earlier
            shared = _share(desk, case, by_id, export)
            if shared is not False:
                row = IssuedDocument(
                    id=document_id,
                    number=made.number,
                    case_id=case_id,
                    kind=export.kind,
                    language=export.language,
                    page_size=export.page_size,
                    case_version=made.case_version,
                    register_sha256=made.register_sha256,
                    digest=made.digest,
                    sha256=hashlib.sha256(made.pdf).hexdigest(),
                    certificate=made.certificate,
                    size=len(made.pdf),
                    content=made.content,
                    state=made.state,
                    issued_at=made.issued_at,
                    by_id=by_id,
                    recipient=export.recipient,
                    purpose=export.purpose,
                    about=export.about,
                    disclosure_id=shared,
                )
                session.add(row)
                session.flush()
                _note(desk, "case.printed", case_id, by_id, export, made.number)
                sealed = desk.vault.seal_bytes(
                    case.wrapped_key, _place(case_id, document_id), made.pdf
                )
                # the file first, the row after it: a document that is recorded can be shown again
                written = True
                files.write(case_id, document_id, sealed)
    except BaseException:
        if written:
            files.remove(case_id, document_id)
        raise
    if shared is False:
        raise Refused("no_consent")
    return row


def hand_out(
    desk: Desk, files: FileStore, case: Case, document: IssuedDocument, by: User, export: Export
) -> bytes:
    """The bytes of a document that already says what was asked for, recorded as going out again.

    Raises Refused ``no_consent``; FileNotFoundError or SealBroken where what was kept is gone.
    """
    case_id, by_id, number = case.id, by.id, document.number
    content = kept_bytes(desk, files, case, document)
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        shared = _share(desk, case, by_id, export)
        if shared is not False:
            _note(desk, "case.printed", case_id, by_id, export, number, again=True)
    if shared is False:
        raise Refused("no_consent")
    return content


def read_again(
    desk: Desk, files: FileStore, case: Case, document: IssuedDocument, by: User
) -> bytes:
    """The document as it was handed out, for whoever may see the case; an audit entry of its own.

    Raises FileNotFoundError or SealBroken where what was kept is gone.
    """
    case_id, by_id, number, kind = case.id, by.id, document.number, document.kind
    content = kept_bytes(desk, files, case, document)
    with desk.writing() as session:
        audit.record(
            session,
            "case.document-read",
            actor_id=by_id,
            case_id=case_id,
            document=number,
            kind=kind,
        )
    return content


def kept_bytes(desk: Desk, files: FileStore, case: Case, document: IssuedDocument) -> bytes:
    """The bytes as they were handed out. Raises FileNotFoundError, or SealBroken where they are not those."""
    sealed = files.read(case.id, document.id)
    content = desk.vault.open_bytes(case.wrapped_key, _place(case.id, document.id), sealed)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise SealBroken("what was kept is not what was recorded")
    return content


def kept_record(desk: Desk, files: FileStore, case: Case, document: IssuedDocument) -> bytes:
    """The evaluation embedded in the document as it was handed out. Raises as :func:`kept_bytes` does."""
    return record_of(kept_bytes(desk, files, case, document))


def _share(desk: Desk, case: Case, by_id: int, export: Export) -> str | Literal[False] | None:
    """The disclosure it goes out on; None for the own file; False where nothing lets it leave."""
    if export.recipient is None:
        return None
    return consent.disclose(desk, case, by_id, **_shared(export)) or False


def _shared(export: Export) -> dict[str, str]:
    return {
        "what": export.kind,
        "recipient": export.recipient or "",
        "purpose": export.purpose or "",
        "ground": export.ground,
        "operation": export.operation,
    }


def _note(
    desk: Desk,
    action: str,
    case_id: str,
    by_id: int,
    export: Export,
    number: str,
    *,
    again: bool = False,
) -> None:
    more = {"again": True} if again else {}
    if export.protected:
        more["protected"] = True
    audit.record(
        desk.session,
        action,
        actor_id=by_id,
        case_id=case_id,
        document=number,
        kind=export.kind,
        language=export.language,
        recipient=export.recipient,
        purpose=export.purpose,
        **more,
    )


def _place(case_id: str, document_id: str) -> Place:
    return Place("document file", case_id, document_id)


__all__ = [
    "Export",
    "Print",
    "find_same",
    "hand_out",
    "kept_bytes",
    "kept_record",
    "must_be_allowed",
    "next_number",
    "read_again",
    "record",
]
