"""What is done about a fictional child's gaps: work on them, deadlines that stand still, the panel, the complaints.

Drawn apart from the child, so that a child with this and one without are otherwise the same.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from intake.checklist.register import Register
from intake.commands.population_answers import Worker
from intake.services import gap_work, panel, pause_rows, violation_rows
from intake.services.bulk import Step
from intake.services.gap_work import Work, WorkState
from intake.services.panel import Member
from intake.services.pause_rows import PauseKept
from intake.services.violation_rows import ViolationKept
from intake.services.violations import OUTCOMES

APART = dt.timedelta(minutes=20)
STATES: Mapping[WorkState, int] = {"in_progress": 60, "open": 25, "cannot": 15}


def follow_up(
    register: Register,
    rows: Mapping[str, Any],
    said: Sequence[Step],
    worker: Worker,
    workers: Sequence[Worker],
    now: dt.datetime,
) -> list[Step]:
    """The steps that follow on what was said of the child, in order, none of them in the future."""
    values = {key: value for step in said for key, value in step.values.items()}
    chance = random.Random(f"{values['identity.name']} {values['profile.encounter_at']}")  # noqa: S311 - nothing secret
    last = said[-1].at
    drawn = [
        *_violation(register, rows, values, chance, now),
        *_panel(rows, values, chance),
        *_gaps(rows, values, chance, worker, workers, last),
        *_pause(register, rows, values, chance, last),
    ]
    steps = [
        Step(last + APART * number, worker.id, kind, kept)
        for number, (kind, kept) in enumerate(drawn, 1)
    ]
    return [one for one in steps if one.at <= now]


def _violation(
    register: Register,
    rows: Mapping[str, Any],
    values: Mapping[str, Any],
    chance: random.Random,
    now: dt.datetime,
) -> list[tuple[str, dict[str, Any]]]:
    """The violation that was observed; often the complaint, sometimes its answer."""
    kinds = values.get("profile.violation_kinds")
    if not kinds or chance.random() < 0.15:
        return []
    mexican = values["profile.country"] == "MX"
    observed = dt.datetime.fromisoformat(values["events.violation_observed_at"])
    filed = observed + dt.timedelta(days=chance.uniform(1, 12))
    answered = filed + dt.timedelta(days=chance.uniform(10, 70))
    said: dict[str, Any] = {"what": chance.choice(rows["violations"])}
    answers: dict[str, Any] = {}
    if filed < now and chance.random() < 0.7:
        said |= {
            "body": "cndh" if mexican else "dhs_crcl",
            "filed_at": filed,
            "reference": f"DEMO/{filed.year}/{chance.randrange(100, 9999)}",
        }
        answers = {
            "events.complaint_filed_at": filed.isoformat(),
            f"answers.{violation_rows.COMPLAINT}": {"value": "yes"},
        }
        if answered < now and chance.random() < 0.5:
            outcome = chance.choice(OUTCOMES)
            said |= {"answered_at": answered, "outcome": outcome}
            answers[f"answers.{violation_rows.FOLLOWED}"] = {"value": "yes"}
    kept = ViolationKept(kinds[0], "inm" if mexican else "cbp", observed, **said)
    key = f"{violation_rows.PART}.{_id(chance)}"
    return [("violation-recorded", {key: kept.as_kept(), **answers})]


def _panel(
    rows: Mapping[str, Any], values: Mapping[str, Any], chance: random.Random
) -> list[tuple[str, dict[str, Any]]]:
    """Who determines the child's best interests, where that has begun."""
    if "profile.bid_started_at" not in values or chance.random() < 0.4:
        return []
    roles = ["law", "psychology", "supervision"] if chance.random() < 0.8 else ["social_work"]
    names = chance.sample(rows["panel"], len(roles))
    return [
        ("panel-changed", {f"{panel.PART}.{_id(chance)}": _member(name, role, rows["statement"])})
        for name, role in zip(names, roles, strict=True)
    ]


def _member(name: str, role: str, statement: str) -> dict[str, Any]:
    member = Member(name, role, statement=statement)
    return {
        "name": member.name,
        "role": member.role,
        "conflict": member.conflict,
        "statement": member.statement,
    }


def _gaps(
    rows: Mapping[str, Any],
    values: Mapping[str, Any],
    chance: random.Random,
    worker: Worker,
    workers: Sequence[Worker],
    last: dt.datetime,
) -> list[tuple[str, dict[str, Any]]]:
    """Work on up to three gaps, some of it carried by a colleague."""
    found = []
    gaps = _open(values)
    for check_id in chance.sample(gaps, min(len(gaps), chance.choice((0, 1, 2, 3)))):
        state = chance.choices(list(STATES), list(STATES.values()))[0]
        other = chance.choice(workers)
        work = Work(
            state,
            None if other.id == worker.id or chance.random() < 0.6 else other.id,
            (last + dt.timedelta(days=chance.randrange(3, 30))).date(),
            "" if state == "open" else chance.choice(rows["actions"]),
            reason=chance.choice(rows["reasons"]) if state == "cannot" else "",
        )
        found.append(("gap-worked", {f"{gap_work.PART}.{check_id}": work.as_kept()}))
    return found


def _pause(
    register: Register,
    rows: Mapping[str, Any],
    values: Mapping[str, Any],
    chance: random.Random,
    last: dt.datetime,
) -> list[tuple[str, dict[str, Any]]]:
    """A deadline that stands still, in a few cases; in half of them it runs on again."""
    timed = [one for one in _open(values) if register.checks[one].clocks]
    if not timed or chance.random() > 0.08:
        return []
    start = last - dt.timedelta(hours=chance.uniform(1, 40))
    end = last if chance.random() < 0.5 else None
    kept = PauseKept(start, end, rows["grounds"]).as_kept()
    return [("clock-paused", {f"{pause_rows.PART}.{chance.choice(timed)}": [kept]})]


def _open(values: Mapping[str, Any]) -> list[str]:
    """The checks that were answered with less than yes."""
    return [
        key.removeprefix("answers.")
        for key, value in values.items()
        if key.startswith("answers.") and value["value"] in ("no", "partly", "unknown")
    ]


def _id(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


__all__ = ["follow_up"]
