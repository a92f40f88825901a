"""The parts a register is made of, as they stand in the rules: typed and frozen."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from intake.checklist.conditions import CheckIs, Condition, leaves
from intake.checklist.deadlines import Duration

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "en")
Severity = Literal["critical", "high", "medium", "low", "none"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "none")
NOT_GOOD = ("partly", "no", "unknown")
"""The answers to a yes/no check that leave a gap, unless the check says otherwise."""
YES_NO = ("yes", "partly", "no", "unknown", "not_applicable")


class Part(BaseModel):
    """A part of the register, as it stands in the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Text(Part):
    """The same words in both languages."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.es


class YesNoText(Part):
    """How a yes/no fact or a named condition is worded inside an explanation."""

    yes: Text
    no: Text | None = None


class Choice(Part):
    """One value a fact or check can take."""

    value: str
    label: Text
    because: Text | None = None


class FactDefinition(Part):
    """Something that can be known of a case."""

    id: str
    group: Literal["profile", "event", "derived"]
    topic: str | None = None
    essential: bool = False
    """Asked when a case is opened; the rest can wait."""
    past: bool = False
    """A moment or day that cannot lie in the future."""
    not_before: str | None = None
    """The fact of the same kind that it cannot lie before."""
    kind: Literal["choice", "choices", "flag", "number", "date", "time"]
    label: Text
    short: Text
    hint: Text | None = None
    none: Text | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: str | None = None
    ordered: bool = False
    least: int | None = None
    most: int | None = None
    event: Text | None = None
    because: YesNoText | None = None

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The values it can take, in order."""
        return tuple(choice.value for choice in self.choices)

    def choice(self, value: object) -> Choice | None:
        """The choice of that value."""
        return next((choice for choice in self.choices if choice.value == value), None)


class Topic(Part):
    """Facts that are recorded together."""

    id: str
    title: Text
    intro: Text


class Cause(Part):
    """Why a gap could not be closed: what indicators of capacity are counted from."""

    id: str
    label: Text


class NamedCondition(Part):
    """A condition used in more than one place."""

    id: str
    is_: Condition = Field(alias="is")
    because: YesNoText


class Clock(Part):
    """A deadline: so long after an event, where its condition holds."""

    from_: str = Field(alias="from")
    within: Duration
    if_: Condition | None = Field(default=None, alias="if")


class Citation(Part):
    """An article of an instrument."""

    instrument: str
    article: str = ""


class Responsible(Part):
    """The authority that has to act, by the country the child is in."""

    MX: str
    US: str


class AskedFact(Part):
    """A fact recorded beside a check; only beside some of its answers where it names them."""

    fact: str
    answers: tuple[str, ...] = ()


class Check(Part):
    """One question to a caseworker, and what its answer means for the child."""

    id: str
    type: Literal["yn", "choice", "date", "text"]
    title: Text
    question: Text
    help: Text
    applies_if: Condition | None = None
    gap_if: Condition | None = None
    severity: Severity
    clocks: tuple[Clock, ...] = ()
    action: Text
    responsible: Responsible
    recommendations: tuple[str, ...] = ()
    basis: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    asks: tuple[AskedFact, ...] = ()

    @cached_property
    def gap_answers(self) -> tuple[str, ...]:
        """The answers that make it a gap, whatever else is known."""
        if self.gap_if is None:
            return NOT_GOOD if self.type == "yn" else ()
        own = [leaf for leaf in leaves(self.gap_if) if isinstance(leaf, CheckIs)]
        return tuple(
            value for leaf in own if leaf.check == self.id for value in leaf.answered or ()
        )

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The answers it takes, in the order they are offered; none for a date or a text."""
        if self.type == "yn":
            return YES_NO
        return tuple(choice.value for choice in self.choices)

    def choice(self, value: object) -> Choice | None:
        """The choice of that value."""
        return next((choice for choice in self.choices if choice.value == value), None)


class Section(Part):
    """Checks that are answered together."""

    id: str
    title: Text
    intro: Text
    checks: tuple[Check, ...] = Field(min_length=1)


class Breach(Part):
    """What is recorded when the decision was carried out while its gate was not open."""

    if_: Condition = Field(alias="if")
    check: str
    """The check that the breach answers yes: a violation by an official."""
    kinds: str
    """The fact that holds the kinds of violation."""
    kind: str
    observed_at: str
    """The event that starts the clocks of the remedy."""
    happened_at: str
    """The time of the decision's being carried out."""


class Held(Part):
    """A value of a fact that cannot be recorded while the gate is shut."""

    fact: str
    value: str


class Gate(Part):
    """A decision that must wait until every part of its condition is known to hold."""

    id: str
    title: Text
    shut: Text
    open: Text
    applies_if: Condition | None = None
    opens_if: Condition
    breach: Breach | None = None
    holds: Held | None = None

    @property
    def key(self) -> str:
        """The id without its prefix, as the evaluation contract names it."""
        return self.id.removeprefix("gate.")


class Alert(Part):
    """What a supervisor is told at once."""

    id: str
    title: Text
    if_: Condition | None = Field(default=None, alias="if")
    overdue: Severity | None = None
    while_shut: str | None = None
    look_at: str | None = None
    """The check at which somebody who is told begins; without it, the worst gap of the case."""


class Instrument(Part):
    """A law or guideline; ``reviewed`` once a lawyer compared citations with the official text."""

    id: str
    title: Text
    short: Text
    kind: Literal["treaty", "law", "regulation", "court", "guideline", "paper", "other"]
    published: Text
    reviewed: bool


class Authority(Part):
    """A body that can be responsible for a check."""

    id: str
    country: Literal["MX", "US", "any"]
    name: Text
    short: Text


class Recommendation(Part):
    """A numbered point of the source paper, paraphrased."""

    id: str
    addressee: tuple[Literal["MX", "US"], ...] = Field(min_length=1)
    level: Literal["case", "system", "both"]
    title: Text
    text: Text
    checks: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
