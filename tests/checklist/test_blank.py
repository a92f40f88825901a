"""Which checks a blank sheet asks: nothing that could still apply is ever left out."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.checklist.blank import BlankSheet
from intake.checklist.case_input import CaseInput
from intake.checklist.conditions import FactIs, GateIs, Known
from intake.checklist.loading import load_register
from intake.checklist.parts import NamedCondition, Text
from intake.checklist.register import Register
from intake.checklist.world import CaseWorld
from intake.resources import resource_dir
from tests.documents.sample import check, fact, register
from tests.examples import FAST

REAL = load_register(resource_dir("rules"))


def ids(sheet: BlankSheet) -> set[str]:
    return {one.id for one in sheet.checks()}


def ask(applies_if: Any, **known: str) -> Any:
    """Whether a check with that condition may apply on a sheet for a child of whom this is known."""
    asked = check("a.b", applies_if=applies_if)
    return BlankSheet(register((asked, check("a.c"))), **known).may_apply(asked)


def test_without_anything_known_the_real_sheet_asks_everything() -> None:
    assert ids(BlankSheet(REAL)) == set(REAL.checks)


def test_a_country_leaves_out_what_is_the_other_ones() -> None:
    mexico, states = ids(BlankSheet(REAL, "MX")), ids(BlankSheet(REAL, "US"))
    assert "ruta.rights-diagnosis" in mexico - states
    assert "counsel.coadyuvancia" in mexico - states
    assert mexico | states == set(REAL.checks)


def test_a_stage_leaves_out_what_comes_later() -> None:
    early = ids(BlankSheet(REAL, stage="identification"))
    assert "participation.views-recorded" not in early
    assert "participation.views-recorded" in ids(BlankSheet(REAL, stage="assessment"))


def test_absence_is_no_answer_on_a_blank_sheet() -> None:
    given_ = FactIs.model_validate({"fact": "encounter_at", "given": True})
    assert ask(Known(known=given_)) is None
    assert ask(GateIs(gate="gate.return", state="breached")) is None


def test_a_condition_with_a_name_is_looked_into() -> None:
    mexico = FactIs.model_validate({"fact": "country", "is": "MX"})
    named = NamedCondition.model_validate(
        {"id": "in_mexico", "is": mexico, "because": {"yes": Text(en="-", es="-")}}
    )
    asked = check("a.b", applies_if={"when": "in_mexico"})
    kept = dataclasses.replace(register((asked,)), conditions={"in_mexico": named})
    assert BlankSheet(kept, "MX").may_apply(asked) is True
    assert BlankSheet(kept, "US").may_apply(asked) is False
    assert BlankSheet(kept).may_apply(asked) is None


@pytest.mark.parametrize(
    ("node", "country", "expected"),
    [
        ({"fact": "country", "is": "MX"}, "MX", True),
        ({"fact": "country", "is": "MX"}, "US", False),
        ({"not": {"fact": "country", "is": "MX"}}, "US", True),
        ({"not": {"fact": "stage", "given": True}}, "US", None),
        ({"all": ({"fact": "country", "is": "MX"}, {"fact": "stage", "given": True})}, "MX", None),
        ({"all": ({"fact": "country", "is": "MX"}, {"fact": "stage", "given": True})}, "US", False),
        ({"any": ({"fact": "country", "is": "MX"}, {"fact": "stage", "given": True})}, "MX", True),
        ({"any": ({"fact": "country", "is": "MX"}, {"fact": "stage", "given": True})}, "US", None),
        ({"check": "a.c", "answered": ("yes",)}, "MX", None),
        ({"check": "a.c", "status": "satisfied"}, "MX", None),
        ({"recorded": "a.c"}, "MX", None),
        ({"approval": "bid"}, "MX", None),
        ({"no_gap": ("critical",)}, "MX", None),
        ({"elapsed": {"since": "encounter_at", "days": 3}}, "MX", None),
    ],
)
def test_what_is_not_known_yet_stays_open(node: Any, country: str, expected: Any) -> None:
    assert ask(node, country=country) is expected


def test_the_answer_to_a_check_that_is_not_asked_rules_out_what_hangs_on_it() -> None:
    first = check("a.b", applies_if={"fact": "country", "is": "MX"})
    second = check("a.c", applies_if={"check": "a.b", "answered": ("yes",)})
    sheet = BlankSheet(register((first, second)), "US")
    assert [one.id for one in sheet.checks()] == []
    assert [one.id for one in BlankSheet(sheet.register, "MX").checks()] == ["a.b", "a.c"]


def test_a_child_is_presumed_and_nothing_else_is() -> None:
    facts = {
        name: fact(name, "derived", "flag") for name in ("is_child", "age_in_doubt", "contiguous")
    }
    for name, expected in (("is_child", True), ("age_in_doubt", None), ("contiguous", None)):
        asked = check("a.b", applies_if={"fact": name, "is": True})
        made = register((asked,))
        kept = dataclasses.replace(made, facts=made.facts | facts)
        assert BlankSheet(kept).may_apply(asked) is expected


def test_the_clock_of_the_country_is_told_and_no_other() -> None:
    notified = REAL.checks["identification.authority-notified"]
    for country, hours in (("MX", 24), ("US", 48)):
        ((clock, certain),) = BlankSheet(REAL, country).clocks(notified)
        assert (clock.within.hours, certain) == (hours, True)
    assert len(list(BlankSheet(REAL).clocks(notified))) == 2


VALUES = {
    "country": ["MX", "US"],
    "stage": list(REAL.facts["stage"].values),
    "accompaniment": list(REAL.facts["accompaniment"].values),
    "custody": list(REAL.facts["custody"].values),
    "nationality": ["MX", "HN", "CA"],
    "gbv_disclosed": [True, False],
    "entry_sought": [True, False],
    "wishes_asylum": [True, False],
    "recognised_refugee": [True, False],
    "decisions_considered": [(), ("return",), ("transfer_us", "stay")],
    "bid_started_at": [datetime(2026, 11, 3, tzinfo=UTC)],
    "bid_decided_at": [datetime(2026, 11, 9, tzinfo=UTC)],
    "encounter_at": [datetime(2026, 10, 2, tzinfo=UTC)],
}


@FAST
@given(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in VALUES.items()}))
def test_no_check_that_applies_to_some_child_is_missing_from_its_sheet(facts: Any) -> None:
    case = CaseWorld(REAL, CaseInput(datetime(2026, 11, 20, tzinfo=UTC), facts))
    applying = {check_id for check_id in REAL.checks if case.applies(check_id) is True}
    sheets = [{}, {"country": facts.get("country")}, {"stage": facts.get("stage")}]
    for known in sheets:
        assert applying <= ids(BlankSheet(REAL, **known))


def test_a_register_of_somebody_else_is_asked_as_it_stands(small: Register) -> None:
    assert ids(BlankSheet(small)) == set(small.checks)
