"""Pages and saves, beside a constant page; and what grows with the number of cases, beside the same of fewer."""

from __future__ import annotations

import gzip
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from intake.checklist.evaluation import evaluate_case
from intake.models import Case, now
from intake.services.case_file import as_input, open_file
from intake.web.guard import desk
from tests.bench.harness import Line, Times, against, turns, within
from tests.bench.people import Elsewhere, opened, signed_in
from tests.conftest import Person, form_fields

SECTION = "/cases/TAP-2026-0001/sections/rights"
LONGEST = "/cases/TAP-2026-0001/sections/bid"
GROWING = {
    "Queue": "/review",
    "Queue, by the next deadline": "/review?sort=due",
    "Queue, overdue and critical": "/review?severity=critical&overdue=1",
    "Search by number": "/review?number=TAP-2026-0007",
    "Search by a part of a number": "/review?number=0007",
    "Search by name": "/review name=hernandez",
    # the page is as full over few cases: what is compared is the search and not how many it finds
    "Search by the beginning of a name": "/review name=mar",
    "Search by a name nobody has": "/review name=zzyzx",
    "Today (supervisor)": "/today",
    "Board": "/board",
    "Cases due for erasure": "/retention",
}


def constant() -> FlaskClient:
    """The least a page can cost: one that says the same always."""
    app = Flask("constant")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>x</title>")
    return app.test_client()


def engine(app: Flask) -> Iterator[Line]:
    """The rules over one case, every check, gate and alert."""
    with app.test_request_context():
        here, moment = desk(), now()
        files = [
            open_file(here, case) for case in here.session.scalars(select(Case).limit(200)).unique()
        ]
        inputs = [
            as_input(file.register, file.document, moment.astimezone(file.zone)) for file in files
        ]
        each, reading = iter(inputs * 3), iter(files * 3)

        def read() -> None:
            file = next(reading)
            as_input(file.register, file.document, moment)

        whole, validating = turns(lambda: evaluate_case(here.register, next(each)), read, times=400)
    yield within("The whole register over one case", whole, 1)
    yield Line("Reading and validating that case before", validating)


def single(app: Flask) -> Iterator[Line]:
    """Pages of one case, and its saves."""
    ana, floor = signed_in(app, "ana"), constant()
    for name, path in (("A short section", SECTION), ("The longest section", LONGEST)):
        page, plain = turns(partial(opened, ana, path), lambda: floor.get("/"), times=40)
        yield against(f"{name}, GET", page, "constant page", plain, target=5)
    yield from _saves(app, ana)
    yield from _weights(ana)


def _saves(app: Flask, client: FlaskClient) -> Iterator[Line]:
    person, turn = Person(client), iter(range(10_000))
    fields = dict(form_fields(person.open(SECTION)))

    def save() -> None:
        fields.update(form_fields(person.open(SECTION)))
        name = next(
            one for one in fields if one.endswith("rights.informed") or "rights.informed" in one
        )
        fields[name] = ("yes", "no")[next(turn) % 2]

    def send() -> None:
        assert client.post(SECTION, data=fields).status_code == 302

    for label, pragma in (("with fsync", "FULL"), ("without fsync", "OFF")):
        engine = app.extensions["intake.engine"]
        engine.dispose()

        @event.listens_for(engine, "connect")
        def _durable(connection: sqlite3.Connection, _record: object, pragma: str = pragma) -> None:
            connection.execute(f"PRAGMA synchronous={pragma}")

        for name, clock in (("processor", time.process_time), ("clock", time.perf_counter)):
            _form, sent = turns(save, send, times=15, clock=clock)
            what = f"Saving a section, {label} ({name}'s time)"
            yield within(what, sent, 25) if pragma == "OFF" else Line(what, sent)
        event.remove(engine, "connect", _durable)
    engine.dispose()


def _weights(client: FlaskClient) -> Iterator[Line]:
    page = opened(client, LONGEST)
    html = gzip.decompress(page).decode()
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"', html))
    parts = {address: opened(client, address) for address in linked}
    plain = len(html.encode()) + sum(len(client.get(address).data) for address in linked)
    small = len(page) + sum(len(part) for part in parts.values())
    yield Line(
        "First load of the longest section, all it needs",
        small / 1000,
        f"not compressed: {plain / 1000:,.0f} kB",
        small / plain,
        "at most 100 kB",
        small <= 100_000,
        "kB",
    )
    yield Line("The same once scripts and styles are kept", len(page) / 1000, unit="kB")


def growing(small: Path, large: Path) -> Iterator[Line]:
    """Pages over many cases beside the same pages over few, and beside their bare SQL."""
    few, many = Elsewhere(small, "sofia"), Elsewhere(large, "sofia")
    try:
        for name, path in GROWING.items():
            pairs = [(many.open(path), few.open(path)) for _turn in range(13)][1:]
            over_many = Times(tuple(one[0] for one, _other in pairs))
            over_few = Times(tuple(other[0] for _one, other in pairs))
            sql = Times(tuple(one[1] for one, _other in pairs))
            line = against(name, over_many, "few cases", over_few, target=1.5)
            yield replace(line, floor=f"{line.floor}; bare SQL: {sql.median:.1f} ms")
    finally:
        few.end()
        many.end()
