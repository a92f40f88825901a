"""Which checks a sheet has to ask that is filled in by hand, before anything is known of the child.

A case that is not known yet is no case without facts: absence, which elsewhere can count as an answer, says nothing
here. A check is left out only where the few things that are known rule it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from intake.checklist.case_input import CaseInput
from intake.checklist.conditions import (
    All,
    AnyOf,
    CheckIs,
    Condition,
    FactIs,
    Known,
    Leaf,
    Not,
    Truth,
    When,
)
from intake.checklist.parts import Check, Clock
from intake.checklist.register import Register
from intake.checklist.world import CaseWorld

_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_PRESUMED = "is_child"
"""A sheet is for a child: whose age is in doubt counts as one."""


@dataclass(frozen=True)
class BlankSheet:
    """A sheet for a child of whom only these are known; None: not even that."""

    register: Register
    country: str | None = None
    stage: str | None = None

    def may_apply(self, check: Check) -> Truth:
        """Whether the check applies: False where what is known rules it out, None where the child's facts will tell."""
        return True if check.applies_if is None else self._holds(check.applies_if)

    def checks(self) -> Iterator[Check]:
        """The checks that apply or may apply, in working order."""
        return (one for one in self.register.checks.values() if self.may_apply(one) is not False)

    def clocks(self, check: Check) -> Iterator[tuple[Clock, bool]]:
        """The clocks that may run, the first that applies last; and whether that one's condition is known to hold."""
        for clock in check.clocks:
            holds = True if clock.if_ is None else self._holds(clock.if_)
            if holds is not False:
                yield clock, holds is True
            if holds is True:
                return

    def _holds(self, node: Condition) -> Truth:
        match node:
            case All() | AnyOf():
                parts = [
                    self._holds(part) for part in (node.all if isinstance(node, All) else node.any)
                ]
                decisive = isinstance(node, AnyOf)
                if decisive in parts:
                    return decisive
                return None if None in parts else not decisive
            case Not():
                value = self._holds(node.not_)
                return None if value is None else not value
            case Known():
                return self._holds(node.known)
            case _:
                return self._leaf(node)

    def _leaf(self, leaf: Leaf) -> Truth:
        match leaf:
            case When():
                return self._holds(self.register.conditions[leaf.when].is_)
            case CheckIs():
                # an answer may still be given, unless the check is not even asked
                ruled_out = self.may_apply(self.register.checks[leaf.check]) is False
                return False if ruled_out and leaf.answered is not None else None
            case FactIs():
                value = self._world.leaf(leaf)
                derived = self.register.facts[leaf.fact].group == "derived"
                unsure = derived and value is True and leaf.fact != _PRESUMED
                return None if unsure else value
            case _:
                return None

    @property
    def _world(self) -> CaseWorld:
        known = {"country": self.country, "stage": self.stage}
        facts = {name: value for name, value in known.items() if value is not None}
        return CaseWorld(self.register, CaseInput(_NO_MOMENT, dict(facts)))
