"""What is embedded says no more than what is printed may say."""

from __future__ import annotations

import json

from intake.issuing.records import part_of_record
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk
from tests.issuing.conftest import NUMBER
from tests.services.conftest import find


def test_a_part_tells_of_nothing_else(here: Desk) -> None:
    evaluation = evaluate_file(open_file(here, find(here, NUMBER)))
    whole = evaluation.as_contract("es")
    shown = {"rights.informed", "counsel.assigned", "gbv.services"}
    part = part_of_record(evaluation, "es", shown, {"gate.return"})
    assert set(part) == {"register", "as_of", "findings", "gaps", "gates"}
    assert {found["check"] for found in part["findings"]} <= shown
    assert all(found in whole["findings"] for found in part["findings"])
    assert part["gaps"] == [name for name in whole["gaps"] if name in shown]
    assert set(part["gates"]) <= {"return"}
    assert all(set(state["blocked_by"]) <= shown for state in part["gates"].values())
    text = json.dumps(part)
    others = {check for check in evaluation.findings if check not in shown}
    assert not [name for name in others if f'"{name}"' in text]
    applying = [found for found in whole["findings"] if found["status"] == "not_applicable"]
    assert applying and not [one for one in part["findings"] if one in applying]


def test_a_gate_that_is_not_there_is_no_error(here: Desk) -> None:
    evaluation = evaluate_file(open_file(here, find(here, NUMBER)))
    assert part_of_record(evaluation, "en", (), {"gate.unknown"})["gates"] == {}
