"""Whether this server can do its work: what a load balancer asks, and what somebody who is woken at night reads."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text

from intake.migrations import newest_revision, revision_of
from intake.models import Job, Worker, now
from intake.services.desk import Desk
from intake.services.keys import check_keys

OK, FAILED = "ok", "failed"


def checks(desk: Desk, folder: Path) -> dict[str, str]:
    """Each thing without which no page can be served, and whether it is there.

    ``schema`` fails while the database is of another version than the program; ``keys`` where the master key in force
    is none of those that were given; ``files`` where nothing can be kept beside the database. Raises what the
    database raises where it does not answer.
    """
    connection = desk.session.connection()
    connection.execute(text("select 1"))
    found = {"database": OK, "schema": FAILED, "keys": FAILED}
    found["files"] = OK if folder.is_dir() and os.access(folder, os.R_OK | os.W_OK) else FAILED
    if revision_of(connection) != _newest():
        return found
    found["schema"] = OK
    try:
        check_keys(desk)
    except (RuntimeError, ValueError, OSError):
        return found
    found["keys"] = OK
    return found


@cache
def _newest() -> str:
    """The program does not change while it runs, and finding this out reads every migration."""
    return newest_revision()


def sign_of_life(desk: Desk) -> dt.timedelta | None:
    """How long ago a worker last gave a sign of life; None where none is known."""
    seen = desk.session.scalar(select(func.max(Worker.seen_at)))
    return None if seen is None else max(dt.timedelta(0), now() - seen)


def jobs_by_state(desk: Desk) -> dict[str, int]:
    """How many jobs are in each state."""
    counted = select(Job.state, func.count()).group_by(Job.state)
    return {str(state): int(number) for state, number in desk.session.execute(counted)}


__all__ = ["FAILED", "OK", "checks", "jobs_by_state", "sign_of_life"]
