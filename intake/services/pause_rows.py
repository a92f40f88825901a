"""When the clock of a check stood still, and on what legal ground, as the case's document keeps it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from intake.checklist.deadlines import Pause

PART = "pauses"


@dataclass(frozen=True)
class PauseKept:
    """A stretch in which a clock stood still, with the ground that was typed."""

    start: dt.datetime
    end: dt.datetime | None
    ground: str

    @property
    def clock(self) -> Pause:
        """The stretch as the clocks take it."""
        return Pause(self.start, self.end)

    def as_kept(self) -> dict[str, Any]:
        """The stretch as the document keeps it."""
        end = self.end.isoformat() if self.end else None
        return {"start": self.start.isoformat(), "end": end, "ground": self.ground}


def pauses_of(document: dict[str, Any], check_id: str) -> tuple[PauseKept, ...]:
    """The stretches in which the clock of that check stood still, in order."""
    kept = document.get(PART, {}).get(check_id) or ()
    return tuple(
        PauseKept(
            dt.datetime.fromisoformat(one["start"]),
            dt.datetime.fromisoformat(one["end"]) if one["end"] else None,
            one["ground"],
        )
        for one in kept
    )
