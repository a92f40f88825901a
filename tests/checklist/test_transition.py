"""What differs between two evaluations of one case."""

from __future__ import annotations

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
