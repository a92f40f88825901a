"""`intake bench-data`: fills a database with fictional cases, quickly, so that what grows with their number is found."""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

import click

from intake.commands.errors import fail

AT_ONCE = 1000
"""Cases in a transaction."""


@click.command("bench-data")
@click.option("--cases", type=click.IntRange(1, 5_000_000), required=True)
@click.option(
    "--alike",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="So many children each have the same answers, under names, keys and seals of their own.",
)
@click.option("--seed", type=int, default=1, show_default=True)
def bench_data(cases: int, alike: int, seed: int) -> None:
    """Add so many fictional cases for measuring, where DEMO is set; say how long it took and how large it is.

    Stopped anywhere, what was added stays; called again, it adds more.
    """
    from flask import current_app

    from intake.app import create_app
    from intake.commands.demo import PASSWORD, load_demo
    from intake.commands.population import NoNames, Population
    from intake.config import ConfigError
    from intake.migrations import upgrade
    from intake.models import learn_sizes
    from intake.services.versions import count_cases
    from intake.web.guard import desk

    try:
        app = create_app()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    if not app.config["DEMO"]:
        fail("DEMO", "fictional children have no place among real ones: only where DEMO is set")
    engine = app.extensions["intake.engine"]
    upgrade(engine)
    with app.test_request_context():
        load_demo()
        try:
            population = Population(
                desk(), seed, PASSWORD, dt.datetime.now(dt.UTC), count_cases(desk())
            )
        except NoNames as error:
            fail("--cases", str(error))
        began, worked = time.monotonic(), time.process_time()
        with click.progressbar(length=cases, label="Cases", file=sys.stderr) as running:
            for start in range(0, cases, AT_ONCE):
                wanted = min(AT_ONCE, cases - start)
                running.update(population.writer.write(population.plans(wanted, alike)))
        took, spent = time.monotonic() - began, time.process_time() - worked
        learn_sizes(current_app.extensions["intake.engine"])
        click.echo(
            f"{cases} cases in {took:.0f} s ({cases / took:.0f} a second; {spent:.0f} s of this process), "
            f"{count_cases(desk())} in all; the database takes {_size(engine) / 1e6:,.0f} MB"
        )


def _size(engine: object) -> int:
    from sqlalchemy import Engine, text

    assert isinstance(engine, Engine)  # noqa: S101 - the app's own
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return sum(one.stat().st_size for one in file.parent.glob(file.name + "*"))
    with engine.connect() as connection:
        return int(connection.scalar(text("select pg_database_size(current_database())")) or 0)
