"""Whatever JSON there is: it is refused by its key, or it is a case that opens no gate by itself."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.checklist.case_input import CaseInput, InputError, read_case
from intake.checklist.conditions import All, Approval, CheckIs, NoGap
from intake.checklist.evaluation import evaluate_case
from intake.checklist.explanations import blocker_label, explain
from tests.checklist.case_strategies import DOCUMENTS, REASON, REGISTER, opened
from tests.examples import FAST

NUMBERS = st.integers() | st.floats() | st.sampled_from([0, -0.0, 1, 17, 18, 10**400])
WORDS = st.text(st.characters(), max_size=20) | st.sampled_from(
    [*REGISTER.checks, *REGISTER.facts, "yes", "no", "unknown", "return", "MX", "as_of", "bid"]
)
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def nearly_cases(draw: st.DrawFn) -> Any:
    """A case with something put where it does not belong."""
    document: Any = copy.deepcopy(draw(DOCUMENTS))
    gate_id = draw(st.sampled_from(["", "gate.return", "gate.transfer-us", "gate.placement"]))
    document = opened(gate_id, document) if gate_id else document
    for _ in range(draw(st.integers(1, 3))):
        place = document
        while isinstance(place, dict) and place and draw(st.booleans()):
            inner = place[draw(st.sampled_from(sorted(place)))]
            place = inner if isinstance(inner, dict) else place
        if isinstance(place, dict):
            key = draw(st.sampled_from(sorted(place)) | WORDS if place else WORDS)
            place[key] = draw(ANY)
    return document


def is_safe(document: Any) -> None:
    try:
        case = read_case(REGISTER, document)
    except InputError as error:
        assert error.key
        assert error.reason
        assert str(error).isprintable()
        assert len(str(error)) < 300
        return
    found = evaluate_case(REGISTER, case)
    json.dumps(found.as_contract(), allow_nan=False)
    for language in ("en", "es"):
        assert all(explain(found, one, language).sentence for one in found.findings.values())
        for gate in found.gates.values():
            assert all(blocker_label(REGISTER, blocker, language) for blocker in gate.blocked_by)
    for gate in found.gates.values():
        if gate.open:
            assert_everything_was_said(case, gate.gate.opens_if, document)


def assert_everything_was_said(case: CaseInput, node: Any, document: dict[str, Any]) -> None:
    """An open gate rests on nothing but what somebody wrote into the document."""
    assert isinstance(node, All)
    for leaf in node.all:
        match leaf:
            case CheckIs(check=check_id, answered=tuple(wanted)):
                assert case.answers[check_id].value in wanted
            case CheckIs(check=check_id, status="satisfied"):
                assert case.answers[check_id].value == "yes"
            case Approval(approval=name):
                assert document["approvals"][name] is True
            case CheckIs(status="settled") | NoGap():
                assert document["answers"]
            case _:
                raise AssertionError(leaf)


@FAST
@given(document=ANY)
def test_any_json_is_refused_by_its_key(document: Any) -> None:
    is_safe(document)


@FAST
@given(document=nearly_cases())
def test_a_case_with_something_strange_in_it_is_refused_or_opens_nothing(document: Any) -> None:
    is_safe(document)


@FAST
@given(document=DOCUMENTS, key=st.sampled_from(["profile", "events", "answers", "approvals"]))
def test_a_part_that_is_left_out_opens_no_gate(document: dict[str, Any], key: str) -> None:
    for gate_id in ("gate.return", "gate.transfer-us"):
        whole = opened(gate_id, document)
        is_safe(whole)
        without = {name: part for name, part in whole.items() if name != key}
        is_safe(without)
        if key in ("answers", "approvals"):
            assert not evaluate_case(REGISTER, read_case(REGISTER, without)).gates[gate_id].open


def test_everything_unknown_opens_no_gate() -> None:
    answers = {
        check.id: "unknown" if check.type == "yn" else {"value": check.values[0], "reason": REASON}
        for check in REGISTER.checks.values()
    }
    document = {
        "as_of": "2026-11-20T12:00:00-06:00",
        "answers": answers,
        "approvals": {"bid": True},
    }
    found = evaluate_case(REGISTER, read_case(REGISTER, document))
    assert not any(gate.open for gate in found.gates.values())
    assert all(gate.blocked_by for gate in found.gates.values())
