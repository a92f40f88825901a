"""What the rest of the house asks the register."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from intake.checklist.loading import content_hash, load_register
from intake.checklist.parts import Text
from intake.checklist.reading import read_files
from intake.checklist.register import Register

SMALL = Path(__file__).parent / "rules_small"


def test_it_is_the_one_that_its_files_hold() -> None:
    small = load_register(SMALL)
    assert small.version == "test"
    assert small.sha256 == content_hash(read_files(SMALL))
    assert len(small.sha256) == 64
    assert small.title == Text(en="A small fictional register", es="Un registro ficticio pequeño")
    assert [section.id for section in small.sections] == ["rights", "counsel", "care"]
    assert set(small.words) >= {"answer_yes", "due_by"}
    assert small.words["answer_yes"] == Text(en="Yes", es="Sí")
    assert [alert.id for alert in small.alerts] == ["detained", "late", "return_shut"]
    assert {"CRC"} == set(small.instruments)
    assert {"procuraduria", "orr"} == set(small.authorities)
    assert {"MX-6"} == set(small.recommendations)
    assert {"ind.rights-24h"} == set(small.indicators)


def test_a_text_is_given_in_the_language_that_is_asked_for() -> None:
    text = Text(en="Yes", es="Sí")
    assert (text["en"], text["es"], text["fr"]) == ("Yes", "Sí", "Sí")


def test_checks_stand_in_working_order_in_their_sections(small: Register) -> None:
    assert list(small.order.values()) == list(range(len(small.checks)))
    assert small.order["rights.informed"] == 0
    assert small.section_of["care.violation"].id == "care"
    section = small.section("counsel")
    assert section is not None
    assert section.id == "counsel"
    assert small.section("nothing") is None


def test_a_choice_is_found_by_its_value(small: Register) -> None:
    country = small.facts["country"]
    assert country.values == ("MX", "US")
    assert country.choice("US") is country.choices[1]
    assert country.choice("FR") is None
    assert country.choice(None) is None
    outcome = small.checks["care.outcome"]
    assert outcome.values == ("stay", "return")
    assert outcome.choice("return") is outcome.choices[1]
    assert outcome.choice("fly") is None
    assert small.checks["counsel.note"].values == ()
    assert small.checks["counsel.met_on"].values == ()


def test_a_recommendation_knows_the_checks_that_carry_it_out(small: Register) -> None:
    found = [check.id for check in small.checks_of(small.recommendations["MX-6"])]
    assert {"rights.informed", "counsel.assigned"} <= set(found)


def test_checks_know_the_gates_that_wait_for_them(small: Register) -> None:
    def gates(*ids: str) -> list[str]:
        return [gate.id for gate in small.gates_of(small.checks[name] for name in ids)]

    assert gates("counsel.assigned") == ["gate.return"]
    assert gates("care.gbv-services", "rights.informed") == ["gate.return", "gate.placement"]
    # a gate that waits for whatever is grave names no check
    assert gates("care.violation") == []
    assert gates() == []


def test_a_phrase_is_said_with_its_places_filled(small: Register) -> None:
    assert small.say("answer_yes", "es") == "Sí"
    assert small.say("span_hours", "en", n=24) == "24 h after"
    assert small.say("span_hours", "en") == "{n} h after"


def test_a_gate_is_named_in_the_contract_without_its_prefix(small: Register) -> None:
    assert [gate.key for gate in small.gates.values()] == ["return", "placement", "closure"]


def test_the_parts_cannot_be_changed(small: Register) -> None:
    with pytest.raises(ValidationError):
        small.checks["rights.informed"].severity = "low"  # type: ignore[misc]
