"""What the scenarios cover, proved from the data itself: a missing scenario fails here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from intake.checklist.case_input import ADULT, CaseInput, read_case
from intake.checklist.conditions import All, Approval, CheckIs, Leaf, NoGap
from tests.scenario_files import FILES, Scenario, Situation, all_situations, read, register

BAD = ("partly", "no", "unknown", "not_applicable", "unanswered")
INDIGENOUS = {"mam", "quc", "kek", "kjb", "mix", "tzo", "tzh", "zap", "nah"}
CHILDREN = {path.stem: read(path, Scenario)[1] for path in FILES}
SITUATIONS = all_situations()
CASES: list[CaseInput] = [read_case(register(), one.case) for one in SITUATIONS]


def given(situation: Situation, check_id: str) -> str:
    """The answer the situation's case has to that check."""
    answer: Any = situation.case.get("answers", {}).get(check_id, "unanswered")
    return str(answer["value"] if isinstance(answer, dict) else answer)


def told_shut(gate: str) -> list[Situation]:
    """The situations that say the gate is shut and by what."""
    return [
        situation
        for situation in SITUATIONS
        if gate in situation.expect.gates
        and situation.expect.gates[gate].open is False
        and situation.expect.gates[gate].blocked_by
    ]


def alone(gate: str, blocker: str) -> list[Situation]:
    """The situations in which nothing but this shuts the gate."""
    return [one for one in told_shut(gate) if one.expect.gates[gate].blocked_by == [blocker]]


def test_there_are_thirty_children_each_with_its_own_name_and_story() -> None:
    assert len(CHILDREN) >= 30
    assert len({scenario.child.name for scenario in CHILDREN.values()}) == len(CHILDREN)
    for name, scenario in CHILDREN.items():
        story = scenario.child.story
        for words in (story.en, story.es):
            sentences = words.count(". ") + words.count("? ") + 1
            assert 2 <= sentences <= 4, f"{name}: {sentences} sentences: {words}"
            assert scenario.child.name in words, name
    variants = [variant for scenario in CHILDREN.values() for variant in scenario.variants]
    assert len({variant.because.en for variant in variants}) > len(variants) * 3 / 4


def test_every_age_from_newborn_to_seventeen_is_there() -> None:
    ages = {case.age for case in CASES}
    assert set(range(ADULT)) <= ages
    assert any(age is not None and age >= ADULT for age in ages)
    assert None in ages


def test_disputed_and_undisputed_ages_are_there() -> None:
    adults = [case for case in CASES if case.age is not None and case.age >= ADULT]
    assert {case.facts.get("age_disputed") for case in adults} == {True, False}
    assert {case.fact("is_child") for case in adults} == {True, False}


def test_a_birthday_falls_inside_a_case() -> None:
    turned = set()
    for path in FILES:
        ages: dict[Any, dict[date, int | None]] = {}
        for case, situation in zip(CASES, SITUATIONS, strict=True):
            if situation.source.path == path and case.facts.get("age_disputed") is False:
                ages.setdefault(case.facts.get("birth_date"), {})[case.as_of.date()] = case.age
        for days in ages.values():
            turned |= {
                path.stem
                for day, age in days.items()
                if age == ADULT - 1 and days.get(day + timedelta(days=1)) == ADULT
            }
    assert turned, "17 on one day and 18 on the next"


@pytest.mark.parametrize(
    "name", ["country", "accompaniment", "custody", "stage", "decisions_considered"]
)
def test_every_value_of_what_decides_most_is_there(name: str) -> None:
    found: set[Any] = set()
    for case in CASES:
        value = case.facts.get(name)
        found |= set(value) if isinstance(value, tuple) else {value}
    assert set(register().facts[name].values) - found == set()


def test_children_of_contiguous_countries_of_others_and_of_none_are_there() -> None:
    in_us = {
        (case.facts.get("nationality"), case.fact("contiguous"))
        for case in CASES
        if case.facts.get("country") == "US"
    }
    assert {("MX", True), ("CA", True), ("GT", False), ("stateless", False)} <= in_us
    assert any(case.facts.get("nationality") == "stateless" for case in CASES)


