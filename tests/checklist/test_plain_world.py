"""What the engine remembers while it works out a case changes nothing of what comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.checklist.case_input import read_case
from intake.checklist.conditions import NoGap, evaluate
from intake.checklist.evaluation import evaluate_case
from tests.checklist.case_strategies import DOCUMENTS, REGISTER
from tests.checklist.plain_world import PlainWorld
from tests.examples import FAST

SEVERITIES = st.lists(
    st.sampled_from(("critical", "high", "medium", "low", "none")), min_size=1, unique=True
)


@FAST
@given(document=DOCUMENTS, severities=SEVERITIES)
def test_every_status_gate_and_condition_is_that_of_the_plain_meaning(
    document: dict[str, Any], severities: list[str]
) -> None:
    case = read_case(REGISTER, document)
    found, plain = evaluate_case(REGISTER, case), PlainWorld(REGISTER, case)
    for check_id, finding in found.findings.items():
        assert (finding.applies, finding.status) == (
            plain.applies(check_id),
            plain.status(check_id),
        )
    for gate_id, state in found.gates.items():
        applies, is_open = plain.gate(gate_id)
        assert (state.applies, state.open) == (applies is not False, is_open)
    for tree in REGISTER.condition_trees:
        assert evaluate(tree, found.world) is evaluate(tree, plain)
    asked = NoGap(no_gap=tuple(severities))
    assert found.world.could_be_gaps(asked) == plain.could_be_gaps(asked)
