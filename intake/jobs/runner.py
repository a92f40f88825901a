"""How a worker goes through a job: step by step, a while at a time, so that other jobs get their turn."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from intake.jobs.kinds import Bench, Kind
from intake.models import Worker
from intake.services import job_steps, workers
from intake.services.job_steps import Taken

SLICE = 5.0
"""Seconds for one job before another gets its turn."""

log = logging.getLogger("intake")


class Runner:
    """One worker process at work. ``stopping`` says that it is to end after the step under way."""

    def __init__(
        self, bench: Bench, kinds: Mapping[str, Kind], worker_id: str, stopping: Callable[[], bool]
    ) -> None:
        self.bench, self.kinds, self.worker_id, self.stopping = bench, kinds, worker_id, stopping

    def carry_on(self, job_id: str) -> None:
        """Does steps of the job for a while; whatever goes wrong is logged without content.

        Raises SystemExit where a step in hand cannot even be given back: another worker finds this one gone.
        """
        until, alone = time.monotonic() + SLICE, True
        try:
            while not self.stopping():
                with self.bench.desk() as desk:
                    taken = job_steps.take(desk, job_id, self.worker_id)
                if taken is None:
                    return
                if alone:
                    alone = False
                    self._call_for_help(job_id)
                if not self._do(taken):
                    return
                if time.monotonic() >= until:
                    self._leave_the_rest(job_id)
                    return
        except Exception as error:
            log.error("job %s has to wait: %s", job_id, type(error).__name__)

    def _call_for_help(self, job_id: str) -> None:
        """Wakes one more worker; that one wakes the next."""
        with self.bench.desk() as desk:
            several = (desk.session.scalar(select(func.count()).select_from(Worker)) or 0) > 1
            wanted = several and job_steps.more_hands(desk, job_id)
        if wanted and job_id not in self.bench.bell.waiting():
            self.bench.bell.ring(job_id)

    def _leave_the_rest(self, job_id: str) -> None:
        with self.bench.desk() as desk:
            more = job_steps.more_hands(desk, job_id)
        if more:
            self.bench.bell.ring(job_id)

    def _do(self, taken: Taken) -> bool:
        """Does the step; says whether to go on with the job."""
        try:
            with self.bench.desk() as desk:
                outcome = self.kinds[taken.kind].step(self.bench, desk, taken)
                job_steps.finish(desk, taken, outcome)
            return True
        except Exception as error:
            log.error(
                "step %s of job %s went wrong: %s", taken.number, taken.job_id, type(error).__name__
            )
            return self._give_up(taken, error)
        except BaseException:
            self._settle(taken, lambda desk: job_steps.give_back(desk, taken, failed=False))
            raise

    def _give_up(self, taken: Taken, error: Exception) -> bool:
        if _no_room(error):
            self._settle(taken, lambda desk: job_steps.fail(desk, taken, "no_room"))
            return False
        away = isinstance(error, OperationalError)
        self._settle(taken, lambda desk: job_steps.give_back(desk, taken, failed=not away))
        return not away

    def _settle(self, taken: Taken, do: Callable[..., None]) -> None:
        try:
            with self.bench.desk() as desk:
                do(desk)
        except Exception as error:
            log.error("job %s cannot be written to: %s", taken.job_id, type(error).__name__)
            raise SystemExit(1) from None


def _no_room(error: Exception) -> bool:
    """Whether the disk, or what the person may use of it, is full."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, DBAPIError):
        full = "disk is full" in str(error.orig)
        return full or getattr(error.orig, "sqlstate", None) == "53100"
    return False


def take_up_again(bench: Bench) -> None:
    """Lets steps of dead workers wait again, ends what is over, and wakes workers for all that waits."""
    with bench.desk() as desk:
        dead = [one.id for one in workers.seen(desk, bench.workers) if not one.alive]
        given = job_steps.give_back_all(desk, dead)
        if given:
            log.warning("%s steps of workers that died are taken up again", given)
        workers.forget_files(bench.workers)
        job_steps.settle_all(desk)
        waiting = job_steps.unfinished(desk)
    told = bench.bell.waiting() if waiting else set()
    for job_id in waiting:
        if job_id not in told:
            bench.bell.ring(job_id)


__all__ = ["Runner", "take_up_again"]
