"""What does not fit together is refused, each problem once and in these words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from intake.checklist.loading import load_register
from intake.checklist.reading import RulesError

SMALL = Path(__file__).parent / "rules_small"
RIGHTS, COUNSEL, CARE = (f"sections/{name}.yaml" for name in ("10-rights", "20-counsel", "30-care"))
OWN = "{fact: stage, from: determination}"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "rules"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def reasons(rules: Path) -> list[str]:
    """The problems found, without the place where each stands."""
    try:
        load_register(rules)
    except RulesError as error:
        return [problem.split(": ", 2)[2] for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (
            "facts.yaml",
            "    choices_from: countries\n",
            "",
            "nationality: choices: needs choices, or choices_from with a known list",
        ),
        (
            "facts.yaml",
            "    choices:\n      - {value: return, label: {en: Return, es: Retorno}}\n"
            "      - {value: stay, label: {en: Stay, es: Permanencia}}\n",
            "",
            "decisions_considered: choices: needs choices, or choices_from with a known list",
        ),
        (
            "gates.yaml",
            "id: gate.placement",
            "id: placement",
            "placement: the id of a gate begins with gate.",
        ),
        (
            CARE,
            "id: care.violation",
            "id: remedies.violation",
            "remedies.violation: the id must begin with its section's, care.",
        ),
        (
            CARE,
            "    choices:\n      - {value: stay, label: {en: Stay, es: Permanencia}}\n"
            "      - {value: return, label: {en: Return, es: Retorno}}\n",
            "",
            "care.outcome: choices: a choice check needs choices",
        ),
        (CARE, "US: orr}", "US: x}", "care.not-held: responsible: unknown authority x"),
        (
            CARE,
            "clocks: [{from: gbv_disclosed_at",
            "clocks: [{from: nothing",
            "care.gbv-services: clocks: nothing is no time that is known of a case",
        ),
        (
            "recommendations.yaml",
            "counsel.assigned]",
            "counsel.x]",
            "MX-6: checks: no check is called counsel.x",
        ),
        (
            "recommendations.yaml",
            '"rights.*"',
            '"right.*"',
            "MX-6: checks: no check is called right.*",
        ),
        (
            "recommendations.yaml",
            '"rights.*"',
            '"rights.informedx*"',
            "MX-6: checks: no check is called rights.informedx*",
        ),
        ("alerts.yaml", "in_immigration_detention, is", "x, is", "detained: unknown fact x"),
        (RIGHTS, OWN, "{elapsed: {since: x, days: 1}}", "rights.feedback: unknown fact x"),
        (RIGHTS, OWN, "{recorded: x}", "rights.feedback: unknown check x"),
        (RIGHTS, OWN, "{check: x, status: settled}", "rights.feedback: unknown check x"),
        (RIGHTS, OWN, "{approval: x}", "rights.feedback: unknown approval x"),
        (RIGHTS, OWN, "{fact: x, is: y}", "rights.feedback: unknown fact x"),
        (
            RIGHTS,
            OWN,
            "{fact: decisions_considered, in: [return]}",
            "rights.feedback: decisions_considered is of kind choices: use includes",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: birth_date, is: x}",
            "rights.feedback: birth_date is of kind date: use given",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: return_at, is: x}",
            "rights.feedback: return_at is of kind time: use given",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: age_disputed, is: x}",
            "rights.feedback: age_disputed is true or false, not x",
        ),
        (RIGHTS, OWN, "{fact: age, is: x}", "rights.feedback: age is a number, not x"),
        (RIGHTS, OWN, "{fact: age, is: true}", "rights.feedback: age is a number, not True"),
        (RIGHTS, OWN, "{fact: country, is: HN}", "rights.feedback: country has no value HN"),
        (RIGHTS, OWN, "{fact: country, in: [US, HN]}", "rights.feedback: country has no value HN"),
        (
            RIGHTS,
            OWN,
            "{fact: country, includes: MX}",
            "rights.feedback: country holds one value: use is or in",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: country, any_given: true}",
            "rights.feedback: country holds one value: use is or in",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: country, from: MX}",
            "rights.feedback: country has no order: use is or in",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_these_words(
    rules: Path, file: str, old: str, new: str, reason: str
) -> None:
    change(rules / file, old, new)
    assert [found for found in reasons(rules) if found.endswith(reason)], reasons(rules)


@pytest.mark.parametrize(
    "condition",
    [
        "{fact: age, is: 15}",
        "{fact: age_disputed, is: false}",
        "{fact: country, in: [MX, US]}",
        "{fact: decisions_considered, any_given: true}",
        "{fact: return_at, given: true}",
        "{fact: birth_date, given: true}",
        "{recorded: counsel.note}",
        "{elapsed: {since: encounter_at, days: 0}}",
        "{approval: bid}",
        "{all: [{when: is_child}, {when: is_child}]}",
    ],
)
def test_what_fits_is_let_in(rules: Path, condition: str) -> None:
    change(rules / RIGHTS, OWN, condition)
    assert reasons(rules) == []


def test_a_remedy_may_stand_in_the_section_of_another(rules: Path) -> None:
    change(rules / CARE, "id: care.gbv-services", "id: remedy.services")
    change(rules / "gates.yaml", "check: care.gbv-services", "check: remedy.services")
    assert reasons(rules) == []


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
