"""A decision carried out while its gate was shut: recorded as a violation, with the gate as it stood."""

from __future__ import annotations

import datetime as dt
from typing import Any

from intake.checklist.evaluation import Evaluation, GateState
from intake.checklist.parts import Gate


def record_breaches(
    document: dict[str, Any], changes: dict[str, Any], evaluation: Evaluation
) -> tuple[str, ...]:
    """Records in the document, and in what changed, each breach that is not recorded yet; says of which gates.

    The check on violations is answered yes, the kind of violation is added, the event that starts the clocks of
    the remedy is set to when the decision was carried out, and the gate's state of this moment is kept. Later
    answers that would open the gate leave all of this as it is. What was put there is noted with the breach, so that
    a record that is struck as a mistake can take it along.
    """
    found = []
    for gate_id, state in evaluation.gates.items():
        if state.breached and _is_new(document, state, evaluation):
            _record(document, changes, evaluation, state)
            found.append(gate_id)
    return tuple(found)


def _happened_at(state: GateState, evaluation: Evaluation) -> str:
    assert state.gate.breach is not None  # noqa: S101 - only a gate with one is ever breached
    happened = evaluation.case.moment(state.gate.breach.happened_at)
    return (happened or evaluation.case.as_of).isoformat()


def _is_new(document: dict[str, Any], state: GateState, evaluation: Evaluation) -> bool:
    assert state.gate.breach is not None  # noqa: S101 - only a gate with one is ever breached
    kept = document.get("breaches", {}).get(state.gate.id)
    known = evaluation.case.moment(state.gate.breach.happened_at)
    return kept is None or (
        # the same moment, in whatever zone it was written
        known is not None and dt.datetime.fromisoformat(kept["happened_at"]) != known
    )


def _record(
    document: dict[str, Any], changes: dict[str, Any], evaluation: Evaluation, state: GateState
) -> None:
    breach = state.gate.breach
    assert breach is not None  # noqa: S101 - only a gate with one is ever breached
    happened = _happened_at(state, evaluation)
    facts = evaluation.register.facts
    earlier = document.get("breaches", {}).get(state.gate.id, {})
    put_there: dict[str, Any] = {} if "struck" in earlier else dict(earlier.get("put", {}))

    def put(part: str, name: str, value: Any) -> None:
        key, old = f"{part}.{name}", document.setdefault(part, {}).get(name)
        if old != value:
            changes[key] = [changes[key][0] if key in changes else old, value]
            document[part][name] = value
            if part != "breaches":
                put_there[key] = [put_there[key][0] if key in put_there else old, value]

    def part_of(fact: str) -> str:
        return "events" if facts[fact].group == "event" else "profile"

    answered = dict(document["answers"].get(breach.check, {}))
    put("answers", breach.check, {**answered, "value": "yes"})
    kinds = document["profile"].get(breach.kinds) or []
    put("profile", breach.kinds, list(dict.fromkeys([*kinds, breach.kind])))
    if document[part_of(breach.observed_at)].get(breach.observed_at) is None:
        put(part_of(breach.observed_at), breach.observed_at, happened)
    put(
        "breaches",
        state.gate.id,
        {
            "happened_at": happened,
            "recorded_at": evaluation.case.as_of.isoformat(),
            "blocked_by": list(state.blocked_by),
            "register": evaluation.register.sha256,
            "put": put_there,
        },
    )


def take_back(document: dict[str, Any], gate: Gate) -> dict[str, Any]:
    """Takes out of the document what the record of that gate's breach put there; says what changed from what to what.

    Where a person wrote something else there meanwhile, it is theirs and stays.
    """
    assert gate.breach is not None  # noqa: S101 - only a gate with one is ever breached
    changes: dict[str, Any] = {}
    for key, (before, put) in document["breaches"][gate.id].get("put", {}).items():
        part, name = key.split(".", 1)
        held = document[part].get(name)
        if key == f"profile.{gate.breach.kinds}":
            left = [one for one in held or [] if one != gate.breach.kind] or None
        elif held == put:
            left = before
        else:
            continue
        if left == held:
            continue
        changes[key] = [held, left]
        if left is None:
            del document[part][name]
        else:
            document[part][name] = left
    return changes
