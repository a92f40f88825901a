"""What must hold between the parts of a register: known ids, no circle, choices complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from intake.checklist.conditions import (
    Approval,
    CheckIs,
    Condition,
    Elapsed,
    FactIs,
    GateIs,
    NoGap,
    Recorded,
    When,
    leaves,
)
from intake.checklist.coverage import means
from intake.checklist.indicator_consistency import indicator_problems
from intake.checklist.leaflet import AGES, MOST_POINTS, places, untranslated
from intake.checklist.parts import LANGUAGES, SEVERITIES, Check, FactDefinition, Gate, Part
from intake.checklist.register import Register

APPROVALS = frozenset({"bid"})

Place = Callable[[Part, str], str]


def problems(register: Register, place: Place) -> list[str]:
    """One sentence for each thing that does not fit, in the order of the rules."""
    return [place(part, reason) for part, reason in _all(register)]


def _all(register: Register) -> Iterator[tuple[Part, str]]:
    for fact in register.facts.values():
        if fact.kind in ("choice", "choices") and not fact.choices:
            yield fact, "choices: needs choices, or choices_from with a known list"
        if fact.not_before is not None and fact.not_before not in register.facts:
            yield fact, f"not_before: unknown fact {fact.not_before}"
        if fact.topic is not None and fact.topic not in register.topics:
            yield fact, f"topic: unknown topic {fact.topic}"
    for owner, node in _conditions(register):
        for reason in _unknown_names(register, node):
            yield owner, reason
    for check in register.checks.values():
        yield from _check(register, check)
    for section in register.sections:
        for check in section.checks:
            if check.id.split(".")[0] not in (section.id, "remedy"):
                yield check, f"the id must begin with its section's, {section.id}."
    for gate in register.gates.values():
        yield from _gate(register, gate)
    for recommendation in register.recommendations.values():
        for indicator_id in recommendation.indicators:
            if indicator_id not in register.indicators:
                yield recommendation, f"indicators: unknown indicator {indicator_id}"
        for pattern in recommendation.checks:
            if not _matches(register, pattern):
                yield recommendation, f"checks: no check is called {pattern}"
        for gate_id in recommendation.gates:
            if gate_id not in register.gates:
                yield recommendation, f"gates: unknown gate {gate_id}"
    for indicator in register.indicators.values():
        for recommendation_id in indicator.recommendations:
            if recommendation_id not in register.recommendations:
                yield indicator, f"recommendations: unknown recommendation {recommendation_id}"
        for reason in indicator_problems(register, indicator):
            yield indicator, reason
    for alert in register.alerts:
        if alert.while_shut is not None and alert.while_shut not in register.gates:
            yield alert, f"while_shut: unknown gate {alert.while_shut}"
        if alert.look_at is not None and alert.look_at not in register.checks:
            yield alert, f"look_at: unknown check {alert.look_at}"
    yield from _leaflet(register)
    yield from _circles(register)


def _leaflet(register: Register) -> Iterator[tuple[Part, str]]:
    bands, points = register.leaflet_bands, register.leaflet_points
    for ages in AGES:
        told = [point for point in points.values() if point.words(ages) is not None]
        if told and ages not in bands:
            yield told[0], f"bands: there is no band {ages}"
        for point in told[MOST_POINTS:]:
            yield point, f"ages {ages}: one sheet has room for {MOST_POINTS} points"
    for point in points.values():
        for check_id in point.checks:
            if check_id not in register.checks:
                yield point, f"checks: unknown check {check_id}"
    texts = places(bands.values(), points.values())
    for translation in register.leaflet_translations.values():
        if translation.id in LANGUAGES:
            yield translation, "id: Spanish and English stand in leaflet.yaml"
        for reason in untranslated(translation, texts):
            yield translation, reason


def _matches(register: Register, pattern: str) -> bool:
    return any(means(pattern, check_id) for check_id in register.checks)


def _check(register: Register, check: Check) -> Iterator[tuple[Part, str]]:
    if check.type == "choice" and not check.choices:
        yield check, "choices: a choice check needs choices"
    for authority in (check.responsible.MX, check.responsible.US):
        if authority not in register.authorities:
            yield check, f"responsible: unknown authority {authority}"
    for recommendation in check.recommendations:
        if recommendation not in register.recommendations:
            yield check, f"recommendations: unknown recommendation {recommendation}"
    for citation in check.basis:
        if citation.instrument not in register.instruments:
            yield check, f"basis: unknown instrument {citation.instrument}"
    for clock in check.clocks:
        fact = register.facts.get(clock.from_)
        if fact is None or fact.kind != "time":
            yield check, f"clocks: {clock.from_} is no time that is known of a case"

    for asked in check.asks:
        fact = register.facts.get(asked.fact)
        if fact is None or fact.group == "derived":
            yield check, f"asks: {asked.fact} is no fact that is recorded"
        for answer in asked.answers:
            if answer not in check.values:
                yield check, f"asks: {check.id} has no answer {answer}"


def _gate(register: Register, gate: Gate) -> Iterator[tuple[Part, str]]:
    if not gate.id.startswith("gate."):
        yield gate, "the id of a gate begins with gate."
    held = gate.holds
    if held and (
        held.fact not in register.facts or held.value not in register.facts[held.fact].values
    ):
        yield gate, f"holds: {held.fact} has no value {held.value}"
    breach = gate.breach
    if breach is None:
        return
    check, kinds = register.checks.get(breach.check), register.facts.get(breach.kinds)
    if check is None or "yes" not in check.values:
        yield gate, f"breach: {breach.check} is no check that can be answered yes"
    if kinds is None or kinds.kind != "choices" or breach.kind not in kinds.values:
        yield gate, f"breach: {breach.kinds} is no fact that can hold {breach.kind}"
    for name in (breach.observed_at, breach.happened_at):
        fact = register.facts.get(name)
        if fact is None or fact.kind != "time":
            yield gate, f"breach: {name} is no time that is known of a case"


def _conditions(register: Register) -> Iterator[tuple[Part, Condition]]:
    for named in register.conditions.values():
        yield named, named.is_
    for check in register.checks.values():
        for node in (check.applies_if, check.gap_if, *(clock.if_ for clock in check.clocks)):
            if node is not None:
                yield check, node
    for gate in register.gates.values():
        for node in (gate.applies_if, gate.opens_if, gate.breach.if_ if gate.breach else None):
            if node is not None:
                yield gate, node
    for alert in register.alerts:
        if alert.if_ is not None:
            yield alert, alert.if_
    for indicator in register.indicators.values():
        for node in indicator.conditions:
            yield indicator, node


def _unknown_names(register: Register, node: Condition) -> Iterator[str]:
    for leaf in leaves(node):
        match leaf:
            case FactIs():
                fact = register.facts.get(leaf.fact)
                if fact is None:
                    yield f"unknown fact {leaf.fact}"
                else:
                    yield from _fact_test(fact, leaf)
            case Elapsed():
                if leaf.elapsed.since not in register.facts:
                    yield f"unknown fact {leaf.elapsed.since}"
            case CheckIs():
                other = register.checks.get(leaf.check)
                if other is None:
                    yield f"unknown check {leaf.check}"
                else:
                    for value in leaf.answered or ():
                        if value not in other.values:
                            yield f"{leaf.check} has no answer {value}"
            case Recorded():
                if leaf.recorded not in register.checks:
                    yield f"unknown check {leaf.recorded}"
            case When():
                if leaf.when not in register.conditions:
                    yield f"unknown condition {leaf.when}"
            case Approval():
                if leaf.approval not in APPROVALS:
                    yield f"unknown approval {leaf.approval}"
            case GateIs():
                if leaf.gate not in register.gates:
                    yield f"unknown gate {leaf.gate}"
            case NoGap():
                for severity in leaf.no_gap:
                    if severity not in SEVERITIES:
                        yield f"unknown severity {severity}"


def _fact_test(fact: FactDefinition, leaf: FactIs) -> Iterator[str]:
    tested = [leaf.is_] if leaf.is_ is not None else list(leaf.in_ or ())
    if tested and fact.kind in ("choices", "date", "time"):
        yield f"{fact.id} is of kind {fact.kind}: use {'includes' if fact.choices else 'given'}"
        return
    tested += [value for value in (leaf.includes, leaf.from_) if value is not None]
    for value in tested:
        if fact.kind == "flag" and not isinstance(value, bool):
            yield f"{fact.id} is true or false, not {value}"
        elif fact.kind == "number" and (isinstance(value, bool) or not isinstance(value, int)):
            yield f"{fact.id} is a number, not {value}"
        elif fact.kind in ("choice", "choices") and value not in fact.values:
            yield f"{fact.id} has no value {value}"
    if (leaf.includes is not None or leaf.any_given) and fact.kind != "choices":
        yield f"{fact.id} holds one value: use is or in"
    if leaf.from_ is not None and not fact.ordered:
        yield f"{fact.id} has no order: use is or in"


def _circles(register: Register) -> Iterator[tuple[Part, str]]:
    """Whether a check would have to know its own finding, or a gate its own state, to be evaluated.

    What is walked are named conditions, of each check its applying and its status, and gates.
    """
    done: set[str] = set()

    def needs(name: str) -> Iterator[str]:
        if name in register.conditions:
            nodes = [register.conditions[name].is_]
        elif name in register.gates:
            gate = register.gates[name]
            nodes = [node for node in (gate.applies_if, gate.opens_if) if node]
        else:
            check_id, _, status = name.partition(" ")
            check = register.checks.get(check_id)
            if check is None:
                return
            nodes = [node for node in (check.applies_if, status and check.gap_if) if node]
        for leaf in (leaf for node in nodes for leaf in leaves(node)):
            match leaf:
                case CheckIs():
                    yield leaf.check if leaf.status is None else f"{leaf.check} (status)"
                case When():
                    yield leaf.when
                case GateIs():
                    yield leaf.gate
                case NoGap():
                    yield from (f"{check_id} (status)" for check_id in register.checks)

    def walk(name: str, path: tuple[str, ...]) -> Iterator[tuple[Part, str]]:
        if name in path:
            circle = (*path[path.index(name) :], name)
            part: Part = (
                register.conditions.get(name)
                or register.gates.get(name)
                or register.checks[name.partition(" ")[0]]
            )
            yield part, f"circular condition: {' -> '.join(circle)}"
            return
        if name in done:
            return
        for other in needs(name):
            yield from walk(other, (*path, name))
        done.add(name)

    findings = (f"{check_id} (status)" for check_id in register.checks)
    for name in (*register.conditions, *findings, *register.gates):
        yield from walk(name, ())
