"""Whether a document that somebody holds is as it left, and whether it still holds.

Nobody learns here whether a number exists: a wrong digest and a number that was never given out get one answer, and a
file counts as altered only where it bears a signature of ours, or the evaluation that one of ours embeds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from intake.examining import Examined
from intake.models import DOCUMENT_NUMBER, Case, IssuedDocument
from intake.services import audit
from intake.services.desk import Desk
from intake.services.handed_out import state_of

Outcome = Literal["valid", "superseded", "withdrawn", "altered", "unknown"]
Alteration = Literal["signature_missing", "signature_broken", "added", "other_signer", "evaluation"]
FEWEST = 12
"""Figures of the digest that have to be typed."""
_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Verdict:
    """What became of a document. ``document`` is its record, for those who may know; None where there is none."""

    outcome: Outcome
    document: IssuedDocument | None = None
    alterations: tuple[Alteration, ...] = ()
    protected: bool = False
    """Whether it is a copy that opens with a password."""


def check_paper(desk: Desk, number: str, figures: str) -> Verdict:
    """The document of that number, where those are the first figures of its digest."""
    figures = re.sub(r"[\s.\-]", "", figures).lower()
    number = number.strip().upper()
    row = _by_number(desk, number)
    expected = row.digest if row is not None else _NO_DIGEST
    enough = FEWEST <= len(figures) <= 64 and re.fullmatch("[0-9a-f]+", figures) is not None
    same = hmac.compare_digest(expected[: len(figures)].encode(), figures.encode())
    if row is None or not enough or not same:
        return Verdict("unknown")
    return _standing(desk, row)


def check_same(desk: Desk, content: bytes) -> Verdict | None:
    """The document whose very bytes these are; None where they are nobody's."""
    row = desk.session.scalars(
        select(IssuedDocument).where(IssuedDocument.sha256 == hashlib.sha256(content).hexdigest())
    ).first()
    return _standing(desk, row) if row is not None else None


def check_file(desk: Desk, found: Examined, own_certificate: str) -> Verdict:
    """What to say of a file that was examined; ``own_certificate`` is the fingerprint of the one in use."""
    ours = found.certificate != "" and _is_ours(desk, found.certificate, own_certificate)
    by_number = _by_number(desk, found.number)
    by_digest = _by_digest(desk, found.digest)
    if ours and found.signature == "intact":
        # signed by us, so what it says of itself was true when it was signed
        alterations = _alterations(found, by_number)
        if by_number is None:
            return Verdict("unknown")
        if not alterations:
            return _standing(desk, by_number, protected=found.encrypted)
        return Verdict("altered", by_number, alterations)
    if ours or by_digest is not None:
        row = by_number or by_digest
        return Verdict("altered", row, _alterations(found, row))
    return Verdict("unknown")


def differing(kept: bytes, held: str) -> list[str] | None:
    """The checks and gates on which two embedded evaluations differ; None where the one held cannot be read."""
    try:
        was, now = _by_id(json.loads(kept)), _by_id(json.loads(held))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]


def note_check(
    desk: Desk, actor_id: int | None, verdict: Verdict, *, by: Literal["paper", "file"]
) -> None:
    """Keeps in the audit trail that a document was checked, and what came out."""
    row = verdict.document
    number, case_id = (row.number, row.case_id) if row is not None else (None, None)
    with desk.writing() as session:
        audit.record(
            session,
            "document.checked",
            actor_id=actor_id,
            case_id=case_id,
            document=number,
            outcome=verdict.outcome,
            by=by,
        )


def case_of(desk: Desk, document: IssuedDocument) -> Case:
    """The case that the document is of."""
    return desk.session.get_one(Case, document.case_id)


def _standing(desk: Desk, row: IssuedDocument, *, protected: bool = False) -> Verdict:
    state = state_of(desk, row)
    return Verdict("valid" if state == "current" else state, row, protected=protected)


def _alterations(found: Examined, row: IssuedDocument | None) -> tuple[Alteration, ...]:
    said: list[Alteration] = []
    if found.signature == "none":
        said.append("signature_missing")
    elif found.signature == "broken":
        said.append("signature_broken")
    elif not found.whole:
        said.append("added")
    if row is not None:
        if found.certificate and found.certificate != row.certificate and not found.encrypted:
            said.append("other_signer")
        if found.digest != row.digest:
            said.append("evaluation")
    return tuple(said)


def _is_ours(desk: Desk, certificate: str, own: str) -> bool:
    if hmac.compare_digest(certificate, own):
        return True
    query = select(IssuedDocument.id).where(IssuedDocument.certificate == certificate).limit(1)
    return desk.session.scalar(query) is not None


def _by_number(desk: Desk, number: str) -> IssuedDocument | None:
    if not DOCUMENT_NUMBER.fullmatch(number):
        return None
    query = select(IssuedDocument).where(IssuedDocument.number == number)
    return desk.session.scalars(query).one_or_none()


def _by_digest(desk: Desk, digest: str) -> IssuedDocument | None:
    if not digest:
        return None
    query = select(IssuedDocument).where(IssuedDocument.digest == digest)
    return desk.session.scalars(query.order_by(IssuedDocument.issued_at).limit(1)).first()


def _by_id(record: dict[str, Any]) -> dict[str, Any]:
    found = {str(one["check"]): one for one in record.get("findings", ())}
    found |= {f"gate.{name}": state for name, state in record.get("gates", {}).items()}
    rest = {
        name: value for name, value in record.items() if name not in ("findings", "gates", "gaps")
    }
    return found | {"record": rest}


__all__ = [
    "FEWEST",
    "Alteration",
    "Outcome",
    "Verdict",
    "case_of",
    "check_file",
    "check_paper",
    "check_same",
    "differing",
    "note_check",
]
