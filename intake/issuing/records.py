"""What a document embeds for programs where it may not carry the whole evaluation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import Language


def part_of_record(
    evaluation: Evaluation, language: Language, checks: Collection[str], gates: Collection[str]
) -> dict[str, Any]:
    """The evaluation by the contract, with those checks and gates and nothing that tells of others.

    Left out are checks that do not apply (that tells of other facts), alerts and progress; of what keeps a gate shut,
    all but those checks.
    """
    whole = evaluation.as_contract(language)
    keys = {evaluation.gates[gate_id].gate.key for gate_id in gates if gate_id in evaluation.gates}
    return {
        "register": whole["register"],
        "as_of": whole["as_of"],
        "findings": [
            found
            for found in whole["findings"]
            if found["check"] in checks and found["status"] != "not_applicable"
        ],
        "gaps": [name for name in whole["gaps"] if name in checks],
        "gates": {
            key: {**state, "blocked_by": [name for name in state["blocked_by"] if name in checks]}
            for key, state in whole["gates"].items()
            if key in keys and state["applies"]
        },
    }


__all__ = ["part_of_record"]
