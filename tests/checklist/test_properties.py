"""What must hold for every case there can be, over the real register."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intake.checklist.case_input import Answer, CaseInput, read_case
from intake.checklist.conditions import All, AnyOf, CheckIs, Condition, FactIs, Known, Not, When
from intake.checklist.conditions import evaluate as truth
from intake.checklist.evaluation import CaseWorld, evaluate_case
from tests.checklist.case_strategies import (
    DOCUMENTS,
    REASON,
    REGISTER,
    answer_values,
    fact_values,
    needed_by,
    opened,
)
from tests.examples import FAST

BAD = ("unknown", "partly", "no", None)
CASES = DOCUMENTS.map(lambda document: read_case(REGISTER, document))


def closed_world(node: Condition, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the condition, or one it rests on, takes absence for an answer.

    ``known`` does, and so does the presumption that a person of unknown age is a child.
    """
    match node:
        case Known():
            return True
        case FactIs():
            return node.fact in ("is_child", "age_in_doubt")
        case All() | AnyOf():
            parts = node.all if isinstance(node, All) else node.any
            return any(closed_world(part, seen) for part in parts)
        case Not():
            return closed_world(node.not_, seen)
        case When():
            return closed_world(REGISTER.conditions[node.when].is_, seen)
        case CheckIs():
            check = REGISTER.checks[node.check]
            inner = [check.applies_if, check.gap_if if node.status else None]
            if node.check in seen:
                return False
            return any(closed_world(part, seen | {node.check}) for part in inner if part)
    return False


def conditions() -> list[tuple[str, Condition]]:
    found: list[tuple[str, Condition]] = [
        (named.id, named.is_) for named in REGISTER.conditions.values()
    ]
    found += [
        (check.id, check.applies_if) for check in REGISTER.checks.values() if check.applies_if
    ]
    return found


OPEN_WORLD = [(name, node) for name, node in conditions() if not closed_world(node)]


GATES = ["gate.return", "gate.transfer-us", "gate.placement"]


@pytest.mark.parametrize("gate_id", GATES)
@FAST
@given(document=DOCUMENTS, data=st.data())
def test_whatever_else_is_known_an_unknown_answer_shuts_the_gate(
    gate_id: str, document: dict[str, Any], data: st.DataObject
) -> None:
    document = opened(gate_id, document)
    gate = evaluate_case(REGISTER, read_case(REGISTER, document)).gates[gate_id]
    assert gate.open, gate.blocked_by
    check_id = data.draw(st.sampled_from(sorted(needed_by(REGISTER.gates[gate_id].opens_if))))
    for value in BAD:
        answers = {key: given for key, given in document["answers"].items() if key != check_id}
        if value in REGISTER.checks[check_id].values:
            answers[check_id] = value
        worse = read_case(REGISTER, document | {"answers": answers})
        gate = evaluate_case(REGISTER, worse).gates[gate_id]
        assert not gate.open, (check_id, value)
        assert check_id in gate.blocked_by
    if any("approval" in part for part in REGISTER.gates[gate_id].opens_if.model_dump()["all"]):
        alone = read_case(REGISTER, document | {"approvals": {}})
        assert "approvals.bid" in evaluate_case(REGISTER, alone).gates[gate_id].blocked_by


@FAST
@given(case=CASES)
def test_a_gate_is_open_or_says_what_keeps_it_shut(case: CaseInput) -> None:
    for gate in evaluate_case(REGISTER, case).gates.values():
        assert bool(gate.blocked_by) is (gate.applies and not gate.open)


@FAST
@given(case=CASES, data=st.data())
def test_one_more_fact_never_turns_what_was_definite_back_to_unknown(
    case: CaseInput, data: st.DataObject
) -> None:
    absent = [
        fact
        for fact in REGISTER.facts.values()
        if fact.group != "derived" and fact.id not in case.facts
    ]
    assume(absent)
    fact = data.draw(st.sampled_from(absent))
    part = "profile" if fact.group == "profile" else "events"
    value = data.draw(fact_values(fact))
    more = read_case(REGISTER, {"as_of": case.as_of.isoformat(), part: {fact.id: value}})
    check_definite(case, replace(case, facts=case.facts | more.facts))


@FAST
@given(case=CASES, data=st.data())
def test_one_more_answer_never_turns_what_was_definite_back_to_unknown(
    case: CaseInput, data: st.DataObject
) -> None:
    absent = [check for check in REGISTER.checks.values() if check.id not in case.answers]
    assume(absent)
    check = data.draw(st.sampled_from(absent))
    value = data.draw(answer_values(check))
    answer = Answer(value["value"], REASON) if isinstance(value, dict) else Answer(value)
    check_definite(case, replace(case, answers=case.answers | {check.id: answer}))


def check_definite(before: CaseInput, after: CaseInput) -> None:
    then, now = CaseWorld(REGISTER, before), CaseWorld(REGISTER, after)
    for name, node in OPEN_WORLD:
        if truth(node, then) is not None:
            assert truth(node, now) is not None, name


@FAST
@given(document=DOCUMENTS, data=st.data())
def test_the_order_of_the_keys_changes_nothing(
    document: dict[str, Any], data: st.DataObject
) -> None:
    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: shuffled(value[key]) for key in data.draw(st.permutations(sorted(value)))}

    once = evaluate_case(REGISTER, read_case(REGISTER, document)).as_contract()
    assert evaluate_case(REGISTER, read_case(REGISTER, shuffled(document))).as_contract() == once


@FAST
@given(case=CASES)
def test_evaluating_twice_gives_the_same(case: CaseInput) -> None:
    first, second = (evaluate_case(REGISTER, case) for _ in range(2))
    assert first == second
    assert first.as_contract("es") == second.as_contract("es")


@FAST
@given(case=CASES)
def test_any_valid_case_is_evaluated_and_adds_up(case: CaseInput) -> None:
    found = evaluate_case(REGISTER, case)
    assert list(found.findings) == list(REGISTER.checks)
    assert {gap.check.id for gap in found.gaps} == {
        check_id for check_id, finding in found.findings.items() if finding.status == "gap"
    }
    assert 0 <= found.progress.answered <= found.progress.applicable <= len(REGISTER.checks)
    for finding in found.findings.values():
        assert finding.due is None or finding.due.tzinfo is not None
        assert not finding.overdue or finding.open


@FAST
@given(case=CASES)
def test_every_finding_and_blocker_can_be_explained_in_both_languages(case: CaseInput) -> None:
    from intake.checklist.explanations import blocker_label, explain

    found = evaluate_case(REGISTER, case)
    for language in ("en", "es"):
        for finding in found.findings.values():
            assert explain(found, finding, language).sentence
        for gate in found.gates.values():
            assert all(blocker_label(REGISTER, blocker, language) for blocker in gate.blocked_by)
