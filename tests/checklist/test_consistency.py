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
        (
            "facts.yaml",
            "{id: return_at, group: profile, kind: time,",
            "{id: return_at, group: profile, kind: time, not_before: x,",
            "return_at: not_before: unknown fact x",
        ),
        (
            "facts.yaml",
            "{id: return_at, group: profile, kind: time,",
            "{id: return_at, group: profile, kind: time, topic: x,",
            "return_at: topic: unknown topic x",
        ),
        (
            CARE,
            "{MX: procuraduria,",
            "{MX: x,",
            "care.not-held: responsible: unknown authority x",
        ),
        (
            RIGHTS,
            "recommendations: [MX-6]\n    basis",
            "recommendations: [MX-6, MX-9]\n    basis",
            "rights.informed: recommendations: unknown recommendation MX-9",
        ),
        (
            RIGHTS,
            "instrument: CRC",
            "instrument: X",
            "rights.informed: basis: unknown instrument X",
        ),
        (
            RIGHTS,
            "{from: encounter_at",
            "{from: birth_date",
            "rights.informed: clocks: birth_date is no time that is known of a case",
        ),
        (
            RIGHTS,
            "    basis:",
            "    asks: [{fact: x}]\n    basis:",
            "rights.informed: asks: x is no fact that is recorded",
        ),
        (
            RIGHTS,
            "    basis:",
            "    asks: [{fact: is_child}]\n    basis:",
            "rights.informed: asks: is_child is no fact that is recorded",
        ),
        (
            RIGHTS,
            "    basis:",
            "    asks: [{fact: return_at, answers: [yes, maybe]}]\n    basis:",
            "rights.informed: asks: rights.informed has no answer maybe",
        ),
        (
            "gates.yaml",
            "    shut: {en: Wait., es: Espere.}\n",
            "    shut: {en: Wait., es: Espere.}\n    holds: {fact: x, value: y}\n",
            "gate.return: holds: x has no value y",
        ),
        (
            "gates.yaml",
            "    shut: {en: Wait., es: Espere.}\n",
            "    shut: {en: Wait., es: Espere.}\n    holds: {fact: stage, value: y}\n",
            "gate.return: holds: stage has no value y",
        ),
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
        (
            "recommendations.yaml",
            "indicators: [ind.rights-24h]",
            "indicators: [ind.x]",
            "MX-6: indicators: unknown indicator ind.x",
        ),
        (
            "recommendations.yaml",
            "gates: [gate.return]",
            "gates: [gate.return, gate.x]",
            "MX-6: gates: unknown gate gate.x",
        ),
        (
            "indicators.yaml",
            "recommendations: [MX-6]",
            "recommendations: [MX-9]",
            "ind.rights-24h: recommendations: unknown recommendation MX-9",
        ),
        (
            "alerts.yaml",
            "while_shut: gate.return",
            "while_shut: gate.x",
            "return_shut: while_shut: unknown gate gate.x",
        ),
        (
            "gates.yaml",
            "applies_if: {when: return_considered}",
            "applies_if: {when: x}",
            "gate.return: unknown condition x",
        ),
        (
            "gates.yaml",
            "opens_if: {no_gap: [critical, high]}",
            "opens_if: {no_gap: [critical, x]}",
            "gate.closure: unknown severity x",
        ),
        (
            RIGHTS,
            "within: {hours: 24}",
            "within: {hours: 24}, if: {fact: x, is: y}",
            "rights.informed: unknown fact x",
        ),
        (
            CARE,
            "{fact: in_immigration_detention, is: true}",
            "{fact: x, is: true}",
            "care.not-held: unknown fact x",
        ),
        (
            "conditions.yaml",
            "{fact: is_child, is: true}",
            "{fact: x, is: true}",
            "is_child: unknown fact x",
        ),
        (
            RIGHTS,
            OWN,
            "{gate: gate.x, state: open}",
            "rights.feedback: unknown gate gate.x",
        ),
        (
            RIGHTS,
            OWN,
            "{when: x}",
            "rights.feedback: unknown condition x",
        ),
        (
            RIGHTS,
            OWN,
            "{check: counsel.assigned, answered: [yes, maybe]}",
            "rights.feedback: counsel.assigned has no answer maybe",
        ),
        (
            RIGHTS,
            OWN,
            "{check: x, answered: [yes]}",
            "rights.feedback: unknown check x",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: stage, from: x}",
            "rights.feedback: stage has no value x",
        ),
        (
            RIGHTS,
            OWN,
            "{fact: decisions_considered, includes: x}",
            "rights.feedback: decisions_considered has no value x",
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
