"""Cases as Hypothesis makes them up: all that the real register allows, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from intake.checklist.conditions import All, CheckIs, Condition, When
from intake.checklist.loading import load_register
from intake.checklist.parts import Check, FactDefinition
from intake.resources import resource_dir

ZONES = [timezone(timedelta(hours=hours)) for hours in (-8, -6, 0)]
REASON = "Does not concern this child."
REGISTER = load_register(resource_dir("rules"))
MOMENTS = st.builds(
    lambda moment, zone: moment.replace(microsecond=0, tzinfo=zone).isoformat(),
    st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1)),
    st.sampled_from(ZONES),
)
DAYS = st.dates(datetime(2000, 1, 1).date(), datetime(2025, 6, 1).date())


def fact_values(fact: FactDefinition) -> st.SearchStrategy[Any]:
    match fact.kind:
        case "flag":
            return st.booleans()
        case "number":
            return st.integers(fact.least or 0, fact.most or 0)
        case "date":
            return DAYS.map(lambda day: day.isoformat())
        case "time":
            return MOMENTS
        case "choice":
            return st.sampled_from(fact.values)
        case "choices":
            return st.lists(st.sampled_from(fact.values), max_size=4)


def answer_values(check: Check) -> st.SearchStrategy[Any]:
    if check.type == "date":
        return DAYS.map(lambda day: day.isoformat())
    if check.type == "text":
        return st.just("Said in its own words.")
    return st.sampled_from(check.values).map(
        lambda value: {"value": value, "reason": REASON} if value == "not_applicable" else value
    )


def facts_of(group: str) -> st.SearchStrategy[dict[str, Any]]:
    known = {fact.id: fact_values(fact) for fact in REGISTER.facts.values() if fact.group == group}
    return st.fixed_dictionaries({}, optional=known)


DOCUMENTS = st.fixed_dictionaries(
    {
        "as_of": MOMENTS,
        "profile": facts_of("profile"),
        "events": facts_of("event"),
        "answers": st.fixed_dictionaries(
            {}, optional={check.id: answer_values(check) for check in REGISTER.checks.values()}
        ),
        "approvals": st.fixed_dictionaries({}, optional={"bid": st.booleans()}),
    }
)


def needed_by(node: Condition) -> set[str]:
    """The checks that a gate needs in each way it can open."""
    match node:
        case All():
            return set().union(*(needed_by(part) for part in node.all))
        case CheckIs():
            return {node.check} if node.status != "settled" else set()
        case When():
            return needed_by(REGISTER.conditions[node.when].is_)
    return set()


def opened(gate_id: str, document: dict[str, Any]) -> dict[str, Any]:
    """The case with every part the gate needs given: what any case must look like to open it."""
    answers = dict(document["answers"])
    profile = dict(document["profile"])
    for check_id in needed_by(REGISTER.gates[gate_id].opens_if):
        check = REGISTER.checks[check_id]
        if check.type == "yn":
            answers[check_id] = "yes"
    profile |= {"country": "MX", "age": 15, "age_disputed": False, "custody": "dif"}
    profile.pop("birth_date", None)
    match gate_id:
        case "gate.return":
            profile["decisions_considered"] = ["return"]
            answers["bid.outcome"] = "return"
        case "gate.transfer-us":
            profile["decisions_considered"] = ["transfer_us"]
            answers["bid.outcome"] = "transfer_us"
        case "gate.placement":
            answers["care.alternative-placed"] = "yes"
    answers["bid.opened"] = "yes"
    return document | {"profile": profile, "answers": answers, "approvals": {"bid": True}}
