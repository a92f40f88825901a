"""For how long a child was held: kept with the case, since where the child was before is not among its facts."""

from __future__ import annotations

import datetime as dt
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
    held = case.fact("in_immigration_detention") is True
    if not held and (old is None or old["since"] is None):
        return
    as_of = case.as_of
    custody = case.moment("custody_since")
    hours = old["hours"] if old else 0.0
    began = dt.datetime.fromisoformat(old["since"]) if old and old["since"] else None
    since: dt.datetime | None
    if held:
        since = custody or began or as_of
        if began is not None and since > began:
            hours += _hours(began, since)
    else:
        since = None
        assert began is not None  # noqa: S101 - looked at above
        hours += _hours(began, custody if custody and custody > began else as_of)
    new = {"hours": round(hours, 2), "since": since.isoformat() if since else None}
    if new != old:
        changes[f"holding.{KEY}"] = [old, new]
        document.setdefault("holding", {})[KEY] = new


def hours_held(document: dict[str, Any], as_of: dt.datetime) -> float | None:
    """The hours in detention so far, a detention that lasts until that moment; None where there was none."""
    kept = document.get("holding", {}).get(KEY)
    if kept is None:
        return None
    since = dt.datetime.fromisoformat(kept["since"]) if kept["since"] else None
    return float(kept["hours"] + (_hours(since, as_of) if since else 0.0))


def _hours(start: dt.datetime, end: dt.datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 3600)


__all__ = ["hours_held", "record_holding"]
