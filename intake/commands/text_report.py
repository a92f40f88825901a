"""The evaluation of one case as plain text, for a screen or a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from intake.checklist.evaluation import Evaluation, Finding, GateState
from intake.checklist.explanations import blocker_label, explain, moment_label


def text_report(result: Evaluation, language: str) -> str:
    """The whole report: progress, alerts, gates, gaps worst first, then what is not answered."""
    return "\n".join(_lines(result, language)) + "\n"


def _lines(result: Evaluation, language: str) -> Iterator[str]:
    register = result.register
    progress = result.progress
    yield f"{register.title[language]} ({register.version})"
    yield f"{moment_label(result.case.as_of, language)}  {progress.answered}/{progress.applicable}"
    for raised in result.alerts:
        yield f"! {raised.alert.title[language]}"
    for state in result.gates.values():
        if state.applies:
            yield ""
            yield from _gate(result, state, language)
    for status in ("gap", "missing", "pending"):
        found = [finding for finding in result.findings.values() if finding.status == status]
        if status == "gap":
            found = list(result.gaps)
        if found:
            yield ""
            yield f"{register.say(f'status_{status}', language)} ({len(found)})"
            for finding in found:
                yield from _finding(result, finding, language)


def _gate(result: Evaluation, state: GateState, language: str) -> Iterator[str]:
    gate = state.gate
    yield f"{gate.title[language]}: {(gate.open if state.open else gate.shut)[language]}"
    for blocker in state.blocked_by:
        yield f"  - {blocker_label(result.register, blocker, language)}"


def _finding(result: Evaluation, finding: Finding, language: str) -> Iterator[str]:
    check = finding.check
    severity = "" if check.severity == "none" else _severity(result, finding, language)
    yield f"  - {check.title[language]}{severity}"
    yield f"      {explain(result, finding, language).sentence}"
    if finding.status == "gap":
        yield f"      > {check.action[language]}"


def _severity(result: Evaluation, finding: Finding, language: str) -> str:
    return f" [{result.register.say(f'severity_{finding.check.severity}', language)}]"
