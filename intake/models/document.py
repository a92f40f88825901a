"""Documents that were handed out: what went out, to whom and why; the bytes lie sealed in files."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.person import User

DOCUMENT_NUMBER = re.compile(r"[A-Z]{2,8}-\d{4}-D\d{4,8}", re.ASCII)
"""What the number of a document looks like; anything else is not looked up, since it may be anything."""


class IssuedDocument(Base):
    """A document as it was handed out, so that it can be shown again and checked years later. Never changed, except
    that it can be withdrawn."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_case_kind", "case_id", "kind", "recipient", "issued_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Of the form's UUID and of what was printed: the same form sent twice is one document."""
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """Of the team and the year; says nothing of the child."""
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"))
    kind: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(2))
    page_size: Mapped[str] = mapped_column(String(8))
    case_version: Mapped[int] = mapped_column()
    register_sha256: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the evaluation that is embedded: what the paper shows of it."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the file."""
    certificate: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the certificate that signed it."""
    size: Mapped[int] = mapped_column()
    content: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all that is printed, but for when and by whom: the same again is the same document."""
    state: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what the case had come to, in no language: a newer print of another state supersedes this one."""
    issued_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recipient: Mapped[str | None] = mapped_column(String(32))
    """An authority of the register; None where it is for the own file."""
    purpose: Mapped[str | None] = mapped_column(String(24))
    about: Mapped[str | None] = mapped_column(String(64))
    """What of the case it is about, such as a check; None where it is about the case."""
    disclosure_id: Mapped[str | None] = mapped_column(ForeignKey("disclosure.id"))
    """On what it went out: a consent, or a ground that was typed."""
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why it was withdrawn."""

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class DocumentCounter(Base):
    """The last document number a team gave out in a year."""

    __tablename__ = "document_counter"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


__all__ = ["DOCUMENT_NUMBER", "DocumentCounter", "IssuedDocument"]
