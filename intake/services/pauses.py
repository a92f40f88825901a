"""A deadline that stands still on a legal ground, and runs on."""

from __future__ import annotations

from intake.models import Case, User
from intake.services.case_file import open_file
from intake.services.desk import Desk, Refused
from intake.services.pause_rows import PART, PauseKept, pauses_of
from intake.services.save import Saved, save


def keep_pause(
    desk: Desk, case: Case, by: User, check_id: str, pause: PauseKept, *, base: int, operation: str
) -> Saved:
    """Records that the clock of that check stands still, or with an end that it runs on.

    Where a pause is open, it is the one that is changed; otherwise another is added. Raises Refused
    ``pauses_overlap``; Clashed where somebody else changed the same.
    """
    known = list(pauses_of(open_file(desk, case).document, check_id))
    if known and known[-1].end is None:
        known.pop()
    last = known[-1].end if known else None
    if (last is not None and pause.start < last) or (pause.end and pause.end <= pause.start):
        raise Refused("pauses_overlap")
    return save(
        desk,
        case,
        by,
        {f"{PART}.{check_id}": [one.as_kept() for one in (*known, pause)]},
        base=base,
        operation=operation,
        kind="clock-paused",
    )
