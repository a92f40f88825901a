"""What carries a recommendation out: whichever of the two names the other, in working order."""

from __future__ import annotations

import pytest

from intake.checklist.coverage import checks_for, indicators_for, means
from intake.checklist.parts import Recommendation
from intake.checklist.register import Register


@pytest.mark.parametrize(
    ("pattern", "check_id", "meant"),
    [
        ("rights.informed", "rights.informed", True),
        ("rights.informed", "rights.informed-again", False),
        ("rights.*", "rights.informed", True),
        ("rights.*", "right.informed", False),
        ("rights.inf*", "rights.informed", True),
        ("*", "rights.informed", True),
        ("rights.", "rights.informed", False),
    ],
)
def test_a_star_means_every_check_that_begins_so(pattern: str, check_id: str, meant: bool) -> None:
    assert means(pattern, check_id) is meant


def recommendation(small: Register, **values: object) -> Recommendation:
    return small.recommendations["MX-6"].model_copy(
        update={"id": "MX-7", "checks": (), "indicators": (), **values}
    )


def test_checks_are_found_by_name_by_star_and_by_their_own_word(small: Register) -> None:
    assert checks_for(small, recommendation(small)) == ()
    named = recommendation(small, checks=("care.outcome", "counsel.n*", "rights.feedback"))
    assert [check.id for check in checks_for(small, named)] == [
        "rights.feedback",
        "counsel.note",
        "care.outcome",
    ]
    own = recommendation(small, id="MX-6")
    assert checks_for(small, own) == tuple(small.checks.values())


def test_indicators_are_found_from_both_sides(small: Register) -> None:
    (indicator,) = small.indicators.values()
    assert indicators_for(small, recommendation(small)) == ()
    assert indicators_for(small, recommendation(small, id="MX-6")) == (indicator,)
    named = recommendation(small, indicators=("ind.rights-24h",))
    assert indicators_for(small, named) == (indicator,)
