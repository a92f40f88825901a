"""One check, gate, alert or recommendation in the words of those who review the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intake.checklist.clauses import Clause, clause
from intake.checklist.conditions import Condition
from intake.checklist.coverage import checks_for, indicators_for
from intake.checklist.parts import (
    Alert,
    Check,
    Citation,
    Gate,
    NamedCondition,
    Recommendation,
    Text,
)
from intake.checklist.register import Register
from intake.checklist.uses import Kind, conditions_in, uses_of
from intake.checklist.wording import Phrases, citation_label


@dataclass(frozen=True)
class Named:
    """A part of the register by its id and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class Cited:
    """A citation, and whether a lawyer compared it with the official text."""

    label: str
    title: str
    reviewed: bool


@dataclass(frozen=True)
class NamedClause:
    """A named condition: its own words, and when it holds."""

    id: str
    words: str
    holds: Clause


@dataclass(frozen=True)
class UsedBy:
    """A part that asks after the one described, and where in it."""

    kind: str
    id: str
    name: str
    where: str


@dataclass(frozen=True)
class CheckDescription:
    """A check in words."""

    id: str
    title: str
    section: str
    question: str
    help: str
    answers: tuple[str, ...]
    applies: Clause
    gap: Clause
    severity: str
    clocks: tuple[str, ...]
    action: str
    responsible: tuple[str, ...]
    recommendations: tuple[Named, ...]
    basis: tuple[Cited, ...]
    conditions: tuple[NamedClause, ...]
    uses: tuple[UsedBy, ...]


@dataclass(frozen=True)
class GateDescription:
    """A gate in words."""

    id: str
    title: str
    applies: Clause
    opens: Clause
    shut: str
    open: str
    recommendations: tuple[Named, ...]
    conditions: tuple[NamedClause, ...]
    uses: tuple[UsedBy, ...]


@dataclass(frozen=True)
class RecommendationDescription:
    """A recommendation in words, with what carries it out."""

    id: str
    title: str
    text: str
    addressee: str
    level: str
    checks: tuple[Named, ...]
    indicators: tuple[Named, ...]
    gates: tuple[Named, ...]


