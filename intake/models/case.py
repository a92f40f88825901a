"""Cases, and the findings and gates that an evaluation left beside them."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment, now
from intake.models.person import Team, User

CASE_NUMBER = re.compile(r"[A-Z]{2,8}-\d{4}-\d{4,8}", re.ASCII)
"""What the number of a case looks like; anything else is not looked up, since it may be anything."""
Place = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Text that sorts by its bytes, on every database alike."""
CaseNumber = String(24).with_variant(String(24, collation="C"), "postgresql")
STATUSES = ("draft", "submitted", "returned", "approved")


class Case(Base):
    """One child's case. Who the child is and what was answered lie sealed in ``document``; the rest is coded facts."""

    __tablename__ = "child_case"
    __table_args__ = (
        Index("ix_child_case_queue", "team_id", "status", "worst_rank", "next_due"),
        Index("ix_child_case_caseworker", "caseworker_id", "updated_at"),
        Index("ix_child_case_alerted", "team_id", "alerted"),
        Index("ix_child_case_number", "team_id", "number"),
        Index("ix_child_case_tail", "team_id", "tail"),
        Index("ix_child_case_place_worst", "team_id", "place_worst"),
        Index("ix_child_case_place_due", "team_id", "place_due"),
        Index("ix_child_case_place_updated", "team_id", "place_updated"),
        # what each caseworker of a team carries is added up from the index alone
        Index(
            "ix_child_case_load",
            *("team_id", "caseworker_id", "stage", "next_due", "critical_gaps", "status"),
        ),
        Index(
            "ix_child_case_waiting", "team_id", "status", "submitted_at", "number", "caseworker_id"
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(CaseNumber, unique=True)
    """What people call the case; says nothing of the child."""
    tail: Mapped[str] = mapped_column(CaseNumber, default="", server_default="")
    """The number from its end, so that an index finds those that end with what was typed."""
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    status: Mapped[str] = mapped_column(String(12), default="draft")
    stage: Mapped[str | None] = mapped_column(String(16))
    country: Mapped[str | None] = mapped_column(String(2))
    opened_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    handed_over_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    """When the case was given to its caseworker, until they first open it: marks it as new to them."""

    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    register_sha256: Mapped[str] = mapped_column(String(64))
    evaluated_at: Mapped[dt.datetime] = mapped_column(Moment)
    gaps: Mapped[int] = mapped_column(default=0)
    critical_gaps: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    worst_rank: Mapped[int] = mapped_column(default=9)
    """Rank of the worst open finding: 0 critical, 3 low, 9 none."""
    next_due: Mapped[dt.datetime | None] = mapped_column(Moment)
    applicable: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    alerts: Mapped[list[str]] = mapped_column(JSON, default=list)
    alerted: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many alerts there are, so that those with some are found by an index."""
    place_worst: Mapped[str] = mapped_column(Place, default="", server_default="")
    """Where the case stands among those of which the worst come first: approved ones last, then by the worst gap, how
    many are critical, the next deadline and the number, as text that sorts."""
    place_due: Mapped[str] = mapped_column(Place, default="", server_default="")
    """Where it stands by its next deadline."""
    place_updated: Mapped[str] = mapped_column(Place, default="", server_default="")
    """Where it stands by its last change."""
    reevaluate_at: Mapped[dt.datetime | None] = mapped_column(Moment, index=True)
    """When time alone may change the findings: a deadline, a birthday, 72 hours at the border, a return's date."""

    team: Mapped[Team] = relationship()
    caseworker: Mapped[User] = relationship(foreign_keys=[caseworker_id])

    def take_places(self) -> None:
        """Says anew where the case stands in each order of the queue, and by which end its number is found."""
        due = f"{self.next_due.astimezone(dt.UTC):%Y%m%d%H%M%S}" if self.next_due else "9" * 14
        settled = int(self.status == "approved")
        many = 9999 - min(self.critical_gaps, 9999)
        self.place_worst = f"{settled}{self.worst_rank}{many:04d}{due}{self.number}"
        self.place_due = f"{due}{self.worst_rank}{self.number}"
        self.place_updated = f"{self.updated_at.astimezone(dt.UTC):%Y%m%d%H%M%S%f}{self.number}"
        self.tail = self.number[::-1]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012 - SQLAlchemy's own attribute


class StoredFinding(Base):
    """An open finding as of the last evaluation, so that queues never evaluate rules or open a case."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_check", "check_id", "status"),
        Index("ix_finding_owner", "owner_id"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    check_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(8))
    due: Mapped[dt.datetime | None] = mapped_column(Moment)
    cause: Mapped[str | None] = mapped_column(String(32))
    """Why the gap could not be closed, as the caseworker chose from the register's causes."""
    authority: Mapped[str | None] = mapped_column(String(32))
    """The body that has to act: the one recorded, else the register's for the country."""
    work: Mapped[str] = mapped_column(String(12), default="open", server_default="open")
    """What is being done about it: open, in_progress, or cannot (be remedied, and why is kept with the case)."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who carries it; None for the case's caseworker."""
    agreed_due: Mapped[dt.date | None] = mapped_column(Date)
    """The day agreed upon, beside the deadline of the law."""


class StoredGate(Base):
    """A gate that applies, as of the last evaluation."""

    __tablename__ = "gate"

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    gate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_open: Mapped[bool] = mapped_column()
    blocked_by: Mapped[list[str]] = mapped_column(JSON)


class CaseAlert(Base):
    """An alert that a case has, as of the last evaluation: those of a team are found and counted by the index alone."""

    __tablename__ = "case_alert"
    __table_args__ = (Index("ix_case_alert_team", "team_id", "alert_id", "place_due"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), primary_key=True)
    alert_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    place_due: Mapped[str] = mapped_column(Place)
    """That of the case."""


class Change(Base):
    """One save of a case, as it was made: the history of answers. Only ever added to; each entry seals the one before."""

    __tablename__ = "change"
    __table_args__ = (Index("uq_change_case_sequence", "case_id", "sequence", unique=True),)

    operation: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The UUID the form carried: the same save sent twice is one change."""
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"))
    sequence: Mapped[int] = mapped_column()
    """The version of the case that this change made."""
    at: Mapped[dt.datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who saved; None where the passing of time did it."""
    kind: Mapped[str] = mapped_column(String(24))
    register_sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    by: Mapped[User | None] = relationship()


class Comment(Base):
    """What a person wrote about a check or about the whole case during review."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    check_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    operation: Mapped[str] = mapped_column(String(36), unique=True)

    by: Mapped[User] = relationship()


class Review(Base):
    """A supervisor's decision on a submitted case: returned with comments, or approved."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    case_version: Mapped[int] = mapped_column()
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[str] = mapped_column(String(12))
    approves_bid: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    operation: Mapped[str] = mapped_column(String(36), unique=True)

    by: Mapped[User] = relationship()


class Violation(Base):
    """A violation by officials, coded, for the register across cases: nothing of the child or of what happened."""

    __tablename__ = "violation"
    __table_args__ = (Index("ix_violation_due", "due"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    authority: Mapped[str] = mapped_column(String(32))
    observed_at: Mapped[dt.datetime] = mapped_column(Moment)
    body: Mapped[str | None] = mapped_column(String(32))
    filed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
    due: Mapped[dt.datetime | None] = mapped_column(Moment)
    """When the next step is due: the complaint, then its answer."""

    case: Mapped[Case] = relationship()


class Mention(Base):
    """That a comment is meant for somebody, until they have read it."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_person", "person_id", "seen_at"),)

    operation: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Of the comment."""
    person_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("child_case.id"), index=True)
    check_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    seen_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    case: Mapped[Case] = relationship()


__all__ = [
    "CASE_NUMBER",
    "STATUSES",
    "Case",
    "CaseAlert",
    "Change",
    "Comment",
    "Mention",
    "Review",
    "StoredFinding",
    "StoredGate",
    "Violation",
]
