"""All that is held on a child on paper, for the child: section by section, in plain tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.checklist.parts import Language
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times

__all__ = ["AccessContext", "AccessSection", "render_access"]


@dataclass(frozen=True)
class AccessSection:
    """A heading and what stands under it: rows under column heads. Without rows, that there is nothing."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    about: str = ""


@dataclass(frozen=True)
class AccessContext:
    """All that is printed."""

    language: Language
    case_number: str
    name: str
    team: str
    printed_at: datetime
    printed_by: str
    zone_name: str
    register_version: str
    register_sha256: str
    sections: tuple[AccessSection, ...]
    marks: Marks | None = None


def render_access(context: AccessContext, page_size: PageSize = "Letter") -> bytes:
    """The document as a tagged PDF (PDF/UA-1) in the context's language."""
    return render_pdf(
        "pdf/access.html",
        page_size,
        context=context,
        language=context.language,
        times=Times(context.language, ZoneInfo(context.zone_name)),
    )
