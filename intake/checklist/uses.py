"""Where each part of a register is used: what a change to it would touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from intake.checklist.conditions import (
    Approval,
    CheckIs,
    Condition,
    Elapsed,
    FactIs,
    GateIs,
    Leaf,
    NoGap,
    Recorded,
    When,
    leaves,
)
from intake.checklist.register import Register

Kind = Literal["check", "condition", "fact", "gate", "alert"]
How = Literal[
    "applies_if", "gap_if", "clocks", "opens_if", "breach", "is", "if", "while_shut", "overdue"
]


@dataclass(frozen=True)
class Use:
    """One place that asks after a part: of which kind, its id, and in which of its keys."""

    kind: Kind
    id: str
    how: How


def uses_of(register: Register, kind: Kind, part_id: str) -> tuple[Use, ...]:
    """Every place that asks after the part, in the rules' order, each once.

    A check is not used by its own conditions. Named conditions are not looked through: what uses
    them is found by asking for them.
    """
    found = [
        use
        for use, node in _conditions(register)
        if (use.kind, use.id) != (kind, part_id)
        and any((kind, part_id) in names_in(register, leaf) for leaf in leaves(node))
    ]
    for check in register.checks.values():
        if kind == "fact" and any(clock.from_ == part_id for clock in check.clocks):
            found.append(Use("check", check.id, "clocks"))
    for alert in register.alerts:
        if kind == "gate" and alert.while_shut == part_id:
            found.append(Use("alert", alert.id, "while_shut"))
        if kind == "check" and alert.overdue is not None:
            check = register.checks[part_id]
            if check.clocks and check.severity == alert.overdue:
                found.append(Use("alert", alert.id, "overdue"))
    return tuple(dict.fromkeys(found))


def names_in(register: Register, leaf: Leaf) -> tuple[tuple[Kind, str], ...]:
    """What one leaf asks after."""
    match leaf:
        case FactIs():
            return (("fact", leaf.fact),)
        case Elapsed():
            return (("fact", leaf.elapsed.since),)
        case CheckIs():
            return (("check", leaf.check),)
        case Recorded():
            return (("check", leaf.recorded),)
        case When():
            return (("condition", leaf.when),)
        case GateIs():
            return (("gate", leaf.gate),)
        case NoGap():
            return tuple(
                ("check", check.id)
                for check in register.checks.values()
                if check.severity in leaf.no_gap
            )
        case Approval():
            return ()
        case _:
            assert_never(leaf)


def conditions_in(register: Register, node: Condition) -> tuple[str, ...]:
    """The named conditions the tree asks after, those inside them too, each once, outermost first."""
    found: dict[str, None] = {}

    def walk(tree: Condition) -> None:
        names = [leaf.when for leaf in leaves(tree) if isinstance(leaf, When)]
        new = [name for name in names if name not in found]
        found.update(dict.fromkeys(new))
        for name in new:
            walk(register.conditions[name].is_)

    walk(node)
    return tuple(found)


def _conditions(register: Register) -> Iterator[tuple[Use, Condition]]:
    for check in register.checks.values():
        if check.applies_if is not None:
            yield Use("check", check.id, "applies_if"), check.applies_if
        if check.gap_if is not None:
            yield Use("check", check.id, "gap_if"), check.gap_if
        for clock in check.clocks:
            if clock.if_ is not None:
                yield Use("check", check.id, "clocks"), clock.if_
    for gate in register.gates.values():
        if gate.applies_if is not None:
            yield Use("gate", gate.id, "applies_if"), gate.applies_if
        yield Use("gate", gate.id, "opens_if"), gate.opens_if
        if gate.breach is not None:
            yield Use("gate", gate.id, "breach"), gate.breach.if_
    for alert in register.alerts:
        if alert.if_ is not None:
            yield Use("alert", alert.id, "if"), alert.if_
    for named in register.conditions.values():
        yield Use("condition", named.id, "is"), named.is_


def touched_by(register: Register, kind: Kind, part_id: str) -> tuple[tuple[Kind, str], ...]:
    """The checks, gates and alerts that a change to the part may move, through named conditions too."""
    found: dict[tuple[Kind, str], None] = {}
    waiting, seen = [(kind, part_id)], {(kind, part_id)}
    while waiting:
        for use in uses_of(register, *waiting.pop(0)):
            if use.kind != "condition":
                found[use.kind, use.id] = None
            elif (use.kind, use.id) not in seen:
                seen.add((use.kind, use.id))
                waiting.append((use.kind, use.id))
    return tuple(found)
