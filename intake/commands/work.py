"""`intake work`: works in the background, by itself, as `intake serve` also has it done beside the app."""

from __future__ import annotations

import click

from intake.config import MOST_WORKERS


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_WORKERS),
    help="How many do steps at the same time; each needs a processor to be of use. As many as INTAKE_WORKERS says, "
    "else one.",
)
@click.option("--beside", type=int, hidden=True, help="The process with which this one ends.")
def work(processes: int | None, beside: int | None) -> None:
    """Do what was asked in the background: bulk documents, and what is done by the clock. SIGTERM ends it."""
    import signal

    from intake.app import create_app
    from intake.checklist.reading import RulesError
    from intake.commands.errors import fail
    from intake.config import ConfigError
    from intake.jobs.every import KINDS
    from intake.jobs.worker import die_with, run
    from intake.migrations import upgrade

    if beside is not None:
        die_with(beside, signal.SIGTERM)
    try:
        app = create_app()
    except (ConfigError, RulesError) as error:
        fail("settings", str(error))
    if beside is None:
        upgrade(app.extensions["intake.engine"])
        click.echo("Working in the background (Ctrl+C stops it)")
    run(
        app.extensions["intake.bench"],
        KINDS,
        processes or max(1, app.extensions["intake.settings"].workers),
    )
