"""What differs between two evaluations of one case."""

from __future__ import annotations

import shutil
from pathlib import Path

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import evaluate_case
from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.checklist.transition import compare
from tests.checklist.test_timing import NOON, judge

PROFILE = {"country": "MX", "age": 14, "accompaniment": "unaccompanied", "custody": "dif"}


def test_the_same_case_differs_in_nothing() -> None:
    case = judge(NOON, profile=PROFILE, answers={"rights.informed": "no"})
    assert compare(case, case).nothing


def test_gaps_that_open_and_close_are_told() -> None:
    before = judge(NOON, profile=PROFILE, answers={"rights.informed": "no"})
    after = judge(
        NOON, profile=PROFILE, answers={"rights.informed": "yes", "rights.language": "no"}
    )
    found = compare(before, after)
    assert (found.gaps_opened, found.gaps_closed) == (("rights.language",), ("rights.informed",))
    assert not found.nothing


def test_checks_that_come_and_go_are_told() -> None:
    before = judge(NOON, profile=PROFILE, answers={"counsel.assigned": "no"})
    after = judge(NOON, profile=PROFILE, answers={"counsel.assigned": "yes"})
    assert "counsel.private-access" in compare(before, after).appearing
    assert "counsel.private-access" in compare(after, before).going


def test_gates_are_told_one_by_one() -> None:
    answers = {
        "non-detention.not-held": "yes",
        "care.safe": "yes",
        "care.alternative-placed": "yes",
    }
    opened = judge(NOON, profile=PROFILE, answers=answers)
    shut = judge(NOON, profile=PROFILE, answers={**answers, "care.safe": "no"})
    worse = judge(
        NOON,
        profile=PROFILE,
        answers={**answers, "care.safe": "no", "care.alternative-placed": "no"},
    )
    assert compare(shut, opened).gates_opened == ("gate.placement",)
    assert compare(opened, shut).gates_shut == ("gate.placement",)
    assert dict(compare(shut, worse).gates_newly_blocked)["gate.placement"] == (
        "care.alternative-placed",
    )


def test_another_deadline_is_told_of_an_open_check() -> None:
    before = judge(NOON, profile=PROFILE | {"encounter_at": "2026-11-10T08:00:00-06:00"})
    after = judge(NOON, profile=PROFILE | {"encounter_at": "2026-11-10T09:00:00-06:00"})
    assert "rights.informed" in compare(before, after).deadlines


def test_another_deadline_of_a_check_that_is_done_is_not_told() -> None:
    earlier, later = "2026-11-10T08:00:00-06:00", "2026-11-10T09:00:00-06:00"
    before = judge(
        NOON,
        profile=PROFILE | {"encounter_at": earlier},
        answers={"rights.informed": "yes"},
    )
    after = judge(
        NOON,
        profile=PROFILE | {"encounter_at": later},
        answers={"rights.informed": "yes"},
    )
    assert after.findings["rights.informed"].due != before.findings["rights.informed"].due
    assert "rights.informed" not in compare(before, after).deadlines


def test_a_gate_that_only_now_matters_is_shut_by_that() -> None:
    before = judge(NOON, profile=PROFILE | {"decisions_considered": []})
    after = judge(NOON, profile=PROFILE | {"decisions_considered": ["return"]})
    assert not before.gates["gate.return"].applies
    found = compare(before, after)
    assert "gate.return" in found.gates_shut
    assert "gate.return" not in dict(found.gates_newly_blocked)
    assert "gate.return" not in compare(after, before).gates_opened
    # and one that does not matter, before or now, is not told at all
    assert compare(before, before).gates_shut == ()


def test_another_severity_is_told_of_an_open_check(small: Register, tmp_path: Path) -> None:
    rules = Path(shutil.copytree(Path(__file__).parent / "rules_small", tmp_path / "rules"))
    file = rules / "sections" / "10-rights.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("severity: critical", "severity: high", 1), encoding="utf-8")
    changed = load_register(rules)
    for answers, told in (({}, ("rights.informed",)), ({"rights.informed": "yes"}, ())):
        case = {"as_of": NOON, "answers": answers}
        before = evaluate_case(small, read_case(small, case))
        after = evaluate_case(changed, read_case(changed, case))
        assert compare(before, after).severities == told
        assert compare(before, before).severities == ()
