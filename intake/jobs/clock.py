"""What is done by the clock. Each worker's scheduler calls for it; of all workers, one does it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from intake.issuing.digest import send_digests
from intake.jobs.kinds import Bench
from intake.jobs.runner import take_up_again
from intake.services import chores, jobs, sessions
from intake.services.desk import Desk
from intake.services.reevaluate import reevaluate_due

LONGEST = 20.0
"""Seconds for the cases whose moment came, before other work gets its turn."""

log = logging.getLogger("intake")


def _clear_jobs(_bench: Bench, desk: Desk) -> None:
    jobs.clear_expired(desk)


def _clear_sessions(_bench: Bench, desk: Desk) -> None:
    sessions.clear_ended(desk)


def _freshen(_bench: Bench, desk: Desk) -> None:
    """Brings stored findings up to date whose moment has come, before somebody looks at them."""
    until = time.monotonic() + LONGEST
    while reevaluate_due(desk) and time.monotonic() < until:
        pass


def _remind(bench: Bench, desk: Desk) -> None:
    """Sends the mails of the day to those whose morning it is; without a mail server nobody is told that there is one."""
    post = bench.app.extensions["intake.post"]
    if post is not None:
        send_digests(desk, post, (bench.settings.public_url or "").rstrip("/"))


@dataclass(frozen=True)
class Chore:
    """Something to do again and again."""

    name: str
    every: dt.timedelta
    do: Callable[[Bench, Desk], None]
    when: dict[str, str] = field(default_factory=dict)
    """As a crontab says it, in UTC."""


CHORES = (
    Chore("resume", dt.timedelta(minutes=1), lambda bench, _desk: take_up_again(bench)),
    Chore("findings", dt.timedelta(minutes=1), _freshen),
    Chore("results", dt.timedelta(minutes=5), _clear_jobs, {"minute": "*/5"}),
    Chore("digests", dt.timedelta(minutes=15), _remind, {"minute": "*/15"}),
    Chore("sessions", dt.timedelta(hours=1), _clear_sessions, {"minute": "17"}),
)


def wind(bench: Bench) -> None:
    """Puts every chore into the queue's calendar."""
    for chore in CHORES:
        bench.bell.each(chore.name, _once(bench, chore), **chore.when)


def do_once(bench: Bench, chore: Chore) -> bool:
    """Does the chore unless another worker has begun it for this stretch of time; says whether it did.

    What goes wrong is logged by its kind alone; the chore comes round again.
    """
    try:
        with bench.desk() as desk:
            if not chores.begin(desk, chore.name, chore.every):
                return False
            chore.do(bench, desk)
        return True
    except Exception as error:
        log.error("the chore %s went wrong: %s", chore.name, type(error).__name__)
        return False


def _once(bench: Bench, chore: Chore) -> Callable[[], None]:
    def do() -> None:
        do_once(bench, chore)

    return do


__all__ = ["CHORES", "do_once", "wind"]
