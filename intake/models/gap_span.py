"""From when to when gaps were open."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intake.checklist.spans import Span
from intake.models.base import Base, Moment


class GapSpan(Base):
    """A gap of a case while it was open, for figures over time: coded, nothing of the child. Goes with the case."""

    __tablename__ = "gap_span"
    __table_args__ = (
        # a team's figures are added up from the index alone, case by case
        Index(
            "ix_gap_span_board",
            *("team_id", "case_id", "severity", "section", "opened_at", "closed_at"),
        ),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    check_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    opened_at: Mapped[dt.datetime] = mapped_column(Moment, primary_key=True)
    """The save or the passing of time that opened it."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    """None while it is open."""
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    section: Mapped[str] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(String(8))

    def as_span(self) -> Span:
        """The span without the case."""
        return Span(self.check_id, self.section, self.severity, self.opened_at, self.closed_at)


__all__ = ["GapSpan"]
