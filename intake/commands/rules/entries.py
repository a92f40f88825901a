"""The parts of a register as plain values: what ``intake rules list --format json`` promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from intake.checklist.conditions import Condition
from intake.checklist.coverage import checks_for, indicators_for
from intake.checklist.description import Describer
from intake.checklist.indicator_parts import Indicator
from intake.checklist.indicator_words import indicator_lines
from intake.checklist.parts import (
    Alert,
    Authority,
    Check,
    FactDefinition,
    Gate,
    Instrument,
    NamedCondition,
    Part,
    Recommendation,
)
from intake.checklist.register import Register
from intake.checklist.wording import Phrases

Entry = dict[str, Any]


def entries_of(register: Register, kind: str, phrases: Phrases) -> list[Entry]:
    """The parts of that kind in the rules' order; see rules/README.md for the keys."""
    parts = getattr(register, kind)
    entries = _Entries(register, phrases)
    write: Callable[[Any], Entry] = getattr(entries, kind)
    return [write(part) for part in (parts.values() if isinstance(parts, dict) else parts)]


def _tree(node: Part | Condition | None) -> Any:
    """A condition, or another part, as it stands in the rules."""
    return None if node is None else node.model_dump(mode="json", by_alias=True, exclude_none=True)


class _Entries:
    """One method for each kind, of the kind's name."""

    def __init__(self, register: Register, phrases: Phrases) -> None:
        self.register, self.describe = register, Describer(register, phrases)
        self.language = phrases.language

    def recommendations(self, part: Recommendation) -> Entry:
        return {
            "id": part.id,
            "title": part.title[self.language],
            "text": part.text[self.language],
            "addressee": list(part.addressee),
            "level": part.level,
            "checks": [check.id for check in checks_for(self.register, part)],
            "indicators": [one.id for one in indicators_for(self.register, part)],
            "gates": list(part.gates),
        }

    def instruments(self, part: Instrument) -> Entry:
        return {
            "id": part.id,
            "title": part.title[self.language],
            "short": part.short[self.language],
            "kind": part.kind,
            "published": part.published[self.language],
            "reviewed": part.reviewed,
            "checks": [
                check.id
                for check in self.register.checks.values()
                if any(citation.instrument == part.id for citation in check.basis)
            ],
        }

    def checks(self, part: Check) -> Entry:
        known = self.register.instruments
        clocks = zip(part.clocks, self.describe.clocks(part), strict=True)
        return {
            "id": part.id,
            "section": self.register.section_of[part.id].id,
            "type": part.type,
            "title": part.title[self.language],
            "question": part.question[self.language],
            "help": part.help[self.language],
            "answers": list(part.values),
            "severity": part.severity,
            "clocks": [{**_tree(clock), "words": words} for clock, words in clocks],
            "action": part.action[self.language],
            "responsible": {"MX": part.responsible.MX, "US": part.responsible.US},
            "recommendations": list(part.recommendations),
            "basis": [
                {**_tree(citation), "reviewed": known[citation.instrument].reviewed}
                for citation in part.basis
            ],
            "applies_if": _tree(part.applies_if),
            "applies_if_words": self.describe.clause(part.applies_if).sentence,
            "gap_if": _tree(part.gap_if),
            "gap_if_words": self.describe.gap(part).sentence,
        }

    def gates(self, part: Gate) -> Entry:
        return {
            "id": part.id,
            "title": part.title[self.language],
            "shut": part.shut[self.language],
            "open": part.open[self.language],
            "applies_if": _tree(part.applies_if),
            "applies_if_words": self.describe.clause(part.applies_if).sentence,
            "opens_if": _tree(part.opens_if),
            "opens_if_words": self.describe.clause(part.opens_if).sentence,
        }

    def indicators(self, part: Indicator) -> Entry:
        return {
            "id": part.id,
            "title": part.title[self.language],
            "measures": part.measures[self.language],
            "counts": [_tree(measure) for measure in part.counts],
            "timings": [_tree(timing) for timing in part.timings],
            "counts_words": list(indicator_lines(self.describe, part)),
            "recommendations": list(part.recommendations),
        }

    def alerts(self, part: Alert) -> Entry:
        return {
            "id": part.id,
            "title": part.title[self.language],
            "if": _tree(part.if_),
            "overdue": part.overdue,
            "while_shut": part.while_shut,
            "look_at": part.look_at,
            "words": self.describe.alert(part).sentence,
        }

    def authorities(self, part: Authority) -> Entry:
        return {
            "id": part.id,
            "country": part.country,
            "name": part.name[self.language],
            "short": part.short[self.language],
        }

    def facts(self, part: FactDefinition) -> Entry:
        return {
            "id": part.id,
            "group": part.group,
            "kind": part.kind,
            "label": part.label[self.language],
            "short": part.short[self.language],
            "values": list(part.values),
        }

    def conditions(self, part: NamedCondition) -> Entry:
        return {
            "id": part.id,
            "words": part.because.yes[self.language],
            "is": _tree(part.is_),
            "is_words": self.describe.clause(part.is_).sentence,
        }
