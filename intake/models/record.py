"""What is kept about the app itself: the audit trail and the registers that were in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base, Moment


class AuditEntry(Base):
    """Who did what, when. Only ever added to; each entry carries the digest of the one before. Holds no content."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_actor", "actor_id", "id"),
        # what somebody did lately is looked up whenever a case is read
        Index("ix_audit_entry_actor_at", "actor_id", "at"),
        Index("ix_audit_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(40), index=True)
    case_id: Mapped[str | None] = mapped_column(String(36), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The newest entry's digest: one row, locked while an entry is added, so that the chain has one end."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))


class CaseCounter(Base):
    """The last case number a team gave out in a year."""

    __tablename__ = "case_counter"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class RegisterVersion(Base):
    """A register that cases were answered under, whole, so that an old case stays reproducible."""

    __tablename__ = "register_version"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    first_used_at: Mapped[dt.datetime] = mapped_column(Moment)
    published_at: Mapped[dt.datetime | None] = mapped_column(Moment, index=True)
    """When it was put in force; the newest of these is in force now."""
    files: Mapped[str] = mapped_column(Text)
    """JSON: the name and content of each rules file."""
