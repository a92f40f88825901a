"""A fictional population in a test's database."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from intake.commands.demo import PASSWORD
from intake.commands.population import Population
from intake.web.guard import desk


def populate(app: Flask, number: int, seed: int = 1, now: dt.datetime | None = None) -> None:
    """Adds so many children to the demo."""
    with app.test_request_context():
        population = Population(desk(), seed, PASSWORD, now or dt.datetime.now(dt.UTC))
        population.writer.write(population.plans(number))
