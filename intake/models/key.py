"""Which master key is in force, and the tokens by which names are found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base, Moment, now


class MasterKey(Base):
    """The id of the master key that everything is written under: one row, which every write of a case reads, so that
    no case is left behind when another key takes over. The key itself is never in the database."""

    __tablename__ = "master_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(String(16), default="")
    """Empty until the cases of a database from before there were ids have been looked through."""
    since: Mapped[dt.datetime] = mapped_column(Moment, default=now)


class NameToken(Base):
    """A keyed digest of a part of a child's name, or a decoy that looks like one: a case is found by name, unopened."""

    __tablename__ = "name_token"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own attribute

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[str] = mapped_column(
        ForeignKey("child_case.id", ondelete="CASCADE"), primary_key=True, index=True
    )


__all__ = ["MasterKey", "NameToken"]
