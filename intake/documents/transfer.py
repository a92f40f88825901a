"""The cover of a transfer dossier, for the authority that receives the child: what goes with them, and what holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language
from intake.documents.extract import Handed
from intake.documents.lines import GateRow
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times


@dataclass(frozen=True)
class Condition:
    """One condition of the transfer, and whether it is recorded as met."""

    title: str
    met: bool
    status_word: str


@dataclass(frozen=True)
class Enclosed:
    """A kind of paper in the dossier: how many of it are on file, and of which days."""

    kind: str
    count: int
    days: str


@dataclass(frozen=True)
class TransferContext:
    """All that is printed."""

    language: Language
    printed_at: datetime
    as_of: datetime
    zone_name: str
    case_number: str
    handed: Handed
    child: tuple[tuple[str, str], ...]
    gate: GateRow
    conditions: tuple[Condition, ...]
    determination: tuple[tuple[str, str], ...]
    """The best-interest determination: when, its outcome, who approved it."""
    enclosed: tuple[Enclosed, ...]
    team: str
    printed_by: str
    reply_to: str
    register_version: str
    register_sha256: str
    marks: Marks | None = None


def render_transfer(context: TransferContext, page_size: PageSize = "Letter") -> bytes:
    """The cover as a tagged PDF (PDF/UA-1). The same context gives the same bytes.

    While the transfer must wait, it says so before anything else. Raises ValueError for another paper,
    ZoneInfoNotFoundError for a zone that does not exist.
    """
    return render_pdf(
        "pdf/transfer.html",
        page_size,
        context=context,
        language=context.language,
        times=Times(context.language, ZoneInfo(context.zone_name)),
    )
