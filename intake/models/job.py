"""Work that nobody waits for: what was asked, how far it has come, who works on it, and what is done by the clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from intake.models.base import Base, Moment, now

UNFINISHED = ("queued", "running")
"""The states of a job in which there is something left to do."""


class Job(Base):
    """One thing that was asked for and is done in the background. What the queue remembers decides nothing: this does."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_asked_by", "asked_by_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The UUID of the form that asked: the same form sent twice is one job."""
    kind: Mapped[str] = mapped_column(String(24))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who asked; None where the app itself did."""
    state: Mapped[str] = mapped_column(String(12), default="queued", index=True)
    """``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    total: Mapped[int] = mapped_column()
    done: Mapped[int] = mapped_column(default=0)
    """Steps that are behind it, whatever came out of them."""
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    started_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    expires_at: Mapped[dt.datetime | None] = mapped_column(Moment, index=True)
    """Until when what it made can be fetched together."""
    reason: Mapped[str | None] = mapped_column(String(24))
    """Why it failed, as a word the templates know."""
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The key of its own, under which its parameters lie; None once its results can no longer be fetched."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was asked, in particular."""


class JobStep(Base):
    """One piece of a job, done whole or not at all. Goes with its case when that is erased."""

    __tablename__ = "job_step"
    __table_args__ = (Index("ix_job_step_state", "job_id", "state"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("child_case.id"), index=True)
    about: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a step without a case is about, in ids and counts."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """``waiting``, ``taken``, ``done``, ``refused`` (the right is gone) or ``failed``."""
    attempts: Mapped[int] = mapped_column(default=0)
    taken_by: Mapped[str | None] = mapped_column(String(36), index=True)
    """The worker that has it in hand."""
    result: Mapped[str | None] = mapped_column(String(36))
    """The id of what came out of it, where its kind of work keeps that; of one that was refused, why."""


class Worker(Base):
    """A process that does steps, and when it last gave a sign of life."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)


class Chore(Base):
    """Something done by the clock, and for which moment it was done last: so that of several workers one does it."""

    __tablename__ = "chore"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    slot: Mapped[dt.datetime] = mapped_column(Moment)
    """The beginning of the stretch of time for which it was begun last."""
