"""A letter that refers one gap to the authority that has to close it: the facts it needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language
from intake.documents.extract import Handed
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times


@dataclass(frozen=True)
class Cited:
    """What a check rests on: as one cites it, the instrument in full, and whether a lawyer has compared it."""

    label: str
    title: str
    reviewed: bool


@dataclass(frozen=True)
class LetterContext:
    """All that is printed."""

    language: Language
    printed_at: datetime
    zone_name: str
    case_number: str
    handed: Handed
    child: tuple[tuple[str, str], ...]
    """The facts the authority needs to act: label, value."""
    title: str
    question: str
    answer: str
    """What is recorded, in words: not met, in part, not known."""
    due: datetime | None
    overdue: bool
    basis: tuple[Cited, ...]
    team: str
    sender: str
    sender_role: str
    reply_to: str
    """Where the answer goes."""
    register_version: str
    register_sha256: str
    marks: Marks | None = None

    @property
    def printed_by(self) -> str:
        """Who signs."""
        return self.sender


def render_letter(context: LetterContext, page_size: PageSize = "Letter") -> bytes:
    """The letter as a tagged PDF (PDF/UA-1). The same context gives the same bytes.

    Raises ValueError for another paper, ZoneInfoNotFoundError for a zone that does not exist.
    """
    return render_pdf(
        "pdf/letter.html",
        page_size,
        context=context,
        language=context.language,
        unreviewed=any(not one.reviewed for one in context.basis),
        times=Times(context.language, ZoneInfo(context.zone_name)),
    )
