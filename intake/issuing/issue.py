"""The one way a document of a case leaves: numbered, marked, signed, recorded, and only then handed out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language
from intake.config import Settings
from intake.documents.marks import Marks, digest_of
from intake.documents.rendering import PageSize
from intake.issuing.kinds import Asked, Draft, Kind, OtherPurpose
from intake.issuing.protection import protected
from intake.issuing.registry import KINDS
from intake.issuing.sameness import content_of, state_of
from intake.issuing.words import signature_label
from intake.models import Case, IssuedDocument, User, now
from intake.services import documents
from intake.services.desk import Desk, Refused
from intake.services.documents import Export, Print
from intake.services.files import FileStore
from intake.services.rights import may_with
from intake.signing import Signer, signer_of
from intake.vault import SealBroken

SHORT = 16
"""Figures of the digest in the address: as many as keep anybody from guessing them."""


@dataclass(frozen=True)
class Issued:
    """A document that may leave."""

    number: str
    name: str
    """What the file is called; says nothing of the child."""
    content: bytes
    again: bool = False
    """Whether it is one that was issued before, since nothing has changed."""


def issue(
    desk: Desk,
    files: FileStore,
    settings: Settings,
    case: Case,
    by: User,
    *,
    kind: str,
    language: Language,
    page_size: PageSize = "Letter",
    recipient: str | None = None,
    purpose: str | None = None,
    ground: str = "",
    password: str | None = None,
    operation: str,
    site: str | None = None,
    about: str | None = None,
) -> Issued:
    """The document, recorded before it is given back: who has the bytes can count on the record.

    What says the same to the same recipient on the same day is one document: it is handed out again as it was kept.
    ``password`` encrypts the copy that leaves; what is kept is kept without it. ``operation`` is the UUID of the form:
    sent twice, it is one document. ``site`` is where people reach the app, where the settings do not say.

    ``about`` names what of the case it is about, for a kind that asks for it.

    Raises Refused: ``not_yours``, ``no_consent``, ``not_for_them`` (this kind is not for that recipient), ``no_topic``
    (it asks for another ``about``), OtherPurpose, and what the kind itself refuses; SigningError where the certificate
    does not hold; OSError where it cannot be kept. Then nothing left.
    """
    chosen = KINDS[kind]
    if not may_with(by, chosen.right, case):
        raise Refused("not_yours")
    if (chosen.goes == "inside" and recipient) or (chosen.goes == "outside" and not recipient):
        raise Refused("not_for_them")
    export = Export(
        kind,
        language,
        page_size,
        operation,
        recipient,
        purpose if recipient else None,
        ground if recipient else "",
        protected=password is not None,
        about=about,
    )
    asked = Asked(
        desk,
        case,
        by,
        language,
        now(),
        export.recipient,
        export.purpose,
        export.ground,
        settings.public_url or site,
        about,
    )
    _must_be_about(chosen, asked)
    if recipient and chosen.serves is not None and chosen.serves(asked) != purpose:
        raise OtherPurpose(chosen.serves(asked))
    documents.must_be_allowed(desk, case, by, export)
    draft = chosen.draft(asked)
    signer = signer_of(settings)
    content = content_of(chosen, asked, draft, page_size)
    issued = _again(desk, files, case, by, export, content) or _new(
        desk, files, by, chosen, asked, draft, page_size, signer, export, content
    )
    if password is not None:
        issued = replace(
            issued, content=protected(issued.content, issued.number, password, signer, language)
        )
    return issued


def _must_be_about(kind: Kind, asked: Asked) -> None:
    known = kind.topics(asked) if kind.topics is not None else {None}
    if asked.about not in known:
        raise Refused("no_topic")


def _again(
    desk: Desk, files: FileStore, case: Case, by: User, export: Export, content: str
) -> Issued | None:
    same = documents.find_same(desk, case, export, content)
    if same is None:
        return None
    number, name = same.number, file_name(case, same)
    try:
        kept = documents.hand_out(desk, files, case, same, by, export)
    except (FileNotFoundError, SealBroken):
        return None
    return Issued(number, name, kept, again=True)


def _new(
    desk: Desk,
    files: FileStore,
    by: User,
    kind: Kind,
    asked: Asked,
    draft: Draft,
    page_size: PageSize,
    signer: Signer,
    export: Export,
    content: str,
) -> Issued:
    case = asked.case
    version, register, state = case.version, case.register_sha256, state_of(asked, draft)
    zone, by_name = ZoneInfo(case.team.zone), by.name
    number = documents.next_number(desk, case, asked.at)
    record = as_bytes(draft.record)
    digest = digest_of(record)
    marks = Marks(
        number,
        digest,
        address_of(asked.site, number, digest),
        asked.at.astimezone(zone),
        by_name,
        record,
    )
    # no transaction is open while the pages are made: nobody waits for them
    desk.session.rollback()
    plain = draft.render(replace(draft.context, marks=marks), page_size)
    pdf = signer.sign(plain, label=signature_label(asked.language), reason=number)
    made = Print(
        number,
        pdf,
        digest,
        signer.fingerprint,
        version,
        register,
        content,
        state,
        asked.at,
    )
    row = documents.record(desk, files, case, by, export, made)
    if (
        row.number != number
    ):  # the same form was sent at the same time, and the other one came first
        return Issued(
            row.number, file_name(case, row), documents.kept_bytes(desk, files, case, row)
        )
    return Issued(number, file_name(case, row), pdf)


def as_bytes(record: dict[str, Any]) -> bytes:
    """What is embedded, as JSON; the same record gives the same bytes."""
    return (json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode()


def address_of(site: str | None, number: str, digest: str) -> str | None:
    """Where somebody who holds the paper can check it."""
    return f"{site}/verify/{number}/{digest[:SHORT]}" if site else None


def file_name(case: Case, document: IssuedDocument) -> str:
    """The case's number first: files of one case stand together in a folder."""
    series = document.number.rpartition("-")[2]
    return f"{case.number}-{document.kind}-{document.language}-{series}.pdf"


__all__ = ["Issued", "address_of", "as_bytes", "file_name", "issue"]
