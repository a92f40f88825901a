"""What must hold between gates, breaches and the checks they name, and that none waits for itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.checklist.test_consistency import CARE, COUNSEL, OWN, RIGHTS, SMALL, change, reasons


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


BREACH = {
    "if": "{when: return_considered}",
    "check": "care.violation",
    "kinds": "decisions_considered",
    "kind": "return",
    "observed_at": "gbv_disclosed_at",
    "happened_at": "return_at",
}


def breach(**parts: str) -> str:
    inside = ", ".join(f"{key}: {value}" for key, value in {**BREACH, **parts}.items())
    return f"    breach: {{{inside}}}\n    opens_if:\n"


def test_a_breach_that_fits_is_let_in(rules: Path) -> None:
    change(rules / "gates.yaml", "    opens_if:\n", breach())
    assert reasons(rules) == []


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"if": "{fact: x, is: y}"}, "unknown fact x"),
        ({"check": "x"}, "breach: x is no check that can be answered yes"),
        ({"check": "care.outcome"}, "breach: care.outcome is no check that can be answered yes"),
        ({"kinds": "x"}, "breach: x is no fact that can hold return"),
        ({"kinds": "country", "kind": "MX"}, "breach: country is no fact that can hold MX"),
        ({"kind": "fly"}, "breach: decisions_considered is no fact that can hold fly"),
        ({"observed_at": "x"}, "breach: x is no time that is known of a case"),
        ({"observed_at": "country"}, "breach: country is no time that is known of a case"),
        ({"happened_at": "birth_date"}, "breach: birth_date is no time that is known of a case"),
    ],
)
def test_a_breach_that_cannot_be_recorded_is_refused(
    rules: Path, parts: dict[str, str], reason: str
) -> None:
    change(rules / "gates.yaml", "    opens_if:\n", breach(**parts))
    assert reasons(rules) == [f"gate.return: {reason}"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RIGHTS, "    basis:", "    asks: [{fact: return_at, answers: [yes, no]}]\n    basis:"),
        (RIGHTS, "    basis:", "    asks: [{fact: gbv_disclosed_at}]\n    basis:"),
        (
            "gates.yaml",
            "    shut: {en: Wait., es: Espere.}\n",
            "    shut: {en: Wait., es: Espere.}\n    holds: {fact: stage, value: assessment}\n",
        ),
        (
            "facts.yaml",
            "{id: return_at, group: profile, kind: time,",
            "{id: return_at, group: profile, kind: time, not_before: encounter_at,",
        ),
        (RIGHTS, OWN, "{gate: gate.placement, state: shut}"),
    ],
)
def test_parts_that_know_each_other_are_let_in(rules: Path, file: str, old: str, new: str) -> None:
    change(rules / file, old, new)
    assert reasons(rules) == []


def test_a_check_that_waits_for_a_gate_that_waits_for_it_is_refused(rules: Path) -> None:
    change(
        rules / RIGHTS,
        "    severity: critical\n",
        "    severity: critical\n    applies_if: {gate: gate.return, state: open}\n",
    )
    assert reasons(rules) == [
        "rights.informed: circular condition:"
        " rights.informed (status) -> gate.return -> rights.informed (status)"
    ]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (
            "{gate: gate.closure, state: open}",
            "{gate: gate.placement, state: open}",
            "gate.placement: circular condition: gate.placement -> gate.closure -> gate.placement",
        ),
        (
            "{approval: bid}",
            "{gate: gate.closure, state: shut}",
            "gate.closure: circular condition: gate.closure -> gate.closure",
        ),
    ],
)
def test_gates_that_wait_for_each_other_are_refused(
    rules: Path, first: str, second: str, reason: str
) -> None:
    change(
        rules / "gates.yaml",
        "opens_if: {all: [{check: care.not-held, status: satisfied},"
        " {check: care.gbv-services, status: settled}]}",
        f"opens_if: {first}",
    )
    change(rules / "gates.yaml", "opens_if: {no_gap: [critical, high]}", f"opens_if: {second}")
    assert reasons(rules) == [reason]


def test_a_gate_that_is_considered_only_where_it_is_open_is_refused(rules: Path) -> None:
    change(
        rules / "gates.yaml",
        "applies_if: {not: {fact: custody, is: family}}",
        "applies_if: {gate: gate.placement, state: open}",
    )
    assert reasons(rules) == [
        "gate.placement: circular condition: gate.placement -> gate.placement"
    ]


def test_a_check_that_waits_for_all_others_to_be_no_gap_is_refused(rules: Path) -> None:
    change(rules / RIGHTS, OWN, "{no_gap: [critical]}")
    assert [reason for reason in reasons(rules) if "rights.feedback (status)" in reason] == [
        "rights.feedback: circular condition: rights.feedback (status) -> rights.feedback (status)"
    ]


def test_a_check_that_needs_its_own_answer_to_apply_is_refused_once(rules: Path) -> None:
    change(rules / COUNSEL, "applies_if: {when: is_child}", "applies_if: {when: counsel_assigned}")
    assert reasons(rules) == [
        "counsel_assigned: circular condition:"
        " counsel_assigned -> counsel.assigned -> counsel_assigned"
    ]


def test_two_checks_that_wait_for_each_other_are_refused(rules: Path) -> None:
    change(
        rules / COUNSEL,
        "applies_if: {when: is_child}",
        "applies_if: {check: counsel.chosen, answered: [yes]}",
    )
    change(
        rules / COUNSEL,
        "applies_if: {when: counsel_assigned}",
        "applies_if: {check: counsel.assigned, answered: [yes]}",
    )
    assert reasons(rules) == [
        "counsel.assigned: circular condition:"
        " counsel.assigned -> counsel.chosen -> counsel.assigned"
    ]


def test_a_finding_that_needs_itself_is_refused(rules: Path) -> None:
    change(
        rules / CARE,
        "{fact: in_immigration_detention, is: true}",
        "{check: care.not-held, status: satisfied}",
    )
    assert reasons(rules) == [
        "care.not-held: circular condition: care.not-held (status) -> care.not-held (status)"
    ]


def test_a_check_may_look_at_its_own_answer_to_tell_a_gap(rules: Path) -> None:
    assert "{check: care.violation, answered: [yes, partly, unknown]}" in (rules / CARE).read_text(
        encoding="utf-8"
    )
    assert reasons(rules) == []
