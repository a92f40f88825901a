"""What figures about many cases are made of: coded facts without identity, running totals, and what was published."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base, Moment

NATION = 0
"""Stands in the place of a team where all are counted together."""


class CodedCase(Base):
    """A case as it is counted: groups, steps and bands, nothing that names or dates. Goes with the case."""

    __tablename__ = "coded_case"
    __table_args__ = (Index("ix_coded_case_team_quarter", "team_id", "quarter"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    quarter: Mapped[str] = mapped_column(String(8))
    """Of the first contact; of the day it was opened where that is not recorded."""
    register_sha256: Mapped[str] = mapped_column(String(64))
    """The rules by which it is counted: those that were in force."""
    coded: Mapped[dict[str, Any]] = mapped_column(JSON)


class CountEntry(Base):
    """What one save changed in how its case counts. Written with the save, and folded into the totals soon after, so
    that those who save at once do not wait for each other's totals."""

    __tablename__ = "count_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column()
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Tally(Base):
    """How many cases stand in one cell, of a team or of all: what pages and reports read in the place of cases."""

    __tablename__ = "tally"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own attribute

    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quarter: Mapped[str] = mapped_column(String(8), primary_key=True)
    country: Mapped[str] = mapped_column(String(8), primary_key=True)
    measure: Mapped[str] = mapped_column(String(80), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Empty for the total."""
    value: Mapped[str] = mapped_column(String(32), primary_key=True)
    cell: Mapped[str] = mapped_column(String(48), primary_key=True)
    """The group, or the step of a timing."""
    n: Mapped[int] = mapped_column()


class TallyState(Base):
    """One row: whether every case is counted yet, and the lock of whoever folds entries into the totals."""

    __tablename__ = "tally_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool] = mapped_column(default=False)
    """False after an upgrade from a release that did not count, until `intake indicators recount`."""
    history: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it is kept of every case from when to when its gaps were open; False as above."""


class QuarterReport(Base):
    """The figures of a quarter as they were published, once: never again with other numbers, which would tell of the
    children between the two."""

    __tablename__ = "quarter_report"

    quarter: Mapped[str] = mapped_column(String(8), primary_key=True)
    published_at: Mapped[dt.datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Nobody where it was published by a command."""
    register_sha256: Mapped[str] = mapped_column(String(64))
    register_version: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


__all__ = ["NATION", "CodedCase", "CountEntry", "QuarterReport", "Tally", "TallyState"]
