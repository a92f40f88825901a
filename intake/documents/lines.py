"""The lines of a case summary, as the page takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from intake.checklist.parts import Severity

LONGEST_IN_CELL = 320
"""Letters of a note that still read well in the table's last column."""


@dataclass(frozen=True)
class AnswerNote:
    """What stands beside an answer: the caseworker's words, and where the evidence comes from."""

    note: str | None = None
    evidence_date: date | None = None
    evidence_source: str | None = None
    reason: str | None = None
    cause: str | None = None
    authority: str | None = None


@dataclass(frozen=True)
class ReviewLine:
    """One decision of a review; ``decision`` is in the reader's words."""

    at: datetime
    by: str
    decision: str
    comment: str | None = None


@dataclass(frozen=True)
class BreachLine:
    """A decision that was carried out while its gate was shut, with what was not known to hold then."""

    gate: str
    happened_at: datetime
    recorded_at: datetime
    blocked_by: tuple[str, ...]


@dataclass(frozen=True)
class GateRow:
    """A decision that must wait or need not, and what keeps it waiting.

    ``letter`` stands for it beside each check that keeps it waiting. Where it waits for everything of some
    severities, ``every`` names those, and the checks are counted, not named.
    """

    letter: str
    title: str
    state: Literal["open", "shut", "not_applicable"]
    sentence: str
    gaps: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    every: str = ""


@dataclass(frozen=True)
class GapRow:
    """A gap, with what to do, by when, and who has to."""

    severity: Severity
    title: str
    letters: str
    action: str
    because: str
    due: str
    distance: str
    """How far away the deadline is, as of the evaluation."""
    overdue: bool
    responsible: str
    cause: str
    recommendations: tuple[str, ...]
    citations: str


@dataclass(frozen=True)
class OpenCheck:
    """A check that still has to be answered."""

    title: str
    letters: str
    due: str
    overdue: bool


@dataclass(frozen=True)
class ActorRow:
    """Somebody who has to act: how many gaps are theirs, the worst, and their next deadline."""

    name: str
    gaps: int
    severity: Severity
    due: str
    distance: str
    overdue: bool


@dataclass(frozen=True)
class AnswerRow:
    """A recorded answer and what it comes to."""

    title: str
    answer: str
    status: str
    status_word: str
    reason: str
    note: str
    evidence: str

    @property
    def note_is_long(self) -> bool:
        """Whether the note needs the width of the page, below its row."""
        return len(self.note) > LONGEST_IN_CELL


@dataclass(frozen=True)
class SectionRows:
    """A section: its answers, and the names of the checks that do not apply.

    ``plain`` gathers the satisfied answers that nothing was written to, under answer and result. Checks that still
    have to be answered stand in a table of their own.
    """

    title: str
    applicable: int
    answered: int
    answers: tuple[AnswerRow, ...]
    plain: tuple[tuple[str, tuple[str, ...]], ...]
    not_applicable: tuple[str, ...]
    idle: bool
    """Whether nothing of the section applies, nor may apply, to this child."""

    @property
    def speaks(self) -> bool:
        """Whether anything of the section was answered."""
        return bool(self.answers or self.plain)
