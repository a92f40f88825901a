"""`intake reevaluate`: all cases evaluated anew, now or in the background; and moved to the register in force."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from intake.commands.at_once import PROCESSES, carry_out
from intake.commands.errors import fail

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option(
    "--all", "every", is_flag=True, help="Every case: has to be said, since it takes a while."
)
@click.option("--move", is_flag=True, help="Move the cases to the register in force too.")
@click.option(
    "--background", is_flag=True, help="Only ask for it: those who work in the background do it."
)
@click.option("--cancel", is_flag=True, help="End the one that is under way; what is done stays.")
@PROCESSES
def reevaluate(every: bool, move: bool, background: bool, cancel: bool, processes: int) -> None:
    """Evaluate all cases anew and store what comes out; stopped anywhere, it goes on when called again."""
    from intake.commands.rules.publishing import opened
    from intake.jobs import reevaluation
    from intake.services import jobs
    from intake.web.guard import desk

    if cancel == every:
        fail("reevaluate", "needs one of --all and --cancel", 2)
    with opened() as app:
        if cancel:
            running = reevaluation.under_way(desk())
            if running is None:
                fail("--cancel", "nothing is under way", 1)
            jobs.cancel(desk(), None, running.id)
            click.echo("Cancelled; what was done stays.")
            return
        job_id = reevaluation.ask(desk(), move=move)
        if job_id is None:
            click.echo("There are no cases.")
            return
        if background:
            app.extensions["intake.bench"].bell.ring(job_id)
            click.echo("Asked for; those who work in the background do it.")
            return
    go_over(app, job_id, processes)


def go_over(app: Flask, job_id: str, processes: int) -> None:
    """Does that job now and says how it ended; fails where it did not end well."""
    from intake.services import jobs
    from intake.services.versions import count_cases
    from intake.web.guard import desk

    began = time.monotonic()
    job = carry_out(app, job_id, processes, "Cases, by the hundred")
    took = time.monotonic() - began
    with app.app_context():
        failed = jobs.outcomes(desk(), job).get("failed", 0)
        cases = count_cases(desk())
    if job.state != "done" or failed:
        fail("reevaluate", f"not all was done: the job is {job.state}, {failed} steps failed", 1)
    click.echo(f"{cases} cases in {took:.1f} s, {cases / took:.0f} a second.")
