"""Whole cases of fictional children, kept as data: what each case is, and what must come out."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import evaluate_case
from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.resources import resource_dir

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.json"))
KEYS = {"gaps", "not_gaps", "gates", "blocked", "findings", "alerts", "no_alerts"}


@cache
def register() -> Register:
    return load_register(resource_dir("rules"))


def scenario(name: str) -> Any:
    path = Path(__file__).parent / "scenarios" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def outcome(case: Any) -> dict[str, Any]:
    return evaluate_case(register(), read_case(register(), case)).as_contract()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_case_comes_out_as_its_scenario_says(path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    assert set(told) == {"about", "case", "expect"}
    expect = told["expect"]
    assert set(expect) <= KEYS
    found = outcome(told["case"])
    findings = {finding["check"]: finding for finding in found["findings"]}
    alerts = {raised["alert"] for raised in found["alerts"]}
    assert set(expect.get("gaps", [])) <= set(found["gaps"])
    assert not set(expect.get("not_gaps", [])) & set(found["gaps"])
    for gate, state in expect.get("gates", {}).items():
        assert state == {key: found["gates"][gate][key] for key in state}
    for gate, blockers in expect.get("blocked", {}).items():
        assert set(blockers) <= set(found["gates"][gate]["blocked_by"])
    for check, finding in expect.get("findings", {}).items():
        assert finding == {key: findings[check][key] for key in finding}, check
    assert set(expect.get("alerts", [])) <= alerts
    assert not set(expect.get("no_alerts", [])) & alerts


RETURN_NEEDS = [
    *("return.bid-before", "return.no-refoulement", "return.no-pending", "return.reception"),
    *("return.voluntary-informed", "bid.competent-authority", "bid.options-mx", "bid.options-us"),
    *("bid.options-third", "bid.child-views", "bid.reasoned", "bid.notified-appeal"),
    *("counsel.assigned", "rights.informed", "rights.language", "participation.heard"),
    "asylum.screened",
]
TRANSFER_NEEDS = [
    *("transfer.bid-finding", "transfer.safe-handover", "bid.competent-authority"),
    *("bid.child-views", "bid.reasoned", "counsel.assigned", "coordination.counterpart-contacted"),
]
NEEDS = [
    *(("return-open", "return", check) for check in RETURN_NEEDS),
    *(("transfer-open", "transfer-us", check) for check in TRANSFER_NEEDS),
    *(("placement-open", "placement", check) for check in ("non-detention.not-held", "care.safe")),
]


@pytest.mark.parametrize("answer", ["unknown", "partly", "no", "not_applicable", None])
@pytest.mark.parametrize(("name", "gate", "check"), NEEDS)
def test_each_single_reason_shuts_the_gate_and_is_named(
    name: str, gate: str, check: str, answer: str | None
) -> None:
    case = copy.deepcopy(scenario(name)["case"])
    del case["answers"][check]
    if answer is not None:
        case["answers"][check] = {"value": answer, "reason": "Nobody wrote it down."}
    found = outcome(case)["gates"][gate]
    assert found["applies"] is True
    assert found["open"] is False
    assert check in found["blocked_by"]


@pytest.mark.parametrize(
    ("name", "gate", "outcomes"),
    [
        ("return-open", "return", ["stay", "transfer_us", "third_country", "reunification", None]),
        (
            "transfer-open",
            "transfer-us",
            ["stay", "return", "third_country", "reunification", None],
        ),
    ],
)
def test_another_outcome_or_none_shuts_the_gate(
    name: str, gate: str, outcomes: list[str | None]
) -> None:
    for value in outcomes:
        case = copy.deepcopy(scenario(name)["case"])
        del case["answers"]["bid.outcome"]
        if value is not None:
            case["answers"]["bid.outcome"] = value
        found = outcome(case)["gates"][gate]
        assert (found["open"], found["blocked_by"]) == (False, ["bid.outcome"]), value


@pytest.mark.parametrize(
    ("name", "gate"), [("return-open", "return"), ("transfer-open", "transfer-us")]
)
@pytest.mark.parametrize("approvals", [{}, {"bid": False}])
def test_a_decision_waits_for_the_supervisor(
    name: str, gate: str, approvals: dict[str, bool]
) -> None:
    case = {**scenario(name)["case"], "approvals": approvals}
    found = outcome(case)["gates"][gate]
    assert (found["open"], found["blocked_by"]) == (False, ["approvals.bid"])
