"""Published figures as documents: what was published, by the register in force."""

from __future__ import annotations

from intake.checklist.parts import Language
from intake.documents.figures import FigureContext
from intake.models import QuarterReport
from intake.services.desk import Desk
from intake.services.publishing import ZONE


def figure_context(desk: Desk, report: QuarterReport, code: Language) -> FigureContext:
    """The published figures of a quarter, to be shown in that language."""
    return FigureContext(
        report.content, desk.register, code, report.published_at.astimezone(ZONE), report.digest
    )


__all__ = ["figure_context"]
