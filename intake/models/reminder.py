"""How people let themselves be reminded outside of the app: a calendar's address, and a mail."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.person import User


class CalendarFeed(Base):
    """The secret address at which a calendar program fetches a person's deadlines; kept as a digest only."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    fetched_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    person: Mapped[User] = relationship()


class Digest(Base):
    """That a person wants a mail with what is due, counts only; and when they were sent one last."""

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    often: Mapped[str] = mapped_column(String(8))
    """``daily`` or ``weekly``."""
    sent_on: Mapped[dt.date | None] = mapped_column(Date)
    """The day in the person's zone."""

    person: Mapped[User] = relationship()


__all__ = ["CalendarFeed", "Digest"]
