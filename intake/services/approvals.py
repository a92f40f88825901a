"""What a supervisor approves of a case, stage by stage, and what ends each approval.

The assessment, the determination, the closure: each is approved by somebody who took no part in the work, and only
once it is there. What was approved and then changed is approved no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from intake.checklist.conditions import evaluate
from intake.checklist.evaluation import CaseWorld, Evaluation
from intake.services.gap_work import PART as GAPS

Stage = Literal["assessment", "bid", "closure"]
STAGES: tuple[Stage, ...] = ("assessment", "bid", "closure")
ASSESSMENT, CLOSURE = "bia.done", "gate.closure"
CLOSED = ("profile.stage", "closed")
_ENDED_BY: dict[Stage, tuple[str, ...]] = {
    "assessment": ("answers.bia.",),
    "bid": ("answers.bid.", "panel."),
    "closure": ("answers.", "profile.", "events.", "panel.", "violations.", "breaches."),
}


def approvable(evaluation: Evaluation) -> tuple[Stage, ...]:
    """The stages that are there to be approved: a supervisor approves what was done, not what is to come."""
    found: list[Stage] = []
    assessment = evaluation.findings.get(ASSESSMENT)
    if assessment is not None and assessment.status == "satisfied":
        found.append("assessment")
    if _decided(evaluation):
        found.append("bid")
    gate = evaluation.gates.get(CLOSURE)
    if gate is not None and gate.applies and gate.open:
        found.append("closure")
    return tuple(found)


def _decided(evaluation: Evaluation) -> bool:
    decided = evaluation.register.conditions.get("bid_decided")
    return (
        decided is None
        or evaluate(decided.is_, CaseWorld(evaluation.register, evaluation.case)) is True
    )


def end_approvals(document: dict[str, Any], changes: dict[str, Any]) -> None:
    """Ends, in the document and in what changed, each approval of something that these changes touch."""
    keys = [key for key in changes if not is_the_closing(changes)]
    for stage in STAGES:
        given = document["approvals"].get(stage)
        if given and any(key.startswith(_ENDED_BY[stage]) for key in keys):
            changes[f"approvals.{stage}"] = [document["approvals"].pop(stage), None]


def is_the_closing(changes: Mapping[str, Any]) -> bool:
    """Whether these changes are nothing but the case's closing, which the approval of the closure is for."""
    key, value = CLOSED
    return set(changes) == {key} and changes[key][1] == value


def closes(changes: Mapping[str, Any]) -> bool:
    """Whether these changes close the case, among other things."""
    key, value = CLOSED
    return key in changes and changes[key][1] == value


def reopens(changes: Iterable[str]) -> bool:
    """Whether a case that was handed in is a draft again after changes of these keys: work on a gap changes nothing."""
    return any(not key.startswith(f"{GAPS}.") for key in changes)
