"""Papers and photos of a case: cleaned, sealed under the case's own key, listed, handed out, taken away."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from sqlalchemy import select

from intake.cleaning import Unclean, clean, kind_of
from intake.models import Attachment, Case, IssuedDocument, User, now
from intake.services import audit
from intake.services.desk import Desk, Refused
from intake.services.files import FileStore
from intake.vault import Place

HELD_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class AttachmentRead:
    """An attachment with its description opened."""

    id: str
    kind: str
    media: str
    size: int
    description: str
    at: dt.datetime
    by: User
    removed_at: dt.datetime | None
    removed_by: User | None


def hold_file(desk: Desk, files: FileStore, case: Case, content: bytes, operation: str) -> None:
    """Keeps a file, sealed, whose form is not complete yet, so that it need not be sent again. Raises Unclean.

    It becomes an attachment when the form comes complete; else it is taken away after a day.
    """
    case_id = case.id
    _media, content = clean(content)
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Attachment, operation) is None:
            sealed = desk.vault.seal_bytes(
                case.wrapped_key, place_of_content(case_id, operation), content
            )
            files.write(case_id, operation, sealed)


def add_attachment(
    desk: Desk,
    files: FileStore,
    case: Case,
    by: User,
    content: bytes | None,
    *,
    kind: str,
    description: str,
    operation: str,
) -> str:
    """Keeps the file with the case and gives its id. Sent twice, it is one. None stands for the file that is held.

    Raises Unclean where the file is not taken, or where none is held (``gone``); OSError where it cannot be kept. Then
    nothing of it is kept.
    """
    by_id, case_id = by.id, case.id
    media, content = clean(content) if content is not None else _held(desk, files, case, operation)
    written = False
    try:
        with desk.writing() as session:
            case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
            earlier = session.get(Attachment, operation)
            if earlier is not None:
                if earlier.by_id != by_id or earlier.case_id != case_id:
                    raise Refused("operation_of_another")
                return earlier.id
            place = place_of_content(case_id, operation)
            session.add(
                Attachment(
                    id=operation,
                    case_id=case_id,
                    kind=kind,
                    media=media,
                    size=len(content),
                    sealed=desk.vault.seal(
                        case.wrapped_key, _description(case_id, operation), {"text": description}
                    ),
                    by_id=by_id,
                )
            )
            audit.record(
                session,
                "case.attachment-added",
                actor_id=by_id,
                case_id=case_id,
                attachment=operation,
                kind=kind,
                media=media,
            )
            session.flush()
            # the file first, the row after it: a row without its file is never seen
            written = True
            files.write(case_id, operation, desk.vault.seal_bytes(case.wrapped_key, place, content))
    except BaseException:
        if written:
            files.remove(case_id, operation)
        raise
    known = {
        kept
        # documents that were handed out lie in the same place
        for table in (Attachment, IssuedDocument)
        for kept in desk.session.scalars(select(table.id).where(table.case_id == case_id))
    }
    files.remove_others(case_id, known, time.time() - HELD_SECONDS)
    return operation


def _held(desk: Desk, files: FileStore, case: Case, operation: str) -> tuple[str, bytes]:
    try:
        content = content_of(desk, files, case.id, case.wrapped_key, operation)
    except FileNotFoundError:
        raise Unclean("gone") from None
    return kind_of(content), content


def attachments(desk: Desk, case: Case) -> list[AttachmentRead]:
    """Every attachment of the case, newest first; those taken away among them."""
    rows = desk.session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.at.desc())
    )
    return [
        AttachmentRead(
            row.id,
            row.kind,
            row.media,
            row.size,
            desk.vault.open(case.wrapped_key, _description(case.id, row.id), row.sealed)["text"],
            row.at,
            row.by,
            row.removed_at,
            row.removed_by,
        )
        for row in rows
    ]


def find_attachment(desk: Desk, case: Case, attachment_id: str) -> AttachmentRead | None:
    """The attachment of that id, where this case has it and nobody took it away."""
    return next(
        (
            kept
            for kept in attachments(desk, case)
            if kept.id == attachment_id and kept.removed_at is None
        ),
        None,
    )


def was_removed(desk: Desk, case: Case, attachment_id: str) -> bool:
    """Whether the case had a file of that id, and it was destroyed."""
    kept = desk.session.get(Attachment, attachment_id)
    return kept is not None and kept.case_id == case.id and kept.removed_at is not None


def read_attachment(
    desk: Desk, files: FileStore, case: Case, attachment: AttachmentRead, by: User
) -> bytes:
    """The content, kept in the audit trail as read. Raises SealBroken, or FileNotFoundError."""
    by_id, case_id, wrapped = by.id, case.id, case.wrapped_key
    content = content_of(desk, files, case_id, wrapped, attachment.id)
    with desk.writing() as session:
        audit.record(
            session,
            "case.attachment-read",
            actor_id=by_id,
            case_id=case_id,
            attachment=attachment.id,
        )
    return content


def content_of(
    desk: Desk, files: FileStore, case_id: str, wrapped_key: bytes, attachment_id: str
) -> bytes:
    """The content of an attachment, opened. Raises SealBroken, or FileNotFoundError."""
    sealed = files.read(case_id, attachment_id)
    return desk.vault.open_bytes(wrapped_key, place_of_content(case_id, attachment_id), sealed)


def remove_attachment(
    desk: Desk, files: FileStore, case: Case, attachment_id: str, by: User
) -> None:
    """Destroys the content; that it was there, and who took it away, stays. Done twice, it is done once."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        row = session.scalars(
            select(Attachment)
            .where(Attachment.id == attachment_id, Attachment.case_id == case_id)
            .with_for_update()
        ).one()
        if row.removed_at is None:
            row.removed_at, row.removed_by_id = now(), by_id
            audit.record(
                session,
                "case.attachment-removed",
                actor_id=by_id,
                case_id=case_id,
                attachment=attachment_id,
            )
    files.remove(case_id, attachment_id)


def place_of_content(case_id: str, attachment_id: str) -> Place:
    """Where the content of an attachment lies: it opens nowhere else."""
    return Place("attachment file", case_id, attachment_id)


def _description(case_id: str, attachment_id: str) -> Place:
    return Place("attachment.sealed", case_id, attachment_id)


__all__ = [
    "AttachmentRead",
    "add_attachment",
    "attachments",
    "content_of",
    "find_attachment",
    "hold_file",
    "place_of_content",
    "read_attachment",
    "remove_attachment",
    "was_removed",
]
