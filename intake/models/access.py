"""Who else reaches a case, and until when: absence cover and emergency access."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.case import Case
from intake.models.person import User

SHORTEST_REASON = 20
"""Of an emergency: fewer characters say nothing."""


class Cover(Base):
    """One person stands in for another over some days: they see and write the other's cases, under their own name."""

    __tablename__ = "cover"
    __table_args__ = (Index("ix_cover_covering", "covering_id", "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    covering_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    first_day: Mapped[dt.date] = mapped_column()
    last_day: Mapped[dt.date] = mapped_column()
    starts_at: Mapped[dt.datetime] = mapped_column(Moment)
    """Where the first day begins in the team's zone."""
    ends_at: Mapped[dt.datetime] = mapped_column(Moment)
    """Where the day after the last begins in the team's zone, or when the cover was ended before."""
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)

    absent: Mapped[User] = relationship(foreign_keys=[absent_id])
    covering: Mapped[User] = relationship(foreign_keys=[covering_id])


class EmergencyAccess(Base):
    """A supervisor of another team opened a case for an emergency: read and print, for a day, with the reason."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_by", "by_id", "ends_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(Moment)
    ends_at: Mapped[dt.datetime] = mapped_column(Moment)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The reason, under the key of the case, since it may say something of the child."""

    by: Mapped[User] = relationship()
    case: Mapped[Case] = relationship()
