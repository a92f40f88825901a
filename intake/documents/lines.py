"""The lines of a case summary, as the page takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
class GateRow:
    """A decision that must wait or need not, and what keeps it waiting."""

    title: str
    state: Literal["open", "shut", "not_applicable"]
    sentence: str
    gaps: tuple[str, ...]
    unanswered: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class GapRow:
    """A gap, with what to do, by when, and who has to."""

    severity: Severity
    title: str
    action: str
    because: str
    due: str
    overdue: bool
    responsible: str
    cause: str
    recommendations: tuple[str, ...]
    citations: str


@dataclass(frozen=True)
class OpenCheck:
    """A check that still has to be answered."""

    title: str
    due: str
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
    """A section: its answers, and the names of the checks that have none.

    ``plain`` gathers the satisfied answers that nothing was written to, under answer and result.
    """

    title: str
    applicable: int
    answered: int
    answers: tuple[AnswerRow, ...]
    plain: tuple[tuple[str, tuple[str, ...]], ...]
    unanswered: tuple[str, ...]
    undecided: tuple[str, ...]
    not_applicable: tuple[str, ...]

    @property
    def speaks(self) -> bool:
        """Whether anything of the section applies, or may apply, to this child."""
        return bool(self.answers or self.plain or self.unanswered or self.undecided)

    @property
    def has_lists(self) -> bool:
        """Whether any check is named outside the answers' own rows."""
        return bool(self.plain or self.unanswered or self.undecided or self.not_applicable)
