"""Where a part of the rules is asked after: every key that can name one, and what a change would move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from intake.checklist.conditions import Condition
from intake.checklist.parts import Alert, Breach, Clock
from intake.checklist.register import Register
from intake.checklist.uses import Use, conditions_in, names_in, touched_by, uses_of


def tree(value: Any) -> Any:
    return TypeAdapter[Any](Condition).validate_python(value)


@pytest.mark.parametrize(
    ("leaf", "named"),
    [
        ({"fact": "country", "is": "MX"}, (("fact", "country"),)),
        ({"elapsed": {"since": "encounter_at", "days": 1}}, (("fact", "encounter_at"),)),
        ({"check": "care.outcome", "answered": ("stay",)}, (("check", "care.outcome"),)),
        ({"recorded": "care.outcome"}, (("check", "care.outcome"),)),
        ({"when": "is_child"}, (("condition", "is_child"),)),
        ({"gate": "gate.return", "state": "shut"}, (("gate", "gate.return"),)),
        (
            {"no_gap": ("low", "medium")},
            (("check", "rights.feedback"), ("check", "counsel.chosen")),
        ),
        ({"approval": "bid"}, ()),
    ],
)
def test_each_kind_of_leaf_asks_after_its_own_kind_of_part(
    small: Register, leaf: dict[str, Any], named: tuple[Any, ...]
) -> None:
    assert names_in(small, tree(leaf)) == named


MARK = tree({"fact": "age_disputed", "is": True})


def marked(small: Register) -> Register:
    """The small register with the same question in every key that takes a condition."""
    section = small.sections[2]
    clock = Clock.model_validate({"from": "encounter_at", "within": {"hours": 1}})
    check = section.checks[0].model_copy(
        update={
            "applies_if": MARK,
            "gap_if": MARK,
            "clocks": (clock, clock.model_copy(update={"if_": MARK})),
        }
    )
    breach = Breach.model_validate(
        {
            "if": MARK,
            "check": "care.violation",
            "kinds": "decisions_considered",
            "kind": "return",
            "observed_at": "gbv_disclosed_at",
            "happened_at": "return_at",
        }
    )
    gate = small.gates["gate.closure"].model_copy(
        update={"applies_if": MARK, "opens_if": MARK, "breach": breach}
    )
    named = small.conditions["is_child"].model_copy(update={"is_": MARK})
    alert: Alert = small.alerts[0].model_copy(update={"if_": MARK})
    return replace(
        small,
        sections=(
            *small.sections[:2],
            section.model_copy(update={"checks": (check, *section.checks[1:])}),
        ),
        gates=small.gates | {"gate.closure": gate},
        conditions=small.conditions | {"is_child": named},
        alerts=(alert, *small.alerts[1:]),
    )


def test_every_key_that_asks_is_named_once_in_the_rules_order(small: Register) -> None:
    assert uses_of(marked(small), "fact", "age_disputed") == (
        Use("check", "care.not-held", "applies_if"),
        Use("check", "care.not-held", "gap_if"),
        Use("check", "care.not-held", "clocks"),
        Use("gate", "gate.closure", "applies_if"),
        Use("gate", "gate.closure", "opens_if"),
        Use("gate", "gate.closure", "breach"),
        Use("alert", "detained", "if"),
        Use("condition", "is_child", "is"),
    )
    assert uses_of(small, "fact", "age_disputed") == ()


def test_the_event_that_starts_a_clock_is_used_by_it(small: Register) -> None:
    assert uses_of(small, "fact", "encounter_at") == (
        Use("check", "rights.informed", "clocks"),
        Use("check", "counsel.assigned", "clocks"),
    )
    # only a fact starts a clock, and only a gate is one that an alert waits for
    assert uses_of(small, "condition", "encounter_at") == ()
    assert uses_of(small, "fact", "gate.return") == ()


def test_an_alert_uses_the_checks_whose_deadline_raises_it(small: Register) -> None:
    late = Use("alert", "late", "overdue")
    assert late in uses_of(small, "check", "care.gbv-services")
    # of another severity, and without a deadline
    assert late not in uses_of(small, "check", "care.violation")
    assert uses_of(small, "check", "counsel.note") == ()
    graver = replace(
        small,
        alerts=tuple(
            alert.model_copy(update={"overdue": "high"}) if alert.id == "late" else alert
            for alert in small.alerts
        ),
    )
    assert small.checks["care.violation"].severity == "high"
    for check_id in ("care.violation", "care.gbv-services"):
        assert late not in uses_of(graver, "check", check_id)
    assert uses_of(small, "gate", "gate.return") == (Use("alert", "return_shut", "while_shut"),)
    assert uses_of(small, "gate", "gate.closure") == ()


def test_a_part_does_not_use_itself_and_others_of_its_name_do(small: Register) -> None:
    own = tree({"check": "care.violation", "answered": ("yes",)})
    assert small.checks["care.violation"].gap_if is not None
    assert uses_of(small, "check", "care.violation") == (Use("gate", "gate.closure", "opens_if"),)
    named = small.conditions["is_child"].model_copy(update={"is_": own})
    changed = replace(small, conditions=small.conditions | {"is_child": named})
    assert Use("condition", "is_child", "is") in uses_of(changed, "check", "care.violation")


def nested(small: Register) -> Register:
    """Each of the three named conditions asks after the next, and the last after the first and a fact."""
    inner = {
        "is_child": {"all": ({"when": "counsel_assigned"}, {"when": "return_considered"})},
        "counsel_assigned": {"not": {"when": "return_considered"}},
        "return_considered": {"fact": "age_disputed", "is": True},
    }
    return replace(
        small,
        conditions={
            name: small.conditions[name].model_copy(update={"is_": tree(value)})
            for name, value in inner.items()
        },
    )


def test_named_conditions_are_told_outermost_first_and_each_once(small: Register) -> None:
    register = nested(small)
    assert conditions_in(register, tree({"when": "is_child"})) == (
        "is_child",
        "counsel_assigned",
        "return_considered",
    )
    assert conditions_in(register, tree({"when": "return_considered"})) == ("return_considered",)
    assert conditions_in(register, MARK) == ()


def test_a_change_moves_what_asks_through_named_conditions_too(small: Register) -> None:
    register = nested(small)
    moved = touched_by(register, "fact", "age_disputed")
    assert moved == (
        # what asks after the condition itself first, then what asks after those that rest on it
        ("check", "care.outcome"),
        ("gate", "gate.return"),
        ("check", "counsel.assigned"),
        ("check", "counsel.chosen"),
        ("check", "counsel.met_on"),
    )
    assert touched_by(small, "condition", "is_child") == (("check", "counsel.assigned"),)
    assert touched_by(small, "fact", "age_disputed") == ()


def test_a_change_to_conditions_that_ask_after_each_other_comes_to_an_end(small: Register) -> None:
    circle = small.conditions["is_child"].model_copy(
        update={"is_": tree({"any": ({"when": "is_child"}, {"when": "counsel_assigned"})})}
    )
    back = small.conditions["counsel_assigned"].model_copy(
        update={"is_": tree({"when": "is_child"})}
    )
    register = replace(
        small, conditions=small.conditions | {"is_child": circle, "counsel_assigned": back}
    )
    assert touched_by(register, "condition", "is_child") == (
        ("check", "counsel.assigned"),
        ("check", "counsel.chosen"),
        ("check", "counsel.met_on"),
    )
    assert conditions_in(register, tree({"when": "is_child"})) == ("is_child", "counsel_assigned")
