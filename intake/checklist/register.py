"""The register as typed, frozen objects: what every other part of the house asks the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from intake.checklist.conditions import CheckIs, Condition, Elapsed, Span, leaves
from intake.checklist.indicator_parts import Indicator, NationalityGroup
from intake.checklist.leaflet import LeafletBand, LeafletPoint, LeafletTranslation
from intake.checklist.parts import (
    Alert,
    Authority,
    Cause,
    Check,
    FactDefinition,
    Gate,
    Instrument,
    NamedCondition,
    Recommendation,
    Section,
    Text,
    Topic,
)


@dataclass(frozen=True)
class Register:
    """All rules of one version, checked whole by :func:`intake.checklist.loading.load_register`."""

    version: str
    sha256: str
    title: Text
    facts: dict[str, FactDefinition]
    conditions: dict[str, NamedCondition]
    sections: tuple[Section, ...]
    gates: dict[str, Gate]
    alerts: tuple[Alert, ...]
    instruments: dict[str, Instrument]
    authorities: dict[str, Authority]
    recommendations: dict[str, Recommendation]
    indicators: dict[str, Indicator]
    topics: dict[str, Topic]
    causes: dict[str, Cause]
    words: dict[str, Text] = field(repr=False)
    nationality_groups: dict[str, NationalityGroup] = field(default_factory=dict)
    """In which nationality is told where children are counted."""
    leaflet_bands: dict[str, LeafletBand] = field(default_factory=dict)
    leaflet_points: dict[str, LeafletPoint] = field(default_factory=dict)
    leaflet_translations: dict[str, LeafletTranslation] = field(default_factory=dict)

    @cached_property
    def checks(self) -> dict[str, Check]:
        """Every check by id, in working order."""
        return {check.id: check for section in self.sections for check in section.checks}

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of every check in working order."""
        return {check_id: place for place, check_id in enumerate(self.checks)}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section every check stands in."""
        return {check.id: section for section in self.sections for check in section.checks}

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Every span of time that some condition waits for."""
        found = [
            leaf.elapsed
            for node in self.condition_trees
            for leaf in leaves(node)
            if isinstance(leaf, Elapsed)
        ]
        return tuple(dict.fromkeys(found))

    @property
    def condition_trees(self) -> Iterator[Condition]:
        """Every condition of the register."""
        yield from (named.is_ for named in self.conditions.values())
        for check in self.checks.values():
            yield from (node for node in (check.applies_if, check.gap_if) if node is not None)
            yield from (clock.if_ for clock in check.clocks if clock.if_ is not None)
        for gate in self.gates.values():
            yield gate.opens_if
            if gate.applies_if is not None:
                yield gate.applies_if
            if gate.breach is not None:
                yield gate.breach.if_
        yield from (alert.if_ for alert in self.alerts if alert.if_ is not None)

    def section(self, section_id: str) -> Section | None:
        """The section of that id."""
        return next((section for section in self.sections if section.id == section_id), None)

    def checks_of(self, recommendation: Recommendation) -> tuple[Check, ...]:
        """The checks that carry out a recommendation."""
        return tuple(
            check for check in self.checks.values() if recommendation.id in check.recommendations
        )

    def gates_of(self, checks: Iterable[Check]) -> tuple[Gate, ...]:
        """The gates whose condition names one of the checks."""
        wanted = {check.id for check in checks}
        return tuple(
            gate
            for gate in self.gates.values()
            if any(
                isinstance(leaf, CheckIs) and leaf.check in wanted for leaf in leaves(gate.opens_if)
            )
        )

    def say(self, word: str, language: str, **values: object) -> str:
        """The phrase of words.yaml in that language, with its places filled."""
        phrase = self.words[word][language]
        return phrase.format(**values) if values else phrase
