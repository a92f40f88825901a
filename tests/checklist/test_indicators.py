"""What each indicator counts, child by child, and that nothing else of a child is counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import evaluate_case
from intake.checklist.indicators import (
    DIMENSIONS,
    Coded,
    Recorded,
    age_band,
    code_case,
    nationality_group,
)
from intake.checklist.steps import step_of
from intake.checklist.suppression import LEAST
from intake.checklist.tallies import changes, national_cells, team_cells
from tests.checklist.case_strategies import DOCUMENTS, opened
from tests.scenario_files import register

FIRST = dt.datetime(2026, 3, 2, 10, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("indicator_cases.yaml").read_text(encoding="utf-8")
)


def coded(
    facts: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    recorded: dict[str, dict[str, Any]] | None = None,
    held: float | None = None,
) -> Coded:
    """The child of the table with that added, as counted in September 2026."""
    profile = {"country": "MX", "age": 14, "encounter_at": FIRST.isoformat(), **(facts or {})}
    events = {
        name: profile.pop(name)
        for name in list(profile)
        if name in register().facts and register().facts[name].group == "event"
    }
    case = read_case(
        register(),
        {
            "as_of": "2026-09-01T12:00:00-06:00",
            "profile": profile,
            "events": events,
            "answers": answers or {},
        },
    )
    beside = {
        check: Recorded(
            since=FIRST + dt.timedelta(hours=kept["since"]) if "since" in kept else None,
            evidence=kept.get("evidence"),
            cause=kept.get("cause"),
            authority=kept.get("authority"),
        )
        for check, kept in (recorded or {}).items()
    }
    return code_case(evaluate_case(register(), case), beside, FIRST, held)


def of_row(row: dict[str, Any]) -> Coded:
    if row.get("open_return"):
        return _returned_lawfully()
    return coded(row.get("facts"), row.get("answers"), row.get("recorded"))


def _returned_lawfully() -> Coded:
    """A child returned with every condition met, whose return is recorded."""
    document = opened(
        "gate.return", {"as_of": "2026-09-01T12:00:00-06:00", "profile": {}, "answers": {}}
    )
    document["profile"] |= {"returned": True}
    return code_case(evaluate_case(register(), read_case(register(), document)), {}, FIRST, None)


@pytest.mark.parametrize(
    ("key", "row"), [(key, row) for key, rows in CASES.items() for row in rows]
)
def test_a_child_stands_in_the_group_that_is_said(key: str, row: dict[str, Any]) -> None:
    assert of_row(row).groups.get(key) == row["group"]


def test_every_group_of_every_measure_is_shown_by_a_child() -> None:
    shown = {
        (key.removesuffix(".procuraduria"), row["group"])
        for key, rows in CASES.items()
        for row in rows
    }
    for indicator in register().indicators.values():
        for measure in indicator.counts:
            for group in measure.group_ids:
                assert (f"{indicator.id}.{measure.id}", group) in shown
        assert indicator.counts or indicator.product


def test_times_are_told_in_steps_and_never_as_quicker_than_is_known() -> None:
    child = coded(
        {"custody": "dif"},
        answers={
            "rights.informed": "yes",
            "counsel.assigned": "yes",
            "care.alternative-placed": "yes",
        },
        recorded={
            "rights.informed": {"since": 30},
            "counsel.assigned": {"since": 900, "evidence": dt.date(2026, 3, 4)},
            "care.alternative-placed": {"since": 0, "evidence": dt.date(2026, 2, 1)},
        },
        held=50.5,
    )
    assert child.steps == {
        "ind.rights-24h.rights": 32,
        "ind.counsel-72h.counsel": 64,  # 61 h 59 min to the end of the second day after
        "ind.care-capacity.placement": 1,  # nothing takes less than no time
        "ind.detention.hours-held": 52,
    }


def test_a_child_who_was_held_stands_among_them_wherever_it_is_now() -> None:
    assert coded({"custody": "dif"}, held=5.0).groups["ind.detention.held"] == "ever"
    assert coded({"custody": "dif"}).groups["ind.detention.held"] == "rest"


def test_the_quarter_is_that_of_the_first_contact_else_of_the_opening() -> None:
    assert coded().quarter == "2026-Q1"
    assert coded({"encounter_at": "2025-12-31T23:59:00-06:00"}).quarter == "2025-Q4"
    assert coded({"encounter_at": None}).quarter == "2026-Q1"


def test_traits_are_bands_and_groups() -> None:
    child = coded(
        {
            "birth_date": "2012-03-03",
            "nationality": "GT",
            "sex": "female",
            "place": "MX-CHP",
            "custody": "dif",
        }
    )
    assert dict(zip(DIMENSIONS, child.traits, strict=True)) == {
        "state": "MX-CHP",
        "authority": "dif",
        "nationality": "gt-hn-sv",
        "age": "13-15",  # fourteen only on the day after the first contact
        "sex": "female",
    }
    assert coded().traits == ("unknown", "unknown", "unknown", "13-15", "unknown")
    assert nationality_group(register(), "AF") == "other"
    assert [age_band(age) for age in (0, 4, 5, 12, 13, 17, 18)] == [
        "0-4", "0-4", "5-9", "10-12", "13-15", "16-17", "18+",
    ]  # fmt: skip


def test_an_adult_stands_on_the_board_and_in_no_figure_of_the_country() -> None:
    adult = coded({"age": 19, "age_disputed": False})
    assert list(national_cells(adult)) == [] != list(team_cells(adult))
    disputed = coded({"age": 19, "age_disputed": True})
    assert list(national_cells(disputed)) != []


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_of_any_case_each_measure_has_at_most_one_group_and_what_is_kept_reads_back(
    document: dict[str, Any],
) -> None:
    evaluation = evaluate_case(register(), read_case(register(), document))
    child = code_case(evaluation, {}, FIRST, None)
    known = {
        f"{indicator.id}.{measure.id}": measure.group_ids
        for indicator in register().indicators.values()
        for measure in indicator.counts
    }
    for key, group in child.groups.items():
        assert group in known[key]
    assert Coded.read(child.as_json()) == child
    assert all(step == step_of(step) for step in child.steps.values())
    # added and taken away again, nothing is left
    total = changes(7, None, child)
    total.update(changes(7, child, None))
    assert set(total.values()) <= {0}
    assert set(child.gaps) == {
        f"{register().section_of[one.check.id].id}:{one.check.severity}" for one in evaluation.gaps
    }


def test_fewer_than_ten_are_never_told_of() -> None:
    assert LEAST == 10


@pytest.mark.parametrize("key", ["ind.quarterly-binational", "ind.national-dataset"])
def test_the_report_and_the_data_set_are_counted_by_their_being_published(key: str) -> None:
    assert register().indicators[key].product
