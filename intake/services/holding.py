"""For how long a child was held: kept with the case, since where the child was before is not among its facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from intake.checklist.case_input import CaseInput

KEY = "detention"


def record_holding(document: dict[str, Any], changes: dict[str, Any], case: CaseInput) -> None:
    """Keeps when a detention began, and adds its hours once it ended, in the document and in what changed.

    It began with the custody as recorded, else with the moment at which it is first known; it ended with the next
    custody as recorded, else with the moment at which it is known to have ended. A time that is corrected later
    corrects a detention that lasts, never one that ended.
    """
    old = document.get("holding", {}).get(KEY)
    held = _held(case)
    custody = case.moment("custody_since")
    hours = old["hours"] if old else 0.0
    began = dt.datetime.fromisoformat(old["since"]) if old and old["since"] else None
    if began is None:
        # a child is held at a border post by the passing of time alone: nobody saved anything then
        began = _held_before(changes, case)
    if not held and began is None:
        return
    since: dt.datetime | None
    if held:
        since = custody or began or case.as_of
        if began is not None and since > began:
            hours += _hours(began, since)
    else:
        since = None
        assert began is not None  # noqa: S101 - looked at above
        hours += _hours(began, custody if custody and custody > began else case.as_of)
    new = {"hours": round(hours, 2), "since": since.isoformat() if since else None}
    if new != old:
        changes[f"holding.{KEY}"] = [old, new]
        document.setdefault("holding", {})[KEY] = new


def _held(case: CaseInput) -> bool:
    return case.fact("in_immigration_detention") is True


def _held_before(changes: dict[str, Any], case: CaseInput) -> dt.datetime | None:
    """Since when the child was held under the custody that this change ends, if it was."""
    before = {
        name: changes[f"profile.{name}"][0]
        for name in ("custody", "custody_since")
        if f"profile.{name}" in changes
    }
    if not before.get("custody"):
        return None
    since = before.get("custody_since", case.facts.get("custody_since"))
    if isinstance(since, str):
        since = dt.datetime.fromisoformat(since)
    facts = {**case.facts, "custody": str(before["custody"])}
    facts.pop("custody_since", None)
    if not isinstance(since, dt.datetime):
        return None
    facts["custody_since"] = since
    until = case.moment("custody_since") or case.as_of
    return since if _held(replace(case, facts=facts, as_of=max(since, until))) else None


def hours_held(document: dict[str, Any], case: CaseInput) -> float | None:
    """The hours in detention so far, a detention that lasts until now; None where there was none."""
    kept = document.get("holding", {}).get(KEY)
    since = dt.datetime.fromisoformat(kept["since"]) if kept and kept["since"] else None
    if since is None and _held(case):
        since = case.moment("custody_since")
    if kept is None and since is None:
        return None
    hours = kept["hours"] if kept else 0.0
    return float(hours + (_hours(since, case.as_of) if since else 0.0))


def _hours(start: dt.datetime, end: dt.datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 3600)


__all__ = ["hours_held", "record_holding"]
