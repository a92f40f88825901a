"""Findings, gaps, gates, alerts and progress over the small fictional register."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.loading import load_register

SMALL = Path(__file__).parent / "rules_small"

Judge = Callable[..., Evaluation]

CONTACT = "2026-11-09T12:00:00-06:00"
OPEN_RETURN: dict[str, Any] = {
    "profile": {"age": 15, "decisions_considered": ["return"]},
    "answers": {"rights.informed": "yes", "counsel.assigned": "yes", "care.outcome": "return"},
    "approvals": {"bid": True},
}


def status(evaluation: Evaluation, check: str) -> str:
    return evaluation.findings[check].status


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", "satisfied"),
        ("partly", "gap"),
        ("no", "gap"),
        ("unknown", "gap"),
        ({"value": "not_applicable", "reason": "born here"}, "not_applicable"),
    ],
)
def test_the_answer_decides_the_status(judge: Judge, answer: Any, expected: str) -> None:
    assert status(judge(answers={"rights.informed": answer}), "rights.informed") == expected


def test_what_applies_and_is_not_answered_is_missing(judge: Judge) -> None:
    assert status(judge(), "rights.informed") == "missing"


def test_what_may_apply_is_pending_even_when_it_is_answered(judge: Judge) -> None:
    for answers in ({}, {"rights.consular": "no"}):
        assert status(judge(answers=answers), "rights.consular") == "pending"


def test_what_does_not_apply_is_no_gap_whatever_was_answered(judge: Judge) -> None:
    found = judge(profile={"country": "MX", "nationality": "MX"}, answers={"rights.consular": "no"})
    assert status(found, "rights.consular") == "not_applicable"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("yes", "gap"), ("partly", "gap"), ("no", "satisfied"), ("unknown", "gap")],
)
def test_a_check_may_turn_yes_into_the_gap(judge: Judge, answer: str, expected: str) -> None:
    assert status(judge(answers={"care.violation": answer}), "care.violation") == expected


def test_a_yes_that_the_custody_contradicts_is_a_gap(judge: Judge) -> None:
    answers = {"care.not-held": "yes"}
    assert status(judge(profile={"custody": "inm"}, answers=answers), "care.not-held") == "gap"
    assert (
        status(judge(profile={"custody": "dif"}, answers=answers), "care.not-held") == "satisfied"
    )
    assert status(judge(profile={"custody": "inm"}), "care.not-held") == "gap"


@pytest.mark.parametrize(("hours", "detained"), [(71, False), (72, False), (73, True)])
def test_border_custody_is_detention_after_72_hours(
    judge: Judge, hours: int, detained: bool
) -> None:
    day, hour = divmod(hours, 24)
    found = judge(
        as_of=f"2026-11-{1 + day:02}T{hour:02}:00:00Z",
        profile={"custody": "cbp", "custody_since": "2026-11-01T00:00:00Z"},
        answers={"care.not-held": "yes"},
    )
    assert status(found, "care.not-held") == ("gap" if detained else "satisfied")
    assert found.findings["care.not-held"].overdue is detained
    assert ("detained" in [raised.alert.id for raised in found.alerts]) is detained


def test_gaps_stand_worst_first(judge: Judge) -> None:
    found = judge(
        profile={
            "age": 15,
            "country": "MX",
            "nationality": "HN",
            "stage": "determination",
            "encounter_at": CONTACT,
            "custody": "dif",
            "custody_since": "2026-11-10T11:00:00-06:00",
        },
        answers={
            "rights.feedback": "no",
            "counsel.chosen": "no",
            "care.violation": "yes",
            "rights.consular": "no",
            "rights.informed": "no",
            "counsel.assigned": "partly",
            "care.not-held": "no",
        },
    )
    assert [finding.check.id for finding in found.gaps] == [
        "care.not-held",  # critical and overdue
        "rights.informed",  # critical, due now
        "counsel.assigned",  # critical, due later
        "rights.consular",  # high, in working order
        "care.violation",
        "counsel.chosen",
        "rights.feedback",
    ]


@pytest.mark.parametrize(
    ("as_of", "overdue"),
    [
        ("2026-11-10T11:59:59-06:00", False),
        ("2026-11-10T12:00:00-06:00", False),
        ("2026-11-10T12:00:01-06:00", True),
        ("2026-11-10T18:00:01Z", True),
        ("2026-11-10T18:00:00Z", False),
    ],
)
def test_a_clock_is_overdue_just_after_its_due_time(
    judge: Judge, as_of: str, overdue: bool
) -> None:
    for answers in ({}, {"rights.informed": "no"}):
        found = judge(as_of=as_of, profile={"encounter_at": CONTACT}, answers=answers)
        assert found.findings["rights.informed"].overdue is overdue
    done = judge(as_of=as_of, profile={"encounter_at": CONTACT}, answers={"rights.informed": "yes"})
    assert not done.findings["rights.informed"].overdue


def test_the_first_clock_that_applies_counts_and_an_unknown_one_is_not_skipped(
    judge: Judge,
) -> None:
    def due(**profile: Any) -> str | None:
        found = judge(profile={"encounter_at": CONTACT, **profile}).findings["counsel.assigned"]
        return found.due.isoformat() if found.due else None

    assert due(country="US") == "2026-11-11T12:00:00-06:00"
    assert due(country="MX") == "2026-11-12T12:00:00-06:00"
    assert due() is None


def test_a_clock_without_its_event_has_no_due_time(judge: Judge) -> None:
    finding = judge(profile={"country": "MX"}).findings["counsel.assigned"]
    assert finding.due is None
    assert not finding.overdue


def test_the_return_gate_opens_when_every_part_is_known(judge: Judge) -> None:
    gate = judge(**OPEN_RETURN).gates["gate.return"]
    assert (gate.applies, gate.open, gate.blocked_by) == (True, True, ())


@pytest.mark.parametrize(
    "answer",
    ["unknown", "partly", "no", None, {"value": "not_applicable", "reason": "none"}],
)
@pytest.mark.parametrize("check", ["rights.informed", "counsel.assigned"])
def test_one_part_that_is_not_satisfied_shuts_the_gate(
    judge: Judge, check: str, answer: Any
) -> None:
    answers = {**OPEN_RETURN["answers"], check: answer}
    if answer is None:
        del answers[check]
    gate = judge(**{**OPEN_RETURN, "answers": answers}).gates["gate.return"]
    assert (gate.open, gate.blocked_by) == (False, (check,))


def test_a_gate_waits_for_the_supervisor_and_for_the_outcome(judge: Judge) -> None:
    gate = judge(**{**OPEN_RETURN, "approvals": {"bid": False}}).gates["gate.return"]
    assert (gate.open, gate.blocked_by) == (False, ("approvals.bid",))
    answers = {**OPEN_RETURN["answers"], "care.outcome": "stay"}
    gate = judge(**{**OPEN_RETURN, "answers": answers}).gates["gate.return"]
    assert (gate.open, gate.blocked_by) == (False, ("care.outcome",))


def test_a_gate_that_does_not_apply_is_neither_open_nor_blocked(judge: Judge) -> None:
    gate = judge(profile={"decisions_considered": ["stay"]}).gates["gate.return"]
    assert (gate.applies, gate.open, gate.blocked_by) == (False, False, ())


def test_a_gate_that_may_apply_is_shut_and_names_what_would_tell(judge: Judge) -> None:
    parts = {**OPEN_RETURN, "profile": {"age": 15}}
    gate = judge(**parts).gates["gate.return"]
    assert (gate.applies, gate.open) == (True, False)
    # whether a decision is to be recorded hangs on the same facts
    assert gate.blocked_by == ("care.outcome", "profile.decisions_considered", "profile.return_at")


def test_only_what_is_still_open_is_named_where_a_decision_may_be_considered(
    tmp_path: Path,
) -> None:
    rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    file = rules / "gates.yaml"
    text = file.read_text(encoding="utf-8")
    old = "opens_if: {no_gap: [critical, high]}"
    assert old in text
    asked = "{all: [{fact: country, is: MX}, {fact: age, is: 15}, {not: {fact: stage, is: assessment}}]}"
    opens = "opens_if: {approval: bid}"
    file.write_text(text.replace(old, f"applies_if: {asked}\n    {opens}"), encoding="utf-8")
    register = load_register(rules)
    case = {"as_of": "2026-11-10T12:00:00-06:00", "profile": {"country": "MX"}}
    gate = evaluate_case(register, read_case(register, case)).gates["gate.closure"]
    assert (gate.applies, gate.open) == (True, False)
    assert gate.blocked_by == ("approvals.bid", "profile.age", "profile.stage")


def test_an_answer_that_unknown_facts_may_contradict_opens_no_gate(judge: Judge) -> None:
    found = judge(profile={"custody": "cbp"}, answers={"care.not-held": "yes"})
    assert status(found, "care.not-held") == "satisfied"
    assert found.gates["gate.placement"].blocked_by == ("care.not-held",)
    assert not found.gates["gate.placement"].open


def test_a_settled_part_may_not_apply(judge: Judge) -> None:
    found = judge(profile={"custody": "dif"}, answers={"care.not-held": "yes"})
    assert found.gates["gate.placement"].open
    found = judge(
        profile={"custody": "dif"},
        answers={"care.not-held": "yes"},
        events={"gbv_disclosed_at": CONTACT},
    )
    assert found.gates["gate.placement"].blocked_by == ("care.gbv-services",)


def test_closure_waits_for_every_grave_check_that_is_open_or_may_apply(judge: Judge) -> None:
    answers = {
        "rights.informed": "yes",
        "counsel.assigned": "yes",
        "care.not-held": "yes",
        "care.violation": "no",
    }
    profile = {"age": 15, "custody": "dif"}
    gate = judge(profile=profile, answers=answers).gates["gate.closure"]
    assert (gate.open, gate.blocked_by) == (False, ("rights.consular",))
    known = {**profile, "country": "MX", "nationality": "MX"}
    assert judge(profile=known, answers=answers).gates["gate.closure"].open
    answered = {**answers, "rights.consular": "yes"}
    assert judge(profile=profile, answers=answered).gates["gate.closure"].open


def test_an_overdue_critical_check_alerts_and_is_named(judge: Judge) -> None:
    found = judge(as_of="2026-11-11T12:00:00-06:00", profile={"encounter_at": CONTACT})
    late = next(raised for raised in found.alerts if raised.alert.id == "late")
    assert late.checks == ("rights.informed",)


def test_a_return_with_a_date_while_its_gate_is_shut_alerts(judge: Judge) -> None:
    at = {"return_at": "2026-12-01T10:00:00-06:00"}
    shut = judge(profile=at)
    raised = next(raised for raised in shut.alerts if raised.alert.id == "return_shut")
    assert raised.checks == shut.gates["gate.return"].blocked_by
    profile = {**OPEN_RETURN["profile"], **at}
    assert not judge(**{**OPEN_RETURN, "profile": profile}).alerts


def test_progress_counts_what_applies_and_what_of_it_is_answered(judge: Judge) -> None:
    found = judge(profile={"age": 40}, answers={"rights.informed": "no", "rights.feedback": "no"})
    assert (found.progress.applicable, found.progress.answered) == (4, 1)
    rights = found.progress_of("rights")
    assert (rights.applicable, rights.answered) == (1, 1)
    assert found.progress_of("nothing").applicable == 0


def test_the_contract_names_every_check_and_gate(judge: Judge) -> None:
    found = judge(**OPEN_RETURN)
    output = found.as_contract("es")
    assert set(output) == {
        *("register", "as_of", "findings", "gaps", "gates", "alerts", "progress"),
    }
    assert [part["check"] for part in output["findings"]] == list(found.register.checks)
    assert set(output["gates"]) == {"return", "placement", "closure"}
    first = output["findings"][0]
    assert first["basis"] == [{"instrument": "CRC", "article": "12", "reviewed": False}]
    assert first["action"] == "Infórmele."


def test_the_contract_says_all_of_a_finding(judge: Judge) -> None:
    found = judge(
        as_of="2026-11-10T12:00:01-06:00",
        profile={"encounter_at": CONTACT, "decisions_considered": ["return"]},
        answers={"rights.informed": "no"},
    )
    output = found.as_contract()
    assert output["register"] == {
        "version": found.register.version,
        "sha256": found.register.sha256,
    }
    assert output["as_of"] == "2026-11-10T12:00:01-06:00"
    assert output["findings"][0] == {
        "check": "rights.informed",
        "status": "gap",
        "severity": "critical",
        "due": "2026-11-10T12:00:00-06:00",
        "overdue": True,
        "recommendations": ["MX-6"],
        "basis": [{"instrument": "CRC", "article": "12", "reviewed": False}],
        "action": "Tell the child.",
    }
    outcome = output["findings"][-1]
    assert (outcome["check"], outcome["severity"], outcome["due"]) == ("care.outcome", None, None)
    assert output["gaps"] == ["rights.informed"]
    assert output["gates"]["return"]["blocked_by"] == [
        *("rights.informed", "counsel.assigned", "care.outcome", "approvals.bid"),
    ]
    assert output["alerts"] == [{"alert": "late", "checks": ["rights.informed"]}]
    assert output["progress"] == {"applicable": 6, "answered": 1}
    assert found.as_contract("es")["findings"][0]["action"] == "Infórmele."


def test_a_finding_knows_its_answer_its_clock_and_whether_it_is_open(judge: Judge) -> None:
    found = judge(profile={"encounter_at": CONTACT}, answers={"rights.informed": "no"})
    finding = found.findings["rights.informed"]
    assert finding.answer is not None
    assert finding.answer.value == "no"
    assert finding.clock is finding.check.clocks[0]
    assert finding.open
    assert found.findings["counsel.assigned"].open
    assert not found.findings["rights.consular"].open
    assert not judge(answers={"rights.informed": "yes"}).findings["rights.informed"].open


def test_gaps_without_a_due_time_stand_after_those_with_one(judge: Judge) -> None:
    found = judge(
        profile={"custody": "dif", "custody_since": "2027-01-01T00:00:00Z"},
        answers={"rights.informed": "no", "care.not-held": "no"},
    )
    assert [gap.check.id for gap in found.gaps] == ["care.not-held", "rights.informed"]


@pytest.mark.parametrize(
    ("condition", "blocker"),
    [
        ("{recorded: counsel.note}", "counsel.note"),
        ("{elapsed: {since: encounter_at, days: 1}}", "profile.encounter_at"),
        ("{fact: country, is: MX}", "profile.country"),
        ("{when: counsel_assigned}", "counsel.assigned"),
        ("{when: return_considered}", "profile.decisions_considered"),
        ("{approval: bid}", "approvals.bid"),
        ("{check: counsel.chosen, answered: [yes]}", "counsel.chosen"),
        ("{gate: gate.placement, state: open}", "gate.placement"),
    ],
)
def test_each_kind_of_condition_is_named_when_it_shuts_a_gate(
    tmp_path: Path, condition: str, blocker: str
) -> None:
    rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    text = (rules / "gates.yaml").read_text(encoding="utf-8")
    old = "opens_if: {no_gap: [critical, high]}"
    assert old in text
    (rules / "gates.yaml").write_text(text.replace(old, f"opens_if: {condition}"))
    register = load_register(rules)
    case = read_case(register, {"as_of": "2026-11-10T12:00:00-06:00"})
    gate = evaluate_case(register, case).gates["gate.closure"]
    assert (gate.applies, gate.open) == (True, False)
    assert blocker in gate.blocked_by


def test_a_condition_inside_a_condition_is_named_by_what_it_rests_on(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(SMALL, tmp_path / "rules"))
    for name, old, new in (
        (
            "conditions.yaml",
            "{fact: decisions_considered, includes: return}",
            "{when: counsel_assigned}",
        ),
        (
            "gates.yaml",
            "opens_if: {no_gap: [critical, high]}",
            "opens_if: {when: return_considered}",
        ),
    ):
        text = (rules / name).read_text(encoding="utf-8")
        assert old in text
        (rules / name).write_text(text.replace(old, new), encoding="utf-8")
    register = load_register(rules)
    case = read_case(register, {"as_of": "2026-11-10T12:00:00-06:00"})
    gate = evaluate_case(register, case).gates["gate.closure"]
    assert gate.blocked_by == ("counsel.assigned", "profile.return_at")


def test_one_alert_that_does_not_rise_keeps_no_other_from_rising(judge: Judge) -> None:
    found = judge(
        as_of="2026-11-12T12:00:00-06:00",
        profile={"encounter_at": CONTACT, "custody": "ice", "return_at": CONTACT},
        answers={"rights.informed": "yes", "counsel.assigned": "yes"},
    )
    assert [raised.alert.id for raised in found.alerts] == ["detained", "return_shut"]
    assert found.alerts[0].checks == ()
    free = judge(
        as_of="2026-11-12T12:00:00-06:00",
        profile={"encounter_at": CONTACT, "custody": "dif", "return_at": CONTACT},
    )
    assert [raised.alert.id for raised in free.alerts] == ["late", "return_shut"]
    assert free.alerts[0].checks == ("rights.informed",)
