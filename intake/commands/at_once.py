"""A job carried out by this command instead of waiting for those who work in the background; they may help."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from intake.config import MOST_WORKERS

if TYPE_CHECKING:
    from flask import Flask

    from intake.models import Job

PROCESSES = click.option(
    "--processes",
    type=click.IntRange(1, MOST_WORKERS),
    default=1,
    show_default=True,
    help="How many work at the same time; each needs a processor to be of use.",
)


LOOK = 0.2
"""Seconds between two looks at how far it has come."""


def carry_out(app: Flask, job_id: str, processes: int, label: str) -> Job:
    """Does the job's steps in so many processes and shows how far they are; the job as it ended.

    Ctrl+C ends them after the steps under way; what is done stays, and what is left can be taken up again.
    """
    app.extensions["intake.engine"].dispose()  # nothing of it is shared with the processes
    fork = multiprocessing.get_context("fork")
    hands = [
        fork.Process(target=_work, args=(app, job_id, os.getpid()), daemon=True)
        for _hand in range(processes)
    ]
    for hand in hands:
        hand.start()
    try:
        _watch(app, job_id, hands, label)
    finally:
        for hand in hands:
            hand.terminate()
        for hand in hands:
            hand.join()
    return _job(app, job_id)


def _watch(
    app: Flask, job_id: str, hands: list[multiprocessing.context.ForkProcess], label: str
) -> None:
    from intake.models import UNFINISHED

    job, shown = _job(app, job_id), 0
    with click.progressbar(length=job.total, label=label, file=sys.stderr) as bar:
        while True:
            bar.update(job.done - shown)
            shown = job.done
            alive = any(hand.is_alive() for hand in hands)
            if job.state not in UNFINISHED or not alive:
                return
            hands[0].join(LOOK)
            job = _job(app, job_id)


def _job(app: Flask, job_id: str) -> Job:
    from intake.models import Job
    from intake.web.guard import desk

    with app.app_context():
        found = desk().session.get_one(Job, job_id)
        desk().session.expunge(found)
        return found


def _work(app: Flask, job_id: str, parent: int) -> None:
    from intake.jobs.every import KINDS
    from intake.jobs.runner import Runner
    from intake.jobs.worker import die_with
    from intake.models import UNFINISHED
    from intake.services import job_steps
    from intake.services.workers import Presence

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_signal: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent, signal.SIGTERM)
    bench = app.extensions["intake.bench"]
    presence = Presence(app.extensions["intake.engine"], bench.workers)
    runner = Runner(bench, KINDS, presence.id, stop.is_set)
    try:
        while not stop.is_set() and _job(app, job_id).state in UNFINISHED:
            runner.carry_on(job_id)
            stop.wait(LOOK)
        with bench.desk() as desk:
            job_steps.give_back_all(desk, [presence.id])
    finally:
        presence.end()
