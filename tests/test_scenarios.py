"""Whole cases of fictional children, kept as data: what each case is, and what must come out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from intake.checklist.evaluation import Evaluation
from intake.checklist.reading import RulesError
from tests.scenario_files import FILES, Expected, Situation, all_situations, situations


@pytest.mark.parametrize("situation", all_situations(), ids=lambda situation: situation.name)
def test_the_case_comes_out_as_its_scenario_says(situation: Situation) -> None:
    agree(situation.evaluation(), situation.expect, situation.problem("", "does not come out"))


def agree(evaluation: Evaluation, expect: Expected, where: str) -> None:
    found = evaluation.as_contract()
    if expect.gaps is not None:
        assert found["gaps"] == expect.gaps, where
    if expect.alerts is not None:
        assert [raised["alert"] for raised in found["alerts"]] == expect.alerts, where
    for key, gate in expect.gates.items():
        stated = gate.model_dump(include=gate.model_fields_set)
        assert {name: found["gates"][key][name] for name in stated} == stated, where
    findings = {finding["check"]: finding for finding in found["findings"]}
    for check_id, finding in expect.findings.items():
        for name in finding.model_fields_set:
            assert findings[check_id][name] == getattr(finding, name), f"{where}: {check_id}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_says_all_that_comes_out_and_when(path: Path) -> None:
    told, *variants = situations(path)
    assert told.expect.gaps is not None
    assert told.expect.alerts is not None
    datetime.fromisoformat(told.case["as_of"])
    for variant in variants:
        assert variant.case != told.case, variant.problem("", "changes nothing")
        assert variant.expect.model_fields_set, variant.problem("", "expects nothing")


BROKEN = """\
child:
  name: Nadie
  story: {en: A child that nobody knows., es: Una niña que nadie conoce.}
case:
  as_of: 2026-11-20T12:00:00-06:00
  answers:
    rights.informed: yes
expect:
  gaps: []
variants:
  - because: {en: Somebody slipped., es: Alguien se equivocó.}
    change: {answers: {rights.informed: no}}
    expect: {alerts: []}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("gaps: []", "gap: []", 9, "expect.gap: Extra inputs"),
        ("es: Una niña que nadie conoce.", "fr: Une fille inconnue.", 3, "child.story.es: Field"),
        ("rights.informed: yes", "rights.informed: maybe", 7, "unknown value maybe"),
        ("rights.informed: yes", "rights.told: yes", 7, "unknown check"),
        ("rights.informed: yes", "rights.informed: {value: yes, x: 1}", 7, "unknown key"),
        ("12:00:00-06:00", "12:00:00", 5, "must be a time with its zone"),
        ("informed: no", "informed: never", 12, "unknown value never"),
        ("{answers: {rights.informed: no}}", "{profile: {age: old}}", 12, "whole number"),
        ("expect: {alerts: []}", "also_with: [none]\n    expect: {}", 13, "also_with.0: Input"),
        (
            "{answers: {rights.informed: no}}",
            "{as_of: 2026-11-21T12:00:00-06:00}\n    also_with: [partly]",
            12,
            "also_with needs a change of exactly one answer",
        ),
    ],
)
def test_a_slip_in_a_scenario_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    path = tmp_path / "nadie.yaml"
    assert old in BROKEN
    path.write_text(BROKEN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError) as refused:
        for situation in situations(path):
            situation.evaluation()
    assert refused.value.problems[0].startswith(f"{path}:{line}: ")
    assert reason in refused.value.problems[0]
