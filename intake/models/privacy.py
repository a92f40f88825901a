"""What the child agreed to, what went out, how long a case is kept, and how it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.case import Place
from intake.models.person import Team, User


class Consent(Base):
    """That a child, or who represents them, agreed to share the case with one recipient for one purpose."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_case_recipient", "case_id", "recipient"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The UUID the form carried."""
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"))
    purpose: Mapped[str] = mapped_column(String(24))
    recipient: Mapped[str] = mapped_column(String(32))
    """An authority of the register."""
    given_on: Mapped[dt.date] = mapped_column(Date)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Who gave it, how, and the evidence."""
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    withdrawn_on: Mapped[dt.date | None] = mapped_column(Date)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class Disclosure(Base):
    """That something of a case was made for somebody outside: for whom, why, and on what ground."""

    __tablename__ = "disclosure"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    what: Mapped[str] = mapped_column(String(24))
    purpose: Mapped[str] = mapped_column(String(24))
    recipient: Mapped[str] = mapped_column(String(32))
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"))
    """The consent it rests on; None where it rests on a ground that was typed."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The ground as it was typed."""
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User] = relationship()


class RetentionRule(Base):
    """For how many years a team keeps closed cases."""

    __tablename__ = "retention_rule"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    years: Mapped[int] = mapped_column()
    years_young: Mapped[int] = mapped_column()
    """Where the child was under 13 when the case was closed, or the age is not known."""


class Retention(Base):
    """Until when a closed case is kept; only closed cases have one."""

    __tablename__ = "retention"
    __table_args__ = (Index("ix_retention_team", "team_id", "place"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    """The case's, so that those of a team that are due first are found by an index."""
    place: Mapped[str] = mapped_column(Place, default="", server_default="")
    """Where it stands among those of its team: the day until which it is kept, and the case's number."""
    closed_on: Mapped[dt.date] = mapped_column(Date)
    until: Mapped[dt.date] = mapped_column(Date, index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why a person chose another date; None where the rule gave it."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    by: Mapped[User | None] = relationship()

    @staticmethod
    def place_of(until: dt.date, number: str) -> str:
        """Where the case of that number stands when it is kept until that day."""
        return f"{until:%Y%m%d}{number}"


class Erasure(Base):
    """A proposal to erase or anonymise a case, and what became of it: all that is left of an erased case."""

    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36), index=True)
    """No foreign key: this row outlives the case."""
    case_number: Mapped[str] = mapped_column(String(24), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """``erase`` or ``anonymise``."""
    ground: Mapped[str] = mapped_column(String(24))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The reason as it was typed; goes with the case."""
    state: Mapped[str] = mapped_column(String(12), default="proposed", index=True)
    """``proposed``, ``refused`` or ``done``."""
    proposed_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    team: Mapped[Team] = relationship()
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class AnonymousCase(Base):
    """Coded facts of a case that was anonymised, for counts: no number, no team, no person, no date."""

    __tablename__ = "anonymous_case"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Random: it leads to no case."""
    country: Mapped[str | None] = mapped_column(String(2))
    quarter: Mapped[str] = mapped_column(String(8), index=True)
    """Of the first contact, such as 2026-Q4."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    coded: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """As it is counted; None of a case that was anonymised before cases were counted, until a recount."""


__all__ = ["AnonymousCase", "Consent", "Disclosure", "Erasure", "Retention", "RetentionRule"]
