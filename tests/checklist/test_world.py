"""The case as conditions see it: the truth of each kind of leaf, and what could still be a gap."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from intake.checklist.case_input import read_case
from intake.checklist.conditions import Condition, NoGap, Truth
from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.checklist.world import CaseWorld

SMALL = Path(__file__).parent / "rules_small"
AS_OF = "2026-11-10T12:00:00-06:00"
SEEN = Callable[..., CaseWorld]


def leaf(value: dict[str, Any]) -> Any:
    return TypeAdapter[Any](Condition).validate_python(value)


@pytest.fixture
def seen(small: Register) -> SEEN:
    def seen(register: Register = small, **case: Any) -> CaseWorld:
        return CaseWorld(register, read_case(register, {"as_of": AS_OF, **case}))

    return seen


@pytest.mark.parametrize(
    ("since", "days", "truth"),
    [
        (None, 1, None),
        ("2026-11-09T12:00:01-06:00", 1, False),
        ("2026-11-09T12:00:00-06:00", 1, True),
        ("2026-11-09T18:00:00Z", 1, True),
        ("2026-11-09T11:59:59-06:00", 1, True),
        ("2026-11-10T12:00:00-06:00", 0, True),
        ("2026-11-10T12:00:01-06:00", 0, False),
    ],
)
def test_time_has_passed_from_the_very_second(
    seen: SEEN, since: str | None, days: int, truth: Truth
) -> None:
    node = leaf({"elapsed": {"since": "encounter_at", "days": days}})
    assert seen(profile={"encounter_at": since}).leaf(node) is truth


@pytest.mark.parametrize(
    ("test", "profile", "truth"),
    [
        ({"is": "MX"}, {"country": "MX"}, True),
        ({"is": "MX"}, {"country": "US"}, False),
        ({"is": "MX"}, {}, None),
        ({"in": ("MX", "US")}, {"country": "US"}, True),
        ({"in": ("US",)}, {"country": "MX"}, False),
        ({"in": ("US",)}, {}, None),
        ({"given": True}, {"country": "US"}, True),
        ({"given": True}, {}, None),
    ],
)
def test_a_fact_is_tested_as_it_is_recorded(
    seen: SEEN, test: dict[str, Any], profile: dict[str, Any], truth: Truth
) -> None:
    assert seen(profile=profile).leaf(leaf({"fact": "country", **test})) is truth


@pytest.mark.parametrize(
    ("given", "any_given", "includes"),
    [
        (None, None, None),
        ([], False, False),
        (["stay"], True, False),
        (["stay", "return"], True, True),
    ],
)
def test_a_fact_with_many_values_has_some_or_a_certain_one(
    seen: SEEN, given: list[str] | None, any_given: Truth, includes: Truth
) -> None:
    world = seen(profile={"decisions_considered": given})
    assert world.leaf(leaf({"fact": "decisions_considered", "any_given": True})) is any_given
    assert world.leaf(leaf({"fact": "decisions_considered", "includes": "return"})) is includes


@pytest.mark.parametrize(
    ("stage", "truth"),
    [
        (None, None),
        ("identification", False),
        ("assessment", True),
        ("determination", True),
    ],
)
def test_a_stage_is_reached_from_itself_on(seen: SEEN, stage: str | None, truth: Truth) -> None:
    node = leaf({"fact": "stage", "from": "assessment"})
    assert seen(profile={"stage": stage}).leaf(node) is truth


FOREIGN = {"country": "MX", "nationality": "HN"}
NATIVE = {"country": "MX", "nationality": "MX"}
NA = {"value": "not_applicable", "reason": "Born here."}


@pytest.mark.parametrize(
    ("profile", "answer", "satisfied", "settled"),
    [
        (FOREIGN, "yes", True, True),
        (FOREIGN, NA, False, True),
        (FOREIGN, "partly", False, False),
        (FOREIGN, "no", False, False),
        (FOREIGN, "unknown", None, None),
        (FOREIGN, None, None, None),
        (NATIVE, None, False, True),
        (NATIVE, "no", False, True),
        (NATIVE, "unknown", False, True),
        ({}, None, None, None),
        ({}, "yes", None, None),
        ({}, "no", None, None),
    ],
)
def test_a_check_is_satisfied_or_settled_only_where_that_is_known(
    seen: SEEN, profile: dict[str, str], answer: Any, satisfied: Truth, settled: Truth
) -> None:
    answers = {} if answer is None else {"rights.consular": answer}
    world = seen(profile=profile, answers=answers)
    for status, truth in (("satisfied", satisfied), ("settled", settled)):
        assert world.leaf(leaf({"check": "rights.consular", "status": status})) is truth


@pytest.mark.parametrize(
    ("profile", "answer", "is_no", "is_unknown"),
    [
        (FOREIGN, "no", True, False),
        (FOREIGN, "yes", False, False),
        (FOREIGN, "unknown", None, True),
        (FOREIGN, None, None, None),
        (NATIVE, "no", False, False),
        (NATIVE, None, False, False),
        ({}, "no", None, False),
        ({}, "yes", False, False),
    ],
)
def test_an_answer_counts_only_where_its_check_applies(
    seen: SEEN, profile: dict[str, str], answer: str | None, is_no: Truth, is_unknown: Truth
) -> None:
    world = seen(profile=profile, answers={"rights.consular": answer} if answer else {})
    assert world.leaf(leaf({"check": "rights.consular", "answered": ("no",)})) is is_no
    assert world.leaf(leaf({"check": "rights.consular", "answered": ("unknown",)})) is is_unknown


def test_anything_recorded_is_recorded_and_nothing_is_unknown(seen: SEEN) -> None:
    node = leaf({"recorded": "care.outcome"})
    assert seen(answers={"care.outcome": "stay"}).leaf(node) is True
    assert seen().leaf(node) is None


def test_what_nobody_approved_is_not_approved(seen: SEEN) -> None:
    node = leaf({"approval": "bid"})
    assert seen(approvals={"bid": True}).leaf(node) is True
    assert seen(approvals={"bid": False}).leaf(node) is False
    assert seen().leaf(node) is False


ALL_WELL: dict[str, Any] = {
    "profile": {**NATIVE, "age": 15, "custody": "dif"},
    "answers": {"rights.informed": "yes", "counsel.assigned": "yes", "care.not-held": "yes"},
}


@pytest.mark.parametrize(
    ("profile", "answers", "could_be"),
    [
        ({}, {}, ()),
        ({}, {"rights.informed": "no"}, ("rights.informed",)),
        ({}, {"rights.informed": None}, ("rights.informed",)),
        ({}, {"rights.informed": NA}, ()),
        ({"age": 18}, {"counsel.assigned": "no"}, ()),
        ({"custody": "inm"}, {}, ("care.not-held",)),
        ({"custody": None}, {}, ("care.not-held",)),
        ({"custody": None}, {"care.not-held": NA}, ("care.not-held",)),
    ],
)
def test_what_is_a_gap_or_could_turn_out_to_be_one(
    seen: SEEN, profile: dict[str, Any], answers: dict[str, Any], could_be: tuple[str, ...]
) -> None:
    merged = {**ALL_WELL["answers"], **answers}
    world = seen(
        profile={**ALL_WELL["profile"], **profile},
        answers={key: value for key, value in merged.items() if value is not None},
    )
    node = leaf({"no_gap": ("critical",)})
    assert isinstance(node, NoGap)
    assert world.could_be_gaps(node) == could_be
    assert world.leaf(node) is (not could_be)


def test_a_check_that_may_apply_could_be_a_gap_unless_it_is_answered_well(seen: SEEN) -> None:
    node = leaf({"no_gap": ("high",)})
    rest = {"care.violation": "no"}
    for answer, could_be in (("no", True), (None, True), ("yes", False), (NA, False)):
        answers = {**rest, **({"rights.consular": answer} if answer else {})}
        assert ("rights.consular" in seen(answers=answers).could_be_gaps(node)) is could_be


def test_a_severity_that_was_not_asked_for_is_left_out(seen: SEEN) -> None:
    world = seen(profile=FOREIGN, answers={"rights.consular": "no"})
    assert "rights.consular" not in world.could_be_gaps(leaf({"no_gap": ("critical", "low")}))


def test_what_makes_a_gap_looks_at_its_own_answer_and_at_those_of_others(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    file = rules / "sections" / "30-care.yaml"
    text = file.read_text(encoding="utf-8")
    own = "{check: care.violation, answered: [yes, partly, unknown]}"
    assert own in text
    other = "{check: counsel.assigned, answered: [no]}"
    file.write_text(
        text.replace(
            f"gap_if: {own}",
            f"gap_if: {{any: [{own}, {other}]}}\n    applies_if: {{fact: country, is: MX}}",
        ),
        encoding="utf-8",
    )
    register = load_register(rules)
    check = register.checks["care.violation"]

    def found(**case: Any) -> str:
        case = {"as_of": AS_OF, **case}
        return CaseWorld(register, read_case(register, case)).answer_status(check)

    assert found(answers={"care.violation": "yes"}) == "gap"  # even while nobody knows the country
    assert found(answers={"care.violation": "no"}) == "satisfied"
    assert found(answers={"care.violation": "no", "counsel.assigned": "no"}) == "gap"
    assert found(answers={"care.violation": "no", "counsel.assigned": "yes"}) == "satisfied"
    assert found(answers={"counsel.assigned": "no"}) == "gap"
    assert found(answers={"counsel.assigned": "yes"}) == "missing"
    unlawyered = {"care.violation": "no", "counsel.assigned": "no"}
    assert found(profile={"age": 18}, answers=unlawyered) == "satisfied"


@pytest.mark.parametrize(
    ("custody", "answer", "is_open", "shut"),
    [
        ("dif", "yes", True, False),
        ("dif", "no", False, True),
        ("dif", None, False, True),
        # the decision is not considered: there is nothing to wait for
        ("family", "yes", False, False),
        ("family", "no", False, False),
        # nobody knows whether it is considered: it waits
        (None, "yes", False, True),
        (None, None, False, True),
    ],
)
def test_a_gate_is_open_once_that_is_known_and_shut_where_it_may_matter(
    seen: SEEN, custody: str | None, answer: str | None, is_open: bool, shut: bool
) -> None:
    answers = {"care.not-held": answer} if answer else {}
    world = seen(profile={"custody": custody}, answers=answers)
    assert world.leaf(leaf({"gate": "gate.placement", "state": "open"})) is is_open
    assert world.leaf(leaf({"gate": "gate.placement", "state": "shut"})) is shut


def test_a_gate_without_a_condition_of_its_own_always_matters(seen: SEEN) -> None:
    assert seen().gate("gate.closure") == (True, False)
    assert seen(profile={"custody": "family"}).gate("gate.placement") == (False, False)
    assert seen().gate("gate.placement") == (None, False)


def test_a_gate_is_worked_out_once(seen: SEEN) -> None:
    world = seen(profile={"custody": "dif"}, answers={"care.not-held": "yes"})
    first = world.gate("gate.placement")
    assert first == (True, True)
    world.case.facts["custody"] = "family"
    assert world.gate("gate.placement") is first


def test_a_gate_was_breached_where_that_is_on_record(seen: SEEN) -> None:
    node = leaf({"gate": "gate.return", "state": "breached"})
    world = seen()
    assert world.leaf(node) is False
    case = replace(world.case, breaches=frozenset({"gate.return"}))
    assert CaseWorld(world.register, case).leaf(node) is True
    other = leaf({"gate": "gate.placement", "state": "breached"})
    assert CaseWorld(world.register, case).leaf(other) is False


def test_each_named_condition_and_check_is_worked_out_once(seen: SEEN) -> None:
    world = seen(profile={"age": 15})
    first = world.leaf(leaf({"when": "is_child"}))
    world.case.facts["age"] = 40
    assert world.leaf(leaf({"when": "is_child"})) is first
    assert world.status("counsel.assigned") == "missing"
