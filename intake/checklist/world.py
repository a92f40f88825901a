"""The case as condition trees see it: what is known, unknown, and of which status each check is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from intake.checklist.case_input import CaseInput
from intake.checklist.conditions import (
    Approval,
    CheckIs,
    Elapsed,
    FactIs,
    GateIs,
    Leaf,
    NoGap,
    Recorded,
    Truth,
    When,
    evaluate,
)
from intake.checklist.parts import NOT_GOOD, Check
from intake.checklist.register import Register

Status = Literal["gap", "missing", "satisfied", "not_applicable", "pending"]


class CaseWorld:
    """The case as condition trees see it; each check and named condition is worked out once."""

    def __init__(self, register: Register, case: CaseInput) -> None:
        self.register, self.case = register, case
        self._named: dict[str, Truth] = {}
        self._applies: dict[str, Truth] = {}
        self._status: dict[str, Status] = {}
        self._gates: dict[str, tuple[Truth, bool]] = {}
        self._gaps: dict[str, Truth] = {}
        self._could_be: dict[tuple[str, ...], tuple[str, ...]] = {}

    def leaf(self, node: Leaf) -> Truth:
        """The truth of one leaf; see :mod:`intake.checklist.conditions` for what each means."""
        return _LEAVES[type(node)](self, node)

    def _when(self, node: When) -> Truth:
        if node.when not in self._named:
            self._named[node.when] = evaluate(self.register.conditions[node.when].is_, self)
        return self._named[node.when]

    def _check(self, node: CheckIs) -> Truth:
        return self._answered(node) if node.answered is not None else self._has_status(node)

    def _recorded(self, node: Recorded) -> Truth:
        return True if node.recorded in self.case.answers else None

    def _approval(self, node: Approval) -> Truth:
        return node.approval in self.case.approvals

    def _gate_is(self, node: GateIs) -> Truth:
        if node.state == "breached":
            return node.gate in self.case.breaches
        applies, is_open = self.gate(node.gate)
        return is_open if node.state == "open" else applies is not False and not is_open

    def _elapsed(self, node: Elapsed) -> Truth:
        since = self.case.moment(node.elapsed.since)
        if since is None:
            return None
        return self.case.as_of >= since + timedelta(days=node.elapsed.days)

    def _fact(self, node: FactIs) -> Truth:
        value = self.case.fact(node.fact)
        if value is None:
            return None
        if node.given:
            return True
        if node.any_given:
            return bool(value)
        if node.includes is not None:
            return isinstance(value, tuple) and node.includes in value
        if node.from_ is not None:
            order = self.register.facts[node.fact].values
            return order.index(str(value)) >= order.index(node.from_)
        if node.in_ is not None:
            return value in node.in_
        return value == node.is_

    def _answered(self, node: CheckIs) -> Truth:
        wanted = node.answered or ()
        applies, answer = self.applies(node.check), self.case.answers.get(node.check)
        if applies is False:
            return False
        if answer is None or (answer.value == "unknown" and "unknown" not in wanted):
            return None
        return applies if answer.value in wanted else False

    def _has_status(self, node: CheckIs) -> Truth:
        status = self.status(node.check)
        if status == "satisfied" or (status == "not_applicable" and node.status == "settled"):
            # facts not yet known may contradict the answer: then it is not known to hold
            return None if self._may_be_gap(node.check) else True
        if status in ("missing", "pending"):
            return None
        answer = self.case.answers.get(node.check)
        return (
            None if status == "gap" and answer is not None and answer.value == "unknown" else False
        )

    def _no_gap(self, node: NoGap) -> Truth:
        return not self.could_be_gaps(node)

    def could_be_gaps(self, node: NoGap) -> tuple[str, ...]:
        """The checks of these severities that are a gap, or that nothing yet shows to be none."""
        if node.no_gap not in self._could_be:
            found = []
            for check in self.register.checks.values():
                if check.severity not in node.no_gap or self.applies(check.id) is False:
                    continue
                settled = self.answer_status(check) in ("satisfied", "not_applicable")
                if not settled or self._may_be_gap(check.id):
                    found.append(check.id)
            self._could_be[node.no_gap] = tuple(found)
        return self._could_be[node.no_gap]

    def _may_be_gap(self, check_id: str) -> bool:
        """Whether only facts that are not known yet could tell that the check is a gap."""
        return self.applies(check_id) is not False and self._gap(check_id) is None

    def _gap(self, check_id: str) -> Truth:
        if check_id not in self._gaps:
            condition = self.register.checks[check_id].gap_if
            self._gaps[check_id] = (
                False if condition is None else evaluate(condition, _OwnAnswer(self, check_id))
            )
        return self._gaps[check_id]

    def gate(self, gate_id: str) -> tuple[Truth, bool]:
        """Whether the decision is considered, and whether the gate is known to be open."""
        if gate_id not in self._gates:
            gate = self.register.gates[gate_id]
            applies = True if gate.applies_if is None else evaluate(gate.applies_if, self)
            is_open = applies is True and evaluate(gate.opens_if, self) is True
            self._gates[gate_id] = applies, is_open
        return self._gates[gate_id]

    def applies(self, check_id: str) -> Truth:
        """Whether the check applies to this child."""
        if check_id not in self._applies:
            condition = self.register.checks[check_id].applies_if
            self._applies[check_id] = True if condition is None else evaluate(condition, self)
        return self._applies[check_id]

    def status(self, check_id: str) -> Status:
        """The status of the check's finding."""
        if check_id not in self._status:
            applies = self.applies(check_id)
            if applies is False:
                self._status[check_id] = "not_applicable"
            elif applies is None:
                self._status[check_id] = "pending"
            else:
                self._status[check_id] = self.answer_status(self.register.checks[check_id])
        return self._status[check_id]

    def answer_status(self, check: Check) -> Status:
        """The status the recorded answer gives, were the check to apply."""
        answer = self.case.answers.get(check.id)
        if self._gap(check.id) is True:
            return "gap"
        if answer is None:
            return "missing"
        if answer.value == "not_applicable":
            return "not_applicable"
        if check.gap_if is None and check.type == "yn" and answer.value in NOT_GOOD:
            return "gap"
        return "satisfied"


_LEAVES: dict[type[Leaf], Callable[[CaseWorld, Any], Truth]] = {
    FactIs: CaseWorld._fact,
    When: CaseWorld._when,
    CheckIs: CaseWorld._check,
    Recorded: CaseWorld._recorded,
    Approval: CaseWorld._approval,
    GateIs: CaseWorld._gate_is,
    Elapsed: CaseWorld._elapsed,
    NoGap: CaseWorld._no_gap,
}
"""Found by its type, since most of an evaluation is spent here."""


@dataclass(frozen=True)
class _OwnAnswer:
    """The world of a check's own ``gap_if``: its own answer is looked at as it stands."""

    world: CaseWorld
    check_id: str

    def leaf(self, node: Leaf) -> Truth:
        if isinstance(node, CheckIs) and node.check == self.check_id and node.answered is not None:
            answer = self.world.case.answers.get(self.check_id)
            return None if answer is None else answer.value in node.answered
        return self.world.leaf(node)
