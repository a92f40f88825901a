"""The summary of one case on paper: what must wait, what is missing, and who has to act."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import SEVERITIES, Language
from intake.documents.course import course
from intake.documents.happenings import happenings
from intake.documents.lines import AnswerNote, BreachLine, ReviewLine
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.rows import SummaryRows
from intake.documents.times import Times

__all__ = ["AnswerNote", "BreachLine", "ReviewLine", "SummaryContext", "render_summary"]


@dataclass(frozen=True)
class SummaryContext:
    """All that is printed. ``child`` holds the identification lines: label, value."""

    evaluation: Evaluation
    language: Language
    printed_at: datetime
    zone_name: str
    case_number: str | None = None
    child: tuple[tuple[str, str], ...] = ()
    caseworker: str | None = None
    team: str | None = None
    notes: dict[str, AnswerNote] = field(default_factory=dict)
    reviews: tuple[ReviewLine, ...] = ()
    printed_by: str | None = None
    status: str | None = None
    """The state of the case's review in the reader's words."""
    approved_by: str | None = None
    breaches: tuple[BreachLine, ...] = ()
    printed_for: str | None = None
    """The recipient and the purpose; None where it is printed for the own file."""
    site: str | None = None
    """The address of the app, to which recommendations are linked; without it they are not linked."""
    marks: Marks | None = None


def render_summary(context: SummaryContext, page_size: PageSize = "Letter") -> bytes:
    """The case summary as a tagged PDF (PDF/UA-1) in the context's language.

    Every time is printed in the zone ``zone_name``. The same context gives the same bytes. Raises ValueError for
    another paper, ZoneInfoNotFoundError for a zone that does not exist.
    """
    return render_pdf("pdf/summary.html", page_size, **_values(context))


def _values(context: SummaryContext) -> dict[str, object]:
    times = Times(context.language, ZoneInfo(context.zone_name))
    evaluation = context.evaluation
    rows = SummaryRows(evaluation, context.language, times, context.notes)
    gaps = rows.gaps()
    happened = happenings(evaluation, context.notes, context.reviews, context.breaches, times)
    missing = [one for one in evaluation.findings.values() if one.status == "missing"]
    return {
        "context": context,
        "language": context.language,
        "register": evaluation.register,
        "as_of": evaluation.case.as_of,
        "progress": evaluation.progress,
        "alerts": [raised.alert.title[context.language] for raised in evaluation.alerts],
        "severities": [(name, rows.severity(name)) for name in SEVERITIES if name != "none"],
        "gap_counts": Counter(row.severity for row in gaps),
        "missing": len(missing),
        "missing_overdue": sum(finding.overdue for finding in missing),
        "overdue": sum(finding.overdue for finding in evaluation.findings.values()),
        "gates": rows.gates(),
        "gaps": gaps,
        "actors": rows.actors(),
        "course": course(happened, evaluation.case.as_of, times),
        "unanswered": rows.unanswered(),
        "undecided": rows.undecided(),
        "sections": rows.sections(),
        "recommendations": rows.cited_recommendations(),
        "pending_review": rows.cites_unreviewed(),
        "times": times,
    }