@dataclass(frozen=True)
class Describer:
    """Puts the parts of one register into words."""

    register: Register
    phrases: Phrases

    def check(self, check: Check) -> CheckDescription:
        """Everything about a check."""
        known, register = self.register.recommendations, self.register
        conditions = [check.applies_if, check.gap_if, *(clock.if_ for clock in check.clocks)]
        return CheckDescription(
            id=check.id,
            title=self._in(check.title),
            section=self._in(register.section_of[check.id].title),
            question=self._in(check.question),
            help=self._in(check.help),
            answers=self._answers(check),
            applies=self.clause(check.applies_if),
            gap=self.gap(check),
            severity=self.phrases.severity(check.severity),
            clocks=self.clocks(check),
            action=self._in(check.action),
            responsible=self.responsible(check),
            recommendations=self._named(
                (name, known[name].title) for name in check.recommendations
            ),
            basis=tuple(self._cited(citation) for citation in check.basis),
            conditions=self._conditions(conditions),
            uses=self._uses("check", check.id),
        )

    def gate(self, gate: Gate) -> GateDescription:
        """Everything about a gate."""
        return GateDescription(
            id=gate.id,
            title=self._in(gate.title),
            applies=self.clause(gate.applies_if),
            opens=self.clause(gate.opens_if),
            shut=self._in(gate.shut),
            open=self._in(gate.open),
            recommendations=self._named(
                (one.id, one.title)
                for one in self.register.recommendations.values()
                if gate.id in one.gates
            ),
            conditions=self._conditions([gate.applies_if, gate.opens_if]),
            uses=self._uses("gate", gate.id),
        )

    def recommendation(self, recommendation: Recommendation) -> RecommendationDescription:
        """Everything about a recommendation."""
        register, say = self.register, self.phrases.say
        return RecommendationDescription(
            id=recommendation.id,
            title=self._in(recommendation.title),
            text=self._in(recommendation.text),
            addressee=self.phrases.together(
                say(f"country_{country}") for country in recommendation.addressee
            ),
            level=say(f"level_{recommendation.level}"),
            checks=self._named((one.id, one.title) for one in checks_for(register, recommendation)),
            indicators=self._named(
                (one.id, one.title) for one in indicators_for(register, recommendation)
            ),
            gates=self._named((name, register.gates[name].title) for name in recommendation.gates),
        )

    def alert(self, alert: Alert) -> Clause:
        """When an alert rises."""
        say, parts = self.phrases.say, []
        if alert.if_ is not None:
            parts.append(self.clause(alert.if_))
        if alert.overdue is not None:
            severity = self.phrases.severity(alert.overdue).lower()
            parts.append(Clause(say("said_overdue", severity=severity)))
        if alert.while_shut is not None:
            title = self._in(self.register.gates[alert.while_shut].title)
            parts.append(Clause(say("said_gate_shut", gate=title, id=alert.while_shut)))
        if len(parts) == 1:
            return parts[0]
        sentence = self.phrases.all_of([part.sentence for part in parts])
        return Clause(sentence, say("said_all"), tuple(parts))

    def condition(self, named: NamedCondition) -> NamedClause:
        """A named condition: its own words, and when it holds."""
        return NamedClause(named.id, self._in(named.because.yes), self.clause(named.is_))

    def clause(self, node: Condition | None, own: str = "") -> Clause:
        """A condition in words; a missing one holds for every child."""
        if node is None:
            return Clause(self.phrases.say("said_always"))
        return clause(self.register, self.phrases, node, own=own)

    def gap(self, check: Check) -> Clause:
        """When the check, where it applies, is a gap."""
        if check.gap_if is not None:
            return self.clause(check.gap_if, own=check.id)
        if check.type != "yn":
            return Clause(self.phrases.say("said_gap_never"))
        answers = self.phrases.answers(check, check.gap_answers)
        return Clause(self.phrases.say("said_own_answer", answers=answers))

    def clocks(self, check: Check) -> tuple[str, ...]:
        """The check's deadlines in words; the first that applies counts."""
        said = []
        for clock in check.clocks:
            span = self.phrases.span(self.register, clock)
            if clock.if_ is not None:
                condition = self.clause(clock.if_).sentence
                span = self.phrases.say("said_clock_if", clock=span, condition=condition)
            said.append(span)
        return tuple(said)

    def responsible(self, check: Check) -> tuple[str, ...]:
        """Who has to act, in each country."""
        return tuple(
            f"{self.phrases.say(f'country_{country}')}: {self._in(authority.name)}"
            for country, authority in (
                ("MX", self.register.authorities[check.responsible.MX]),
                ("US", self.register.authorities[check.responsible.US]),
            )
        )

    def _answers(self, check: Check) -> tuple[str, ...]:
        if check.values:
            return tuple(self.phrases.answer(check, value) for value in check.values)
        return (self.phrases.say(f"type_{check.type}"),)

    def _cited(self, citation: Citation) -> Cited:
        instrument = self.register.instruments[citation.instrument]
        label = citation_label(self.register, citation, self.phrases.language)
        return Cited(label, self._in(instrument.title), instrument.reviewed)

    def _conditions(self, nodes: Iterable[Condition | None]) -> tuple[NamedClause, ...]:
        """The named conditions in the trees, but those whose own words say it all."""
        names = dict.fromkeys(
            name for node in nodes if node for name in conditions_in(self.register, node)
        )
        said = (self.condition(self.register.conditions[name]) for name in names)
        return tuple(named for named in said if named.holds.sentence != named.words)

    def _uses(self, kind: Kind, part_id: str) -> tuple[UsedBy, ...]:
        return tuple(
            UsedBy(
                self.phrases.say(f"kind_{use.kind}"),
                use.id,
                self._name(use.kind, use.id),
                self.phrases.say(f"use_{use.how}"),
            )
            for use in uses_of(self.register, kind, part_id)
        )

    def _name(self, kind: Kind, part_id: str) -> str:
        register = self.register
        match kind:
            case "check":
                return self._in(register.checks[part_id].title)
            case "condition":
                return self._in(register.conditions[part_id].because.yes)
            case "fact":
                return self._in(register.facts[part_id].short)
            case "gate":
                return self._in(register.gates[part_id].title)
            case "alert":
                return next(self._in(one.title) for one in register.alerts if one.id == part_id)

    def _named(self, parts: Iterable[tuple[str, Text]]) -> tuple[Named, ...]:
        return tuple(Named(part_id, self._in(title)) for part_id, title in parts)

    def _in(self, text: Text) -> str:
        return text[self.phrases.language]
