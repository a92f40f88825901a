"""A worker: a process that starts others, each of which does one step at a time, at low priority."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from huey.consumer import Consumer, Scheduler
from sqlalchemy import Engine

from intake.jobs.clock import wind
from intake.jobs.kinds import Bench, Kind
from intake.jobs.runner import Runner, take_up_again
from intake.services import job_steps
from intake.services.workers import BEAT, Presence

NICENESS = 10
SLOWEST = 2.0
"""Seconds until a worker that has nothing to do notices that it has, where the queue cannot wake it."""
RENEWED = 60
"""Turns of some seconds after which a process makes room for a fresh one, forked in a moment: drawing a document leaves
some 200 kB behind in the libraries below WeasyPrint, and so a worker never holds more than some hundred of those."""
PATIENCE = 20
"""Seconds for the steps under way when a worker is asked to end."""
_PR_SET_PDEATHSIG = 1

log = logging.getLogger("intake")


def run(bench: Bench, kinds: Mapping[str, Kind], processes: int) -> None:
    """Works until it is asked to end (SIGTERM: after the steps under way; SIGINT: at once)."""
    give_way()
    huey = bench.bell.huey
    wind(bench)
    consumer = _Consumer(
        huey,
        workers=processes,
        worker_type="process",
        max_delay=SLOWEST,
        health_check_interval=1,
        max_tasks=RENEWED,
        shutdown_timeout=PATIENCE,
        graceful_signal="TERM",
    )
    hand = _Hand(bench, kinds, consumer.stop_flag.is_set)
    bench.bell.on_ring = hand.carry_on
    huey.on_startup("hand")(hand.begin)
    huey.on_shutdown("hand")(hand.end)
    # nothing of the database is shared with the processes that are forked from here
    bench.app.extensions["intake.engine"].dispose()
    consumer.run()


class _Scheduler(Scheduler):  # type: ignore[misc]
    """The process that looks at the calendar; it does not live on by itself either."""

    def __init__(self, *what: Any, **more: Any) -> None:
        super().__init__(*what, **more)
        self.parent = os.getpid()

    def initialize(self) -> None:
        die_with(self.parent, signal.SIGKILL)


class _Consumer(Consumer):  # type: ignore[misc]
    """Says of a process that it died only where it did, and not where it made room for a fresh one."""

    scheduler_class = _Scheduler

    def check_worker_health(self) -> bool:
        died = any(process.exitcode for _worker, process in self.worker_threads)
        self._logger.setLevel(logging.NOTSET if died else logging.ERROR)
        try:
            return bool(super().check_worker_health())
        finally:
            self._logger.setLevel(logging.NOTSET)


class _Hand:
    """What one of the processes holds: begun in that process, after it was forked."""

    def __init__(
        self, bench: Bench, kinds: Mapping[str, Kind], stopping: Callable[[], bool]
    ) -> None:
        self.bench, self.kinds, self.stopping, self.parent = bench, kinds, stopping, os.getpid()
        self.presence: Presence | None = None
        self.ended = threading.Event()

    def begin(self) -> None:
        die_with(self.parent, signal.SIGKILL)
        engine: Engine = self.bench.app.extensions["intake.engine"]
        engine.dispose(close=False)
        threading.Thread(target=self._live, name="heartbeat", daemon=True).start()
        try:
            self._present()
            take_up_again(self.bench)
        except Exception as error:
            log.error("background work has to wait: %s", type(error).__name__)

    def carry_on(self, job_id: str) -> None:
        try:
            worker_id = self._present().id
        except Exception as error:
            log.error("job %s has to wait: %s", job_id, type(error).__name__)
            return
        Runner(self.bench, self.kinds, worker_id, self.stopping).carry_on(job_id)

    def end(self) -> None:
        self.ended.set()
        if self.presence is None:
            return
        try:
            with self.bench.desk() as desk:
                job_steps.give_back_all(desk, [self.presence.id])
        except Exception as error:
            log.error("a worker could not say goodbye: %s", type(error).__name__)
        self.presence.end()

    def _present(self) -> Presence:
        if self.presence is None:
            self.presence = Presence(self.bench.app.extensions["intake.engine"], self.bench.workers)
        return self.presence

    def _live(self) -> None:
        while not self.ended.wait(BEAT.total_seconds()):
            try:
                if self.presence is not None:
                    self.presence.beat()
            except Exception as error:
                log.warning("a worker's sign of life could not be kept: %s", type(error).__name__)


def give_way() -> None:
    """Lets pages go before: the processor is theirs first, and where memory runs out, this process ends first."""
    with suppress(OSError):
        os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def die_with(parent: int, how: signal.Signals) -> None:
    """Has the system send that signal to this process when the one that started it ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:  # it ended before
        os.kill(os.getpid(), how)


__all__ = ["die_with", "give_way", "run"]
