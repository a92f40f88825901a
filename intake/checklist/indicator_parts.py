"""The parts of an indicator as the rules hold them: which children are counted, in which groups, how long things took."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from intake.checklist.conditions import Condition
from intake.checklist.deadlines import Duration
from intake.checklist.parts import Part, Text


class NationalityGroup(Part):
    """Countries that are told together, so that few children of one country do not stand out."""

    id: str
    label: Text
    nationalities: tuple[str, ...] = ()
    """None for the group of all that stand in no other."""


class Moment(Part):
    """When something happened: a time that is recorded, or the day on which a check's answer became true."""

    fact: str | None = None
    check: str | None = None
    answered: tuple[str, ...] = ("yes",)
    """An answer other than yes counts only with the date of its evidence."""

    @model_validator(mode="after")
    def _one(self) -> Moment:
        if (self.fact is None) == (self.check is None):
            raise ValueError("a moment needs exactly one of: fact, check")
        return self


class Timing(Part):
    """How long something took, told as median and 90th percentile."""

    id: str
    label: Text
    from_: str = Field(alias="from")
    """The recorded time it runs from; ``detention`` for the hours that were spent in immigration detention."""
    until: Moment | None = None
    among: Condition | None = None

    @model_validator(mode="after")
    def _ends(self) -> Timing:
        if (self.from_ == "detention") != (self.until is None):
            raise ValueError("needs until, unless it tells the hours in detention")
        return self


class Within(Part):
    """That a timing of the same indicator is known and no longer than this."""

    timing: str
    at_most: Duration


class Group(Part):
    """Children of whom the same is known: they are the numerator."""

    id: str
    label: Text
    if_: Condition | None = Field(default=None, alias="if")
    within: Within | None = None
    or_known: str | None = None
    """A timing of the same indicator: whoever has it stands in the group too."""
    cause: str | None = None
    """The recorded cause of a gap: of the check named by ``cause_of``, or of any at the authority that is told."""
    cause_of: str | None = None

    @model_validator(mode="after")
    def _some(self) -> Group:
        if self.if_ is None and self.within is None and self.cause is None:
            raise ValueError("a group needs one of: if, within, cause")
        return self


class Measure(Part):
    """Children told apart in groups: each child counted stands in exactly one, the first that fits."""

    id: str
    title: Text
    among: Condition | None = None
    """Who is counted: the denominator. Only children of whom it is known; all children where it is left out."""
    timed: str | None = None
    """Only children for whom this timing of the same indicator is known."""
    by_authority: bool = False
    """Counts, for each authority, the children with a gap there whose cause is recorded."""
    groups: tuple[Group, ...] = Field(min_length=1)
    rest: Text
    """What is said of the children counted who stand in no group."""

    @cached_property
    def group_ids(self) -> tuple[str, ...]:
        """The groups, the rest last."""
        return (*(group.id for group in self.groups), REST)

    def label_of(self, group_id: str) -> Text:
        """The words for a group or the rest."""
        return next((one.label for one in self.groups if one.id == group_id), self.rest)

    @cached_property
    def population(self) -> str:
        """Names who is counted: two measures with the same one have the same denominator."""
        among = "" if self.among is None else self.among.model_dump_json(by_alias=True)
        return f"{among}|{self.timed or ''}|{self.id if self.by_authority else ''}"


REST = "rest"


class Indicator(Part):
    """What many cases say about the system."""

    id: str
    title: Text
    measures: Text
    recommendations: tuple[str, ...] = ()
    counts: tuple[Measure, ...] = ()
    timings: tuple[Timing, ...] = ()
    product: Literal["report", "data set"] | None = None
    """Not counted from cases: whether the report, or the data set, was published for the quarter."""

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition by which children are counted."""
        for measure in self.counts:
            if measure.among is not None:
                yield measure.among
            yield from (group.if_ for group in measure.groups if group.if_ is not None)
        yield from (timing.among for timing in self.timings if timing.among is not None)


__all__ = [
    "REST",
    "Group",
    "Indicator",
    "Measure",
    "Moment",
    "NationalityGroup",
    "Timing",
    "Within",
]
