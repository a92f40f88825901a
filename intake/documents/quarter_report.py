"""The quarterly binational report on paper, from published figures alone."""

from __future__ import annotations

from intake.checklist.indicators import DIMENSIONS
from intake.documents import charts
from intake.documents.figure_words import ABOUT
from intake.documents.figures import FigureContext
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.times import Times


def render_quarter_report(context: FigureContext, page_size: PageSize = "Letter") -> bytes:
    """The report as a tagged PDF (PDF/UA-1); the same figures give the same bytes."""
    return render_pdf(
        "pdf/quarter_report.html",
        page_size,
        context=context,
        words=context.words,
        language=context.language,
        about=ABOUT[context.language],
        dimensions=DIMENSIONS,
        drawings=[(country, gap_drawing(context, country)) for country in context.countries],
        times=Times(context.language, context.published_at.tzinfo),  # type: ignore[arg-type]
    )


def gap_drawing(context: FigureContext, country: str) -> charts.Bars | None:
    """The sections with the greatest shares of children with a critical gap; None where all are held back."""
    shares = [
        (label, figures[0].share, f"{figures[0].share} %", 1, "")
        for label, figures in context.gaps(country)[1:]
        if figures[0].share is not None
    ]
    worst = sorted(shares, key=lambda row: -(row[1] or 0))[:8]
    return charts.bars([(a, b or 0, c, d, e) for a, b, c, d, e in worst]) if worst else None


__all__ = ["gap_drawing", "render_quarter_report"]
