"""Register x case -> findings, gaps, gates, alerts and progress. Pure: the moment is an input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.checklist.case_input import Answer, CaseInput
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
    blocking,
    deciding,
    evaluate,
)
from intake.checklist.deadlines import at_place, due_with_pauses
from intake.checklist.parts import SEVERITIES, Alert, Check, Clock, Gate
from intake.checklist.register import Register
from intake.checklist.world import CaseWorld, Status

__all__ = ["CaseWorld", "Evaluation", "Finding", "GateState", "evaluate_case"]

RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True)
class Finding:
    """What the answer to one check means on the day: its status, and by when it must be mended."""

    check: Check
    applies: Truth
    status: Status
    answer: Answer | None
    clock: Clock | None
    due: datetime | None
    overdue: bool
    paused: bool = False
    """Whether the clock stands still now, so that nothing is due until it runs on."""

    @property
    def open(self) -> bool:
        """Whether something is left to do for this check."""
        return self.status in ("gap", "missing")


@dataclass(frozen=True)
class GateState:
    """Whether a decision must wait, and for what; ``breached`` where it was carried out all the same."""

    gate: Gate
    applies: bool
    open: bool
    blocked_by: tuple[str, ...]
    breached: bool = False


@dataclass(frozen=True)
class AlertRaised:
    """An alert that holds now, with the checks it is about."""

    alert: Alert
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How many checks apply, and how many of those are answered."""

    applicable: int
    answered: int


@dataclass(frozen=True)
class Evaluation:
    """The whole result for one case at one moment."""

    register: Register
    case: CaseInput
    findings: dict[str, Finding]
    gaps: tuple[Finding, ...]
    gates: dict[str, GateState]
    alerts: tuple[AlertRaised, ...]
    progress: Progress
    world: CaseWorld = field(repr=False, compare=False)
    """The case as its conditions were worked out: what is asked of it again costs nothing."""

    def progress_of(self, section_id: str) -> Progress:
        """The progress of one section."""
        section = self.register.section(section_id)
        return _progress(self.findings[check.id] for check in (section.checks if section else ()))

    def as_contract(self, language: str = "en") -> dict[str, Any]:
        """The output of the evaluation contract, ready for JSON."""
        return {
            "register": {"version": self.register.version, "sha256": self.register.sha256},
            "as_of": self.case.as_of.isoformat(),
            "findings": [
                _finding_as_contract(self.register, finding, language)
                for finding in self.findings.values()
            ],
            "gaps": [finding.check.id for finding in self.gaps],
            "gates": {
                state.gate.key: {
                    "applies": state.applies,
                    "open": state.open,
                    "blocked_by": list(state.blocked_by),
                }
                for state in self.gates.values()
            },
            "alerts": [
                {"alert": raised.alert.id, "checks": list(raised.checks)} for raised in self.alerts
            ],
            "progress": {
                "applicable": self.progress.applicable,
                "answered": self.progress.answered,
            },
        }


def _finding_as_contract(register: Register, finding: Finding, language: str) -> dict[str, Any]:
    check = finding.check
    return {
        "check": check.id,
        "status": finding.status,
        "severity": None if check.severity == "none" else check.severity,
        "due": finding.due.isoformat() if finding.due else None,
        "overdue": finding.overdue,
        "recommendations": list(check.recommendations),
        "basis": [
            {
                "instrument": citation.instrument,
                "article": citation.article,
                "reviewed": register.instruments[citation.instrument].reviewed,
            }
            for citation in check.basis
        ],
        "action": check.action[language],
    }


def evaluate_case(register: Register, case: CaseInput) -> Evaluation:
    """What is missing, what must wait and by when, for one case at one moment."""
    world = CaseWorld(register, case)
    findings = {check.id: _finding(world, check) for check in register.checks.values()}
    gaps = sorted(
        (finding for finding in findings.values() if finding.status == "gap"),
        key=_worst_first(register),
    )
    gates = {gate.id: _gate_state(world, gate) for gate in register.gates.values()}
    alerts = tuple(_alerts(world, findings, gates))
    return Evaluation(
        register, case, findings, tuple(gaps), gates, alerts, _progress(findings.values()), world
    )


