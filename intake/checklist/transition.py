"""What differs between two evaluations of one case: under another register, or at another time."""

from __future__ import annotations

from dataclasses import dataclass

from intake.checklist.evaluation import Evaluation


@dataclass(frozen=True)
class Transition:
    """What becomes different for a case. Checks and gates by id, in the working order of the later register."""

    appearing: tuple[str, ...]
    """Checks that apply, or may apply, only now."""
    going: tuple[str, ...]
    """Checks that applied, or might have, and no longer do."""
    gaps_opened: tuple[str, ...]
    gaps_closed: tuple[str, ...]
    gates_opened: tuple[str, ...]
    gates_shut: tuple[str, ...]
    """Gates that were open, or did not apply, and are shut now."""
    gates_newly_blocked: tuple[tuple[str, tuple[str, ...]], ...]
    """Gates shut before and after, with what keeps them shut only now."""
    deadlines: tuple[str, ...]
    """Open checks whose deadline is another one now."""
    severities: tuple[str, ...]
    """Open checks whose severity is another one now."""

    @property
    def nothing(self) -> bool:
        """Whether the case comes out the same."""
        return not any(getattr(self, name) for name in self.__dataclass_fields__)


def compare(before: Evaluation, after: Evaluation) -> Transition:
    """What the later evaluation says otherwise than the earlier one."""
    asked_before = {name for name, found in before.findings.items() if found.applies is not False}
    asked_after = [name for name, found in after.findings.items() if found.applies is not False]
    gaps_before = [finding.check.id for finding in before.gaps]
    gaps_after = [finding.check.id for finding in after.gaps]
    both = [name for name in asked_after if name in asked_before and after.findings[name].open]
    open_before = {name for name, state in before.gates.items() if state.open}
    shut_before = {
        name: state.blocked_by
        for name, state in before.gates.items()
        if state.applies and not state.open
    }
    shut_after = {
        name: state.blocked_by
        for name, state in after.gates.items()
        if state.applies and not state.open
    }
    newly = (
        (name, tuple(reason for reason in reasons if reason not in shut_before[name]))
        for name, reasons in shut_after.items()
        if name in shut_before
    )
    return Transition(
        appearing=tuple(name for name in asked_after if name not in asked_before),
        going=tuple(name for name in before.findings if name in asked_before - set(asked_after)),
        gaps_opened=tuple(name for name in gaps_after if name not in gaps_before),
        gaps_closed=tuple(name for name in gaps_before if name not in gaps_after),
        gates_opened=tuple(
            name for name, state in after.gates.items() if state.open and name not in open_before
        ),
        gates_shut=tuple(name for name in shut_after if name not in shut_before),
        gates_newly_blocked=tuple((name, reasons) for name, reasons in newly if reasons),
        deadlines=tuple(
            name for name in both if before.findings[name].due != after.findings[name].due
        ),
        severities=tuple(
            name
            for name in both
            if before.findings[name].check.severity != after.findings[name].check.severity
        ),
    )
