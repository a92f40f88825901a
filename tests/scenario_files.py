"""Scenarios as a lawyer writes them, read strictly: a slip is told with its file, line and key."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intake.checklist.case_input import InputError, read_case
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.loading import load_register
from intake.checklist.reading import Place, RulesError, Source, read_source
from intake.checklist.register import Register
from intake.resources import resource_dir

SCENARIOS = Path(__file__).parent / "scenarios"
REASON = "It does not concern this child."
Given = Literal["yes", "partly", "no", "unknown", "not_applicable", "unanswered"]


class Part(BaseModel):
    """A part of a scenario, as it stands in its file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Words(Part):
    """The same words in both languages."""

    en: str = Field(min_length=10)
    es: str = Field(min_length=10)


class Child(Part):
    """Who the case is about."""

    name: str = Field(min_length=2)
    story: Words


class GateExpected(Part):
    """What a gate must be; ``blocked_by`` is the whole list of its reasons."""

    applies: bool | None = None
    open: bool | None = None
    blocked_by: list[str] | None = None


class FindingExpected(Part):
    """What must be found for one check."""

    status: str | None = None
    due: str | None = None
    overdue: bool | None = None


class Expected(Part):
    """What must come out. ``gaps`` and ``alerts`` are whole lists: nothing else may come out."""

    gaps: list[str] | None = None
    alerts: list[str] | None = None
    gates: dict[str, GateExpected] = {}
    findings: dict[str, FindingExpected] = {}


class Variant(Part):
    """The same child with one thing changed, and what must come out then.

    ``also_with`` names answers that must bring the same when they stand in the place of the one
    answer that is changed.
    """

    because: Words
    change: dict[str, Any]
    also_with: list[Given] = []
    expect: Expected


class Scenario(Part):
    """One fictional child: a story, a case, what must come out, and what one change does to it."""

    child: Child
    case: dict[str, Any]
    expect: Expected
    variants: list[Variant] = []


class Clock(Part):
    """One legal clock in one situation; ``due`` was worked out by hand."""

    check: str
    from_: str = Field(alias="from")
    within: dict[str, int | str]
    profile: dict[str, Any] = {}
    start: str
    due: str
    because: Words


class Count(Part):
    """Business days counted by hand."""

    start: str
    business_days: int
    calendar: Literal["MX", "US"]
    due: str
    because: Words


class Clocks(Part):
    """A table of clocks."""

    clocks: list[Clock] = []
    counts: list[Count] = []


P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Situation:
    """One case to evaluate: a child as told, or one of its variants."""

    name: str
    source: Source
    place: Place
    case: dict[str, Any]
    expect: Expected
    variant: Variant | None = None

    def evaluation(self) -> Evaluation:
        """What the rules say of it. Raises RulesError with file and line where it is no case."""
        try:
            return evaluate_case(register(), read_case(register(), self.case))
        except InputError as error:
            raise RulesError([self.problem(error.key, error.reason)]) from error

    def problem(self, key: str, reason: str) -> str:
        """The sentence for a problem of that key of the case, with the line it stands in."""
        found = self.place
        for place in self.source.lines:
            inner = place[len(self.place) :]
            path = ".".join(str(part) for part in inner)
            inside = place[: len(self.place)] == self.place
            if inside and len(place) > len(found) and f"{key}.".startswith(f"{path}."):
                found = place
        return f"{self.source.path}:{self.source.lines[found]}: {key}: {reason}"


@cache
def register() -> Register:
    """The rules as they stand in rules/."""
    return load_register(resource_dir("rules"))


def read(path: Path, kind: type[P]) -> tuple[Source, P]:
    """The file's parts. Raises RulesError naming file, line and key of each that is wrong."""
    source = read_source(path, path.read_bytes())
    try:
        return source, TypeAdapter(kind).validate_python(source.value)
    except ValidationError as error:
        raise RulesError(
            source.problem(detail["loc"], detail["msg"]) for detail in error.errors()
        ) from error


def situations(path: Path) -> Iterator[Situation]:
    """The child of that file as told, then each variant, then each answer of ``also_with``."""
    source, scenario = read(path, Scenario)
    yield Situation(path.stem, source, ("case",), scenario.case, scenario.expect)
    for number, variant in enumerate(scenario.variants):
        place: Place = ("variants", number, "change")
        name = f"{path.stem}-{number + 1}"
        case = changed(scenario.case, variant.change)
        yield Situation(name, source, place, case, variant.expect, variant)
        for given in variant.also_with:
            other = changed(scenario.case, with_answer(source, place, variant.change, given))
            yield Situation(f"{name}-{given}", source, place, other, variant.expect, variant)


def changed(case: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The case with the change made: a key that is left blank is taken out."""
    case = copy.deepcopy(case)
    for part, value in change.items():
        if not isinstance(value, dict):
            case[part] = value
            continue
        for key, new in value.items():
            inside = case.setdefault(part, {})
            if new is None:
                inside.pop(key, None)
            else:
                inside[key] = new
    return case


def with_answer(
    source: Source, place: Place, change: dict[str, Any], given: Given
) -> dict[str, Any]:
    """The change with another answer to the one check it answers."""
    if list(change) != ["answers"] or len(change["answers"]) != 1:
        raise RulesError([source.problem(place, "also_with needs a change of exactly one answer")])
    value: Any = {"unanswered": None, "not_applicable": {"value": given, "reason": REASON}}
    return {"answers": {check_id: value.get(given, given) for check_id in change["answers"]}}


FILES = sorted(SCENARIOS.glob("*.yaml"))
CLOCK_FILES = sorted((SCENARIOS / "clocks").glob("*.yaml"))


@cache
def all_situations() -> tuple[Situation, ...]:
    """Every situation of every file."""
    return tuple(situation for path in FILES for situation in situations(path))
