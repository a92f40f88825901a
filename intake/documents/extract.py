"""An extract of a case for one recipient and one purpose: it holds what that purpose needs, and nothing else.

What is left out is not in the context, so it can be in no text, bookmark, metadata or embedded data of the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language, Severity
from intake.documents.lines import GateRow
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class ExtractRow:
    """A check that the purpose covers, as it was answered; none of the words that were written beside it."""

    check: str
    title: str
    answer: str
    status: str
    status_word: str
    severity: Severity
    severity_word: str
    due: str
    distance: str
    overdue: bool
    action: str
    responsible: str
    citations: str
    """Where it is a gap: what it rests on."""


@dataclass(frozen=True)
class ExtractSection:
    """Covered checks under their section's heading."""

    title: str
    rows: tuple[ExtractRow, ...]


@dataclass(frozen=True)
class Handed:
    """To whom something of a case is given, for what, and on what ground: a consent or a duty, in words."""

    recipient: str
    purpose: str
    ground: str
    by_consent: bool


@dataclass(frozen=True)
class ExtractContext:
    """All that is printed, and all that may be embedded."""

    language: Language
    printed_at: datetime
    as_of: datetime
    zone_name: str
    case_number: str
    handed: Handed
    child: tuple[tuple[str, str], ...]
    """The covered facts: label, value."""
    sections: tuple[ExtractSection, ...]
    gates: tuple[GateRow, ...]
    """Whether the covered decisions may go ahead; what they wait for is named only where it is covered."""
    team: str
    printed_by: str
    register_version: str
    register_sha256: str
    marks: Marks | None = None

    @property
    def gaps(self) -> tuple[ExtractRow, ...]:
        """The covered checks that are gaps, worst first."""
        rows = [row for section in self.sections for row in section.rows if row.status == "gap"]
        order = {severity: rank for rank, severity in enumerate((*SEVERITIES, "none"))}
        return tuple(sorted(rows, key=lambda row: order[row.severity]))

    def as_data(self) -> dict[str, Any]:
        """The same for a program: what may be embedded in the extract, in place of the whole evaluation."""
        return {
            "extract": True,
            "recipient": self.handed.recipient,
            "purpose": self.handed.purpose,
            "case": self.case_number,
            "as_of": self.as_of.isoformat(),
            "register": {"version": self.register_version, "sha256": self.register_sha256},
            "facts": [{"fact": label, "value": value} for label, value in self.child],
            "findings": [
                {
                    "check": row.check,
                    "status": row.status,
                    "severity": None if row.severity == "none" else row.severity,
                    "overdue": row.overdue,
                }
                for section in self.sections
                for row in section.rows
            ],
            "gates": [{"gate": gate.title, "state": gate.state} for gate in self.gates],
        }


def render_extract(context: ExtractContext, page_size: PageSize = "Letter") -> bytes:
    """The extract as a tagged PDF (PDF/UA-1). The same context gives the same bytes.

    Raises ValueError for another paper, ZoneInfoNotFoundError for a zone that does not exist.
    """
    return render_pdf(
        "pdf/extract.html",
        page_size,
        context=context,
        language=context.language,
        severities={row.severity: row.severity_word for row in context.gaps},
        unreviewed=any("†" in row.citations for row in context.gaps),
        times=Times(context.language, ZoneInfo(context.zone_name)),
    )