def test_a_child_that_speaks_an_indigenous_language_needs_an_interpreter() -> None:
    spoken = {
        language
        for case in CASES
        if case.facts.get("needs_interpreter") is True
        for language in case.facts.get("languages", ())  # type: ignore[union-attr]
    }
    assert len(spoken & INDIGENOUS) >= 3
    assert "sgn" in spoken


@pytest.mark.parametrize("check_id", ["gbv.services", "risk.trafficking"])
def test_what_was_disclosed_is_there_with_and_without_a_referral(check_id: str) -> None:
    alert = {"gbv.services": "gbv_not_referred", "risk.trafficking": "trafficking_not_referred"}
    told = {
        (given(one, check_id), alert[check_id] in (one.expect.alerts or ())) for one in SITUATIONS
    }
    assert {("yes", False), ("partly", True), ("no", True)} <= told


def test_every_alert_is_raised_and_not_raised() -> None:
    told = [one.expect.alerts for one in SITUATIONS if one.expect.alerts is not None]
    for alert in register().alerts:
        assert {alert.id in alerts for alerts in told} == {True, False}, alert.id


@pytest.mark.parametrize("gate", [gate.key for gate in register().gates.values()])
def test_every_gate_is_open_and_shut_and_where_it_can_does_not_apply(gate: str) -> None:
    states = {
        (state.applies, state.open)
        for one in SITUATIONS
        for key, state in one.expect.gates.items()
        if key == gate
    }
    assert {(True, True), (True, False)} <= states
    if register().gates[f"gate.{gate}"].applies_if is not None:
        assert (False, False) in states


def reasons() -> list[tuple[str, Leaf]]:
    """Every single part of every gate."""
    found: list[tuple[str, Leaf]] = []
    for gate in register().gates.values():
        assert isinstance(gate.opens_if, All)
        found += [(gate.key, leaf) for leaf in gate.opens_if.all]  # type: ignore[misc]
    return found


@pytest.mark.parametrize(("gate", "leaf"), reasons(), ids=str)
def test_every_reason_that_shuts_a_gate_is_there_with_every_answer(gate: str, leaf: Leaf) -> None:
    match leaf:
        case CheckIs(check=check_id, status=str(status)):
            shut = [one for one in told_shut(gate) if check_id in blocked(one, gate)]
            wanted = set(BAD) if status == "satisfied" else set(BAD) - {"not_applicable"}
            assert wanted - {given(one, check_id) for one in shut} == set()
            assert alone(gate, check_id), "nothing else shut"
            if status == "settled":
                assert any(
                    given(one, check_id) == "not_applicable" and check_id not in blocked(one, gate)
                    for one in SITUATIONS
                    if gate in one.expect.gates
                ), "what does not apply does not shut"
        case CheckIs(check=check_id, answered=tuple(answered)):
            others = {*register().checks[check_id].values, "unanswered"} - set(answered)
            assert others - {given(one, check_id) for one in alone(gate, check_id)} == set()
        case Approval(approval=name):
            found = {
                one.case.get("approvals", {}).get(name) for one in alone(gate, f"approvals.{name}")
            }
            assert found == {False, None}
        case NoGap(no_gap=severities):
            found = set()
            for one in told_shut(gate):
                for check_id in blocked(one, gate):
                    severity = register().checks[check_id].severity
                    status = one.evaluation().findings[check_id].status
                    found.add((severity, status))
            for severity in severities:
                assert {(severity, "gap"), (severity, "missing")} <= found
            assert ("critical", "pending") in found, "what may yet apply"
        case _:
            pytest.fail(f"no test knows this kind of reason: {leaf}")


def blocked(situation: Situation, gate: str) -> list[str]:
    return situation.expect.gates[gate].blocked_by or []
