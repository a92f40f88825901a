"""The certificate of a best-interest determination: what was weighed, what was found, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language
from intake.documents.lines import GateRow
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times

__all__ = ["CertificateContext", "PanelMember", "Weighed", "render_certificate"]


@dataclass(frozen=True)
class PanelMember:
    """Somebody who took part in the determination; ``conflict`` is their own statement on conflicts of interest."""

    name: str
    role: str
    body: str
    conflict: str


@dataclass(frozen=True)
class Weighed:
    """One matter of the determination, as the file holds it."""

    title: str
    answer: str
    words: str
    """What was written: reasons, the child's words."""
    evidence_source: str = ""
    evidence_date: date | None = None
    basis: str = ""


@dataclass(frozen=True)
class CertificateContext:
    """All that is printed. There is one only of a determination that is complete and approved."""

    language: Language
    case_number: str
    child: tuple[tuple[str, str], ...]
    team: str
    outcome: str
    decided_at: datetime
    started_at: datetime | None
    considered: tuple[str, ...]
    authority: str
    made_by: Weighed
    """That the child-protection authority made the determination, and what the file holds on it."""
    options: tuple[Weighed, ...]
    views: tuple[Weighed, ...]
    reasons: tuple[Weighed, ...]
    after: tuple[Weighed, ...]
    """What followed the determination: whether the child was told, whether it was carried out."""
    panel: tuple[PanelMember, ...]
    panel_words: Weighed
    approved_by: str
    approved_at: datetime
    gates: tuple[GateRow, ...]
    recommendation: tuple[str, str, str] | None
    """Id, title and text of the recommendation that adjudicators weigh the finding."""
    unreviewed: bool
    """Whether an instrument it cites still waits for a lawyer's review."""
    printed_at: datetime
    printed_by: str
    zone_name: str
    register_version: str
    register_sha256: str
    printed_for: str | None = None
    marks: Marks | None = None


def render_certificate(context: CertificateContext, page_size: PageSize = "Letter") -> bytes:
    """The certificate as a tagged PDF (PDF/UA-1) in the context's language.

    The same context gives the same bytes. Raises ValueError for another paper, ZoneInfoNotFoundError for a zone that
    does not exist.
    """
    return render_pdf(
        "pdf/certificate.html",
        page_size,
        context=context,
        language=context.language,
        times=Times(context.language, ZoneInfo(context.zone_name)),
    )
