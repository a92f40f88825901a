"""A return made while its gate was shut: what comes out without a database."""

from __future__ import annotations

import pytest

from tests.checklist.test_timing import NOON, judge

PAST, FUTURE = "2026-11-09T12:00:00-06:00", "2026-11-12T12:00:00-06:00"


@pytest.mark.parametrize(
    ("profile", "breached"),
    [
        ({"return_at": PAST}, True),
        ({"return_at": NOON}, True),
        ({"returned": True}, True),
        ({"return_at": PAST, "returned": True}, True),
        ({"return_at": FUTURE}, False),
        ({"return_at": PAST, "returned": False}, False),
        ({"decisions_considered": ["return"]}, False),
        ({}, False),
    ],
)
def test_a_return_counts_as_made_once_its_date_has_passed(
    profile: dict[str, object], breached: bool
) -> None:
    found = judge(NOON, profile=profile, answers={"compliance.violation-observed": "no"})
    assert found.gates["gate.return"].breached is breached
    violation = found.findings["compliance.violation-observed"]
    assert violation.status == ("gap" if breached else "satisfied")
    alerts = {raised.alert.id for raised in found.alerts}
    assert ("returned_while_shut" in alerts) is breached


def test_the_remedys_clock_runs_from_the_return_until_the_violation_has_its_own_time() -> None:
    made = judge(NOON, profile={"return_at": PAST})
    remedy = made.findings["remedy.complaint-filed"]
    assert remedy.due is not None
    assert remedy.due.isoformat() == "2026-11-19T12:00:00-06:00"
    told = judge(
        NOON,
        profile={"return_at": PAST},
        events={"violation_observed_at": "2026-11-10T10:00:00-06:00"},
    )
    due = told.findings["remedy.complaint-filed"].due
    assert due is not None
    assert due.isoformat() == "2026-11-20T10:00:00-06:00"


def test_an_observed_violation_is_explained_by_its_answer() -> None:
    from intake.checklist.explanations import explain

    found = judge(NOON, answers={"compliance.violation-observed": "yes"})
    said = explain(found, found.findings["compliance.violation-observed"], "en").status
    assert "contradict" not in said
    contradicted = judge(
        NOON, profile={"return_at": PAST}, answers={"compliance.violation-observed": "no"}
    )
    said = explain(
        contradicted, contradicted.findings["compliance.violation-observed"], "en"
    ).status
    assert "contradict" in said


@pytest.mark.parametrize(
    ("signs", "answer", "raised"),
    [
        (True, None, True), (True, "no", True), (True, "yes", False), (True, "unknown", True),
        (False, "no", False), (False, "partly", False), (None, "no", True), (None, "partly", True),
        (None, None, False), (None, "yes", False),
    ],
)  # fmt: skip
def test_signs_of_trafficking_without_a_referral_raise_an_alert(
    signs: bool | None, answer: str | None, raised: bool
) -> None:
    found = judge(
        NOON,
        profile={} if signs is None else {"trafficking_indicators": signs},
        answers={} if answer is None else {"risk.trafficking": answer},
    )
    alerts = {one.alert.id for one in found.alerts}
    assert ("trafficking_not_referred" in alerts) is raised
