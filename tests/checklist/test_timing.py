"""When time alone may change what came out: just before that moment nothing does, and after it something may."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.loading import load_register
from intake.checklist.register import Register
from intake.checklist.timing import changes_at
from intake.resources import resource_dir

NOON = "2026-11-10T12:00:00-06:00"


@cache
def register() -> Register:
    return load_register(resource_dir("rules"))


def judge(as_of: str | dt.datetime, **parts: Any) -> Evaluation:
    moment = as_of if isinstance(as_of, str) else as_of.isoformat()
    return evaluate_case(register(), read_case(register(), {"as_of": moment, **parts}))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        # held at the border: 72 hours, then it is detention
        (
            {"custody": "cbp", "custody_since": "2026-11-09T09:00:00-06:00", "country": "US"},
            "2026-11-12T09:00:01-06:00",
        ),
        # held elsewhere, or nobody knows since when: no hour makes a difference
        ({"custody": "orr", "custody_since": "2026-11-09T09:00:00-06:00", "country": "US"}, None),
        ({"custody": "cbp", "country": "US"}, None),
        # the 18th birthday, at midnight where the case is kept
        ({"birth_date": "2008-11-20", "country": "US", "custody": "orr"}, "2026-11-20T00:00:00-06:00"),
        ({"birth_date": "2008-02-29", "country": "US", "custody": "orr"}, None),
        # a return's date
        ({"return_at": "2026-11-15T08:00:00-06:00"}, "2026-11-15T08:00:00-06:00"),
        # the first of the deadlines that run from the first contact
        ({"encounter_at": "2026-11-10T11:00:00-06:00", "country": "MX"}, "2026-11-11T11:00:01-06:00"),
        # nothing is waited for
        ({"country": "MX"}, None),
    ],
)  # fmt: skip
def test_the_moment_is_foreseen(profile: dict[str, Any], expected: str | None) -> None:
    found = changes_at(judge(NOON, profile=profile))
    assert found == (dt.datetime.fromisoformat(expected) if expected else None)


def test_holding_at_the_border_becomes_detention_whatever_was_answered() -> None:
    case: dict[str, Any] = {
        "profile": {
            "custody": "cbp",
            "custody_since": "2026-11-09T09:00:00-06:00",
            "country": "US",
            "age": 14,
        },
        "answers": {"non-detention.not-held": "yes"},
    }
    before = judge(NOON, **case)
    assert not before.findings["non-detention.not-held"].open
    moment = changes_at(before)
    assert moment == dt.datetime.fromisoformat("2026-11-12T09:00:01-06:00")
    assert judge(moment, **case).findings["non-detention.not-held"].status == "gap"


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    case = {"birth_date": "2008-02-29", "country": "US", "custody": "orr"}
    before = judge("2026-02-10T12:00:00-06:00", profile=case)
    moment = changes_at(before)
    assert moment == dt.datetime.fromisoformat("2026-03-01T00:00:00-06:00")
    assert judge(moment - dt.timedelta(seconds=1), profile=case).case.fact("is_child") is True
    assert judge(moment, profile=case).case.fact("is_child") is False


def outcome(found: Evaluation) -> Any:
    contract = found.as_contract()
    del contract["as_of"]
    return contract


def test_nothing_changes_before_the_foreseen_moment() -> None:
    case = {
        "country": "MX",
        "encounter_at": "2026-11-01T09:00:00-06:00",
        "custody": "inm",
        "custody_since": "2026-11-01T09:00:00-06:00",
        "birth_date": "2008-12-01",
        "asylum_applied_at": "2026-11-05T09:00:00-06:00",
        "return_at": "2026-12-20T09:00:00-06:00",
        "accompaniment": "unaccompanied",
    }
    moment: dt.datetime | None = dt.datetime.fromisoformat("2026-11-01T09:00:00-06:00")
    steps = 0
    while moment is not None and steps < 40:
        here = judge(moment, profile=case)
        following = changes_at(here)
        if following is not None:
            assert following > moment
            assert outcome(judge(following - dt.timedelta(seconds=1), profile=case)) == outcome(
                here
            )
        moment, steps = following, steps + 1
    assert moment is None
    assert steps > 8