def _finding(world: CaseWorld, check: Check) -> Finding:
    status = world.status(check.id)
    clock = _clock(world, check)
    start = world.case.moment(clock.from_) if clock else None
    pauses = world.case.pauses.get(check.id, ())
    due, zone = None, world.case.zone
    if clock and start:
        due = due_with_pauses(start.astimezone(zone) if zone else start, clock.within, pauses)
        due = at_place(due, zone) if due else None
    overdue = due is not None and status in ("gap", "missing") and world.case.as_of > due
    applies = world.applies(check.id)
    paused = clock is not None and start is not None and due is None
    answer = world.case.answers.get(check.id)
    return Finding(check, applies, status, answer, clock, due, overdue, paused)


def _clock(world: CaseWorld, check: Check) -> Clock | None:
    """The first clock known to apply; none once one before it may apply: nothing is guessed."""
    for clock in check.clocks:
        holds = True if clock.if_ is None else evaluate(clock.if_, world)
        if holds is not False:
            return clock if holds else None
    return None


def _worst_first(register: Register) -> Any:
    def key(finding: Finding) -> tuple[Any, ...]:
        due = finding.due.timestamp() if finding.due else float("inf")
        return (
            RANK[finding.check.severity],
            not finding.overdue,
            due,
            register.order[finding.check.id],
        )

    return key


def _gate_state(world: CaseWorld, gate: Gate) -> GateState:
    applies, is_open = world.gate(gate.id)
    if applies is False:
        return GateState(gate, applies=False, open=False, blocked_by=())
    blockers: list[str] = []
    # where it is not known whether the decision is considered, what would tell keeps it shut too
    unsettled = deciding(gate.applies_if, world) if gate.applies_if and applies is None else ()
    for leaf in (*blocking(gate.opens_if, world), *unsettled):
        blockers += _blocker_ids(world, leaf)
    breached = gate.breach is not None and evaluate(gate.breach.if_, world) is True
    return GateState(gate, True, is_open, tuple(dict.fromkeys(blockers)), breached)


def _blocker_ids(world: CaseWorld, leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case CheckIs():
            return (leaf.check,)
        case Recorded():
            return (leaf.recorded,)
        case Approval():
            return (f"approvals.{leaf.approval}",)
        case GateIs():
            return (leaf.gate,)
        case NoGap():
            return world.could_be_gaps(leaf)
        case FactIs():
            return (f"profile.{leaf.fact}",)
        case Elapsed():
            return (f"profile.{leaf.elapsed.since}",)
        case When():
            return tuple(
                part
                for inner in blocking(world.register.conditions[leaf.when].is_, world)
                for part in _blocker_ids(world, inner)
            )


def _alerts(
    world: CaseWorld, findings: dict[str, Finding], gates: dict[str, GateState]
) -> Iterator[AlertRaised]:
    for alert in world.register.alerts:
        if alert.if_ is not None and evaluate(alert.if_, world) is not True:
            continue
        if alert.while_shut is not None and gates[alert.while_shut].open:
            continue
        checks: tuple[str, ...] = ()
        if alert.overdue is not None:
            checks = tuple(
                f.check.id
                for f in findings.values()
                if f.overdue and f.check.severity == alert.overdue
            )
            if not checks:
                continue
        elif alert.while_shut is not None:
            checks = gates[alert.while_shut].blocked_by
        yield AlertRaised(alert, checks)


def _progress(findings: Iterable[Finding]) -> Progress:
    applying = [finding for finding in findings if finding.applies]
    return Progress(len(applying), sum(1 for finding in applying if finding.answer is not None))
