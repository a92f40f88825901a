"""The work on a gap, as the case's document keeps it beside the answers.

The answer says whether there is a gap; the work says what is being done about it. No work closes a gap, and the state
``remedied`` is never chosen: it follows from an answer, and an answer that opens the gap again takes it back.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Literal

from intake.checklist.evaluation import Evaluation

WorkState = Literal["open", "in_progress", "remedied", "cannot"]
CHOSEN: tuple[WorkState, ...] = ("open", "in_progress", "cannot")
"""The states a person chooses; ``cannot`` says why, and leaves the gap a gap."""
PART = "gaps"
"""The part of the document, and what the keys of its changes begin with."""


@dataclass(frozen=True)
class Work:
    """What is kept of the work on one gap."""

    state: WorkState = "open"
    owner_id: int | None = None
    """Who carries it; None for the case's caseworker."""
    due: dt.date | None = None
    """The day agreed upon; the legal deadline stands beside it and stays."""
    action: str = ""
    evidence: tuple[str, ...] = ()
    """Ids of the case's attachments."""
    reason: str = ""
    """Why it cannot be remedied."""
    reopened: bool = False
    """Whether it had been remedied, and an answer opened it again."""
    at: dt.datetime | None = None
    by_id: int | None = None

    def as_kept(self) -> dict[str, Any]:
        """The work as the document keeps it, without what is not said."""
        said = {
            "state": self.state,
            "owner": self.owner_id,
            "due": self.due.isoformat() if self.due else None,
            "action": self.action,
            "evidence": list(self.evidence),
            "reason": self.reason if self.state == "cannot" else "",
            "reopened": self.reopened,
        }
        return {name: value for name, value in said.items() if value}


def work_on(document: dict[str, Any], check_id: str) -> Work:
    """The work kept on that check; as yet untouched where there is none."""
    kept = document.get(PART, {}).get(check_id)
    if not kept:
        return Work()
    return Work(
        kept["state"],
        kept.get("owner"),
        dt.date.fromisoformat(kept["due"]) if kept.get("due") else None,
        kept.get("action", ""),
        tuple(kept.get("evidence", ())),
        kept.get("reason", ""),
        bool(kept.get("reopened")),
        dt.datetime.fromisoformat(kept["at"]) if kept.get("at") else None,
        kept.get("by"),
    )


def settle_work(
    document: dict[str, Any], changes: dict[str, Any], evaluation: Evaluation
) -> tuple[str, ...]:
    """Puts the state of each gap's work in step with the answers, in the document and in what changed; says of which.

    What an answer closed is remedied; what had been remedied and is open again is open, and says so.
    """
    settled = []
    for check_id, kept in document.get(PART, {}).items():
        finding = evaluation.findings.get(check_id)
        if finding is None:
            continue
        if finding.open and kept["state"] == "remedied":
            new = {**kept, "state": "open", "reopened": True}
        elif not finding.open and finding.status != "pending" and kept["state"] != "remedied":
            new = {name: value for name, value in kept.items() if name != "reopened"}
            new["state"] = "remedied"
        else:
            continue
        key = f"{PART}.{check_id}"
        changes[key] = [changes[key][0] if key in changes else json.loads(json.dumps(kept)), new]
        document[PART][check_id] = new
        settled.append(check_id)
    return tuple(settled)
