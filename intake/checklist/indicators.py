"""A case as coded facts without identity: in which groups it counts, and how long things took. Pure.

What is counted stands in the rules (``indicators.yaml``). Here it is worked out for one case: everything that a figure
about many cases is made of, in steps and bands wide enough to be shared by many children, and nothing else. Only what
is known to hold counts: a condition that is unknown puts a child in no group.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.checklist.case_input import ADULT, CaseInput
from intake.checklist.conditions import evaluate
from intake.checklist.deadlines import due_at
from intake.checklist.evaluation import CaseWorld, Evaluation
from intake.checklist.indicator_parts import REST, Group, Indicator, Measure, Timing
from intake.checklist.register import Register
from intake.checklist.steps import step_of

UNKNOWN = "unknown"
BANDS = ((5, "0-4"), (10, "5-9"), (13, "10-12"), (16, "13-15"), (18, "16-17"))
DIMENSIONS = ("state", "authority", "nationality", "age", "sex")
"""By what children are told apart, beside the country and the quarter."""


@dataclass(frozen=True)
class Recorded:
    """What was recorded of an answer beside its value."""

    since: dt.datetime | None = None
    """When this value was first recorded."""
    evidence: dt.date | None = None
    cause: str | None = None
    authority: str | None = None


@dataclass(frozen=True)
class Coded:
    """One case as it is counted. ``groups``: measure and group; ``steps``: timing and its length in hours."""

    quarter: str
    country: str
    child: bool
    """Only children stand in figures of the country; a team's own board shows every case."""
    traits: tuple[str, ...]
    """In the order of DIMENSIONS."""
    groups: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    """Section and severity, such as ``rights:critical``, of which there is a gap."""
    gates: Mapping[str, bool] = field(default_factory=dict)
    overdue: tuple[str, ...] = ()
    """The authorities that have to act on something whose deadline has passed."""

    def as_json(self) -> dict[str, Any]:
        """The coded facts as they are kept."""
        return {
            "quarter": self.quarter,
            "country": self.country,
            "child": self.child,
            "traits": list(self.traits),
            "groups": dict(self.groups),
            "steps": dict(self.steps),
            "gaps": list(self.gaps),
            "gates": dict(self.gates),
            "overdue": list(self.overdue),
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Coded:
        """The coded facts as they were kept."""
        return cls(
            kept["quarter"],
            kept["country"],
            kept["child"],
            tuple(kept["traits"]),
            kept["groups"],
            kept["steps"],
            tuple(kept["gaps"]),
            kept["gates"],
            tuple(kept["overdue"]),
        )


def code_case(
    evaluation: Evaluation,
    recorded: Mapping[str, Recorded],
    opened_at: dt.datetime,
    held_hours: float | None,
    board: Evaluation | None = None,
) -> Coded:
    """The case of that evaluation as it is counted, by the rules it was evaluated under.

    ``held_hours``: how long the child is known to have been in immigration detention, None where it never was.
    ``board``: the evaluation whose gaps, gates and deadlines are shown, where it is another one.
    """
    board = board or evaluation
    responsible = _Coding(board, recorded, held_hours)
    case, register = evaluation.case, evaluation.register
    coding = _Coding(evaluation, recorded, held_hours)
    first = case.moment("encounter_at") or opened_at.astimezone(case.as_of.tzinfo)
    age = _age_on(case, first.date())
    groups: dict[str, str] = {}
    steps: dict[str, int] = {}
    for indicator in register.indicators.values():
        groups.update(coding.groups(indicator))
        steps.update(coding.steps(indicator))
    return Coded(
        quarter=quarter(first),
        country=str(case.fact("country") or UNKNOWN),
        child=case.fact("age_disputed") is True or age is None or age < ADULT,
        traits=(
            str(case.fact("place") or UNKNOWN),
            str(case.fact("custody") or UNKNOWN),
            nationality_group(register, case.fact("nationality")),
            age_band(age),
            str(case.fact("sex") or UNKNOWN),
        ),
        groups=groups,
        steps=steps,
        gaps=tuple(
            sorted(
                {
                    f"{board.register.section_of[one.check.id].id}:{one.check.severity}"
                    for one in board.gaps
                }
            )
        ),
        gates={gate: state.open for gate, state in board.gates.items() if state.applies},
        overdue=tuple(
            sorted(
                {
                    responsible.authority(one.check.id)
                    for one in board.findings.values()
                    if one.overdue
                }
            )
        ),
    )


def quarter(moment: dt.datetime) -> str:
    """The quarter of the year, such as 2026-Q4."""
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def age_band(age: int | None) -> str:
    """The age in bands wide enough to be shared; ``unknown`` where it is not known."""
    if age is None:
        return UNKNOWN
    return next((band for end, band in BANDS if age < end), "18+")


def nationality_group(register: Register, nationality: object) -> str:
    """The group of that nationality; the one that names none takes whoever stands in no other."""
    if nationality is None:
        return UNKNOWN
    others = UNKNOWN
    for group in register.nationality_groups.values():
        if nationality in group.nationalities:
            return group.id
        if not group.nationalities:
            others = group.id
    return others


def _age_on(case: CaseInput, day: dt.date) -> int | None:
    """The age on that day where the birth date is known, else as it was estimated."""
    born = case.facts.get("birth_date")
    if isinstance(born, dt.date):
        return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
    return case.age


@dataclass(frozen=True)
class _Coding:
    evaluation: Evaluation
    recorded: Mapping[str, Recorded]
    held_hours: float | None

    @property
    def world(self) -> CaseWorld:
        return self.evaluation.world

    def groups(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """Each measure in whose denominator the case stands, with its group."""
        timings = {timing.id: timing for timing in indicator.timings}
        for measure in indicator.counts:
            key = f"{indicator.id}.{measure.id}"
            if measure.by_authority:
                yield from self._by_authority(key, measure)
                continue
            if measure.among is not None and evaluate(measure.among, self.world) is not True:
                continue
            if measure.timed is not None and self.span(timings[measure.timed]) is None:
                continue
            fits = (one.id for one in measure.groups if self._fits(one, timings))
            yield key, next(fits, REST)

    def steps(self, indicator: Indicator) -> Iterator[tuple[str, int]]:
        """Each timing that is known, in steps."""
        for timing in indicator.timings:
            if timing.from_ == "detention":
                if self.held_hours is not None:
                    yield f"{indicator.id}.{timing.id}", step_of(self.held_hours)
                continue
            span = self.span(timing)
            if span is not None:
                hours = (span[1] - span[0]).total_seconds() / 3600
                yield f"{indicator.id}.{timing.id}", step_of(max(0.0, hours))

    def _known(self, timing: Timing) -> bool:
        if timing.from_ == "detention":
            return self.held_hours is not None
        return self.span(timing) is not None

    def span(self, timing: Timing) -> tuple[dt.datetime, dt.datetime] | None:
        """From when to when, where both are known."""
        if timing.until is None:
            return None
        if timing.among is not None and evaluate(timing.among, self.world) is not True:
            return None
        start = self.evaluation.case.moment(timing.from_)
        if timing.until.fact is not None:
            end = self.evaluation.case.moment(timing.until.fact)
        else:
            end = self._answered(str(timing.until.check), timing.until.answered)
        return None if start is None or end is None else (start, end)

    def authority(self, check_id: str) -> str:
        """The body that has to act: the one recorded, else the register's for the country."""
        kept = self.recorded.get(check_id)
        responsible = self.evaluation.register.checks[check_id].responsible
        in_us = self.evaluation.case.fact("country") == "US"
        return (kept and kept.authority) or (responsible.US if in_us else responsible.MX)

    def _answered(self, check_id: str, answers: tuple[str, ...]) -> dt.datetime | None:
        """The latest moment at which what the answer says can have come true."""
        answer, kept = self.evaluation.case.answers.get(check_id), self.recorded.get(check_id)
        if answer is None or answer.value not in answers or kept is None:
            return None
        zone = self.evaluation.case.as_of.tzinfo
        evident = None
        if kept.evidence is not None:
            evident = dt.datetime.combine(kept.evidence, dt.time(23, 59, 59), tzinfo=zone)
        if answer.value != "yes" or kept.since is None:
            return evident
        return kept.since if evident is None else min(kept.since, evident)

    def _fits(self, group: Group, timings: Mapping[str, Timing]) -> bool:
        if group.or_known is not None and self._known(timings[group.or_known]):
            return True
        if group.if_ is not None and evaluate(group.if_, self.world) is not True:
            return False
        if group.within is not None:
            span = self.span(timings[group.within.timing])
            zone = self.evaluation.case.zone
            if span is None or span[1] > due_at(
                span[0].astimezone(zone) if zone else span[0], group.within.at_most
            ):
                return False
        if group.cause is not None:
            return any(
                self._cause(one.check.id) == group.cause
                for one in self.evaluation.gaps
                if one.check.id == group.cause_of
            )
        return True

    def _cause(self, check_id: str) -> str | None:
        kept = self.recorded.get(check_id)
        return kept.cause if kept else None

    def _by_authority(self, key: str, measure: Measure) -> Iterator[tuple[str, str]]:
        causes: dict[str, set[str]] = {}
        for one in self.evaluation.gaps:
            if cause := self._cause(one.check.id):
                causes.setdefault(self.authority(one.check.id), set()).add(cause)
        for authority, recorded in sorted(causes.items()):
            fits = (group.id for group in measure.groups if group.cause in recorded)
            yield f"{key}.{authority}", next(fits, REST)


__all__ = [
    "BANDS",
    "DIMENSIONS",
    "UNKNOWN",
    "Coded",
    "Recorded",
    "age_band",
    "code_case",
    "nationality_group",
    "quarter",
]
