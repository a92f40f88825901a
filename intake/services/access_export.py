"""All that is held on a child, gathered for the child: as a document, as JSON, and the papers themselves."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from intake.models import AuditEntry, Case, Erasure, Retention, User
from intake.services.attachments import AttachmentRead, attachments
from intake.services.case_file import (
    CaseFile,
    ChangeRead,
    CommentRead,
    ReviewRead,
    changes_since,
    comments,
    open_file,
    reviews,
)
from intake.services.consent import ConsentRead, DisclosureRead, consents, disclosures
from intake.services.desk import Desk
from intake.services.emergency import AccessRead, accesses_to
from intake.services.erasure import open_reason
from intake.services.retention import retention_of
from intake.vault import SealBroken

log = logging.getLogger("intake")
PIECE = 256 * 1024


@dataclass(frozen=True)
class Touched:
    """One thing that somebody did with the case: read it, changed it, printed it."""

    at: dt.datetime
    by: str
    action: str


@dataclass(frozen=True)
class ProposalRead:
    """A proposal to end the case, with what became of it."""

    at: dt.datetime
    by: User
    kind: str
    ground: str
    reason: str | None
    """None where it cannot be opened any more."""
    state: str
    decided_at: dt.datetime | None
    decided_by: User | None


@dataclass(frozen=True)
class Held:
    """Everything that is kept on one child."""

    file: CaseFile
    changes: list[ChangeRead]
    comments: list[CommentRead]
    reviews: list[ReviewRead]
    attachments: list[AttachmentRead]
    consents: list[ConsentRead]
    disclosures: list[DisclosureRead]
    retention: tuple[Retention, str] | None
    accesses: list[AccessRead]
    """Who of another team opened the case for an emergency, and why."""
    proposals: list[ProposalRead]
    touched: list[Touched]
    people: dict[int, str]
    """The names of those that the history speaks of by their ids."""


def everything_held(desk: Desk, case: Case) -> Held:
    """What is kept of the case, opened; the content of its attachments is left where it is."""
    names = {row.id: str(row.name) for row in desk.session.execute(select(User.id, User.name))}
    entries = desk.session.execute(
        select(AuditEntry.at, AuditEntry.actor_id, AuditEntry.action)
        .where(AuditEntry.case_id == case.id)
        .order_by(AuditEntry.id)
    )
    return Held(
        open_file(desk, case),
        changes_since(desk, case, 0),
        comments(desk, case),
        reviews(desk, case),
        attachments(desk, case),
        consents(desk, case),
        disclosures(desk, case),
        retention_of(desk, case),
        accesses_to(desk, case),
        _proposals(desk, case),
        [Touched(at, names.get(actor or 0, "Intake"), action) for at, actor, action in entries],
        names,
    )


def _proposals(desk: Desk, case: Case) -> list[ProposalRead]:
    """Every proposal to end the case, oldest first."""
    rows = desk.session.scalars(
        select(Erasure).where(Erasure.case_id == case.id).order_by(Erasure.proposed_at)
    ).unique()
    return [
        ProposalRead(
            one.proposed_at,
            one.proposed_by,
            one.kind,
            one.ground,
            _reason(desk, case, one),
            one.state,
            one.decided_at,
            one.decided_by,
        )
        for one in rows
    ]


def _reason(desk: Desk, case: Case, proposal: Erasure) -> str | None:
    try:
        return open_reason(desk, case, proposal) or None
    except SealBroken:
        return None


def as_json(held: Held) -> bytes:
    """The same for a program: codes and ids as they are kept, times in UTC."""
    case = held.file.case
    kept = held.retention
    content: dict[str, Any] = {
        "case": case.number,
        "team": case.team.name,
        "caseworker": case.caseworker.name,
        "status": case.status,
        "opened_at": case.opened_at,
        "register": {"version": held.file.register.version, "sha256": held.file.register.sha256},
        "document": held.file.document,
        "history": [
            {
                "version": change.sequence,
                "at": change.at,
                "by": change.by.name if change.by else None,
                "kind": change.kind,
                "changes": {
                    key: {"before": old, "after": new} for key, (old, new) in change.changes.items()
                },
            }
            for change in held.changes
        ],
        "comments": [_fields(one, "at", "by", "check_id", "text") for one in held.comments],
        "reviews": [
            _fields(one, "at", "by", "decision", "approves_bid", "text") for one in held.reviews
        ],
        "attachments": [
            {
                "file": None if one.removed_at else attachment_name(one),
                **_fields(
                    one, "kind", "description", "size", "at", "by", "removed_at", "removed_by"
                ),
            }
            for one in held.attachments
        ],
        "consents": [
            _fields(
                one,
                *("purpose", "recipient", "given_on", "giver", "name", "how", "evidence"),
                *("at", "by", "withdrawn_on", "withdrawn_at", "withdrawn_by"),
            )
            for one in held.consents
        ],
        "disclosures": [
            _fields(one, "at", "by", "what", "recipient", "purpose", "by_consent", "ground")
            for one in held.disclosures
        ],
        "kept_until": {"closed_on": kept[0].closed_on, "until": kept[0].until, "reason": kept[1]}
        if kept
        else None,
        "emergency_access": [
            _fields(one, "at", "by", "ends_at", "reason") for one in held.accesses
        ],
        "proposed_endings": [
            _fields(
                one,
                *("at", "by", "kind", "ground", "reason", "state", "decided_at", "decided_by"),
            )
            for one in held.proposals
        ],
        "who_read_or_changed_it": [_fields(one, "at", "by", "action") for one in held.touched],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=_plain).encode()


def attachment_name(attachment: AttachmentRead) -> str:
    """The name of an attachment's file among what is handed out."""
    ending = "jpg" if attachment.media == "jpeg" else attachment.media
    return f"{attachment.kind}-{attachment.id[:8]}.{ending}"


def zip_of(
    ready: Iterable[tuple[str, bytes]], later: Iterable[tuple[str, Callable[[], bytes]]]
) -> Iterator[bytes]:
    """A ZIP, piece by piece: what is ready first, then what is opened only when its turn comes, one at a time.

    What cannot be opened stands there as a text that says so, so that the rest arrives.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in ready:
            yield from _member(archive, sink, name, content, zipfile.ZIP_DEFLATED)
        for name, open_it in later:
            try:
                content = open_it()
            except Exception as error:
                log.error("an attachment could not be handed out: %s", type(error).__name__)
                name, content = f"{name}.txt", b"No se pudo leer. / It could not be read."
            yield from _member(archive, sink, name, content, zipfile.ZIP_STORED)
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What the ZIP was told since it was last asked; there is no going back in it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _member(
    archive: zipfile.ZipFile, sink: _Sink, name: str, content: bytes, method: int
) -> Iterator[bytes]:
    moment = dt.datetime.now(dt.UTC).timetuple()[:6]
    about = zipfile.ZipInfo(name, moment)
    about.compress_type = method
    about.external_attr = 0o600 << 16
    with archive.open(about, "w") as member:
        for start in range(0, len(content), PIECE):
            member.write(content[start : start + PIECE])
            yield sink.taken()
    yield sink.taken()


def _fields(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, User):
        return value.name
    raise TypeError(type(value).__name__)


__all__ = [
    "Held",
    "ProposalRead",
    "Touched",
    "as_json",
    "attachment_name",
    "everything_held",
    "zip_of",
]
