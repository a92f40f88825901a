"""How the database finds what a page over many cases shows: by an index, never by looking at all cases of a team."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from intake.commands.demo import PASSWORD
from intake.commands.population import Population
from intake.models import learn_sizes, now
from intake.services.few import FEW
from intake.web.guard import desk
from tests.conftest import Person, form_fields

CASES = 2500
SHOWN = 60
"""No page shows more cases than that, so none needs to read more rows of them, unless it first finds which are few."""
PAGES = (
    "/review",
    "/review?sort=due",
    "/review?sort=updated",
    "/review?sort=number",
    "/review?number=TAP-2026-0007",
    "/review?number=0007",
    "/review?number=2026-0007",
    "/review?number=7",
    "/review?number=TAP-2026-000",
    "/review?number=9999",
    "/review?alert=trafficking_not_referred",
    "/today",
    "/board",
    "/retention",
)
SORTED = PAGES[:4]
"""Their order is that of an index: nothing is sorted."""
SORTS = "USE TEMP B-TREE FOR ORDER BY"
LOOKS_AT_ALL = re.compile(r"SCAN (child_case|retention|case_alert)\b")
NAME = "a name"
READS = re.compile(r"\bFROM (?:child_case|retention|case_alert)\b|\bJOIN child_case\b")


@pytest.fixture
def many(app: Flask) -> Flask:
    """The demo with some thousand cases more, and a database that has looked at them."""
    with app.test_request_context():
        population = Population(desk(), 3, PASSWORD, now())
        population.writer.write(population.plans(CASES, 250))
    engine = app.extensions["intake.engine"]
    learn_sizes(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("vacuum analyze")
    return app


def asked(app: Flask, open_page: Callable[[], object]) -> list[tuple[str, Any]]:
    """What the page asks about cases."""
    said: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and READS.search(statement):
            said.append((statement, values))

    engine = app.extensions["intake.engine"]
    open_page()
    event.listen(engine, "before_cursor_execute", note)
    open_page()
    event.remove(engine, "before_cursor_execute", note)
    return said


def rows_read(connection: Connection, statement: str, values: Any) -> list[tuple[str, int]]:
    """What PostgreSQL did with the statement: each way to rows of cases, and how many rows it went through."""
    told = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values
    ).scalar()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    found: list[tuple[str, int]] = []

    def walk(node: dict[str, Any]) -> None:
        if node.get("Relation Name") == "child_case":
            gone = node.get("Rows Removed by Filter", 0)
            found.append(
                (node["Node Type"], int((node["Actual Rows"] + gone) * node["Actual Loops"]))
            )
        for part in node.get("Plans", ()):
            walk(part)

    walk(plan)
    return found


def test_pages_over_many_cases_read_those_they_show_by_an_index(
    many: Flask, sign_in: Callable[[str], Person]
) -> None:
    sofia = sign_in("sofia")
    engine = many.extensions["intake.engine"]
    sent = dict(form_fields(sofia.open("/review"))) | {"name": "hernandez"}
    token = {"csrf_token": sent["csrf_token"], "name": sent["name"]}
    opened: dict[str, Callable[[], object]] = {
        path: (lambda path=path: sofia.open(path))  # type: ignore[misc]
        for path in PAGES
    }
    opened[NAME] = lambda: sofia.client.post("/review", data=token)
    wrong: list[tuple[str, object, str]] = []
    looked = 0
    for page, open_page in opened.items():
        for statement, values in asked(many, open_page):
            looked += 1
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite":
                    told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                    wrong += [
                        (page, row[3], statement)
                        for row in told
                        if LOOKS_AT_ALL.match(row[3])
                        or (
                            page in SORTED
                            and SORTS in row[3]
                            and "ORDER BY child_case." in statement
                        )
                    ]
                    continue
                for kind, number in rows_read(connection, statement, values):
                    counted = "count(" in statement or "sum(" in statement
                    most = (
                        FEW + 1 if "number=" in page or "alert=" in page or page == NAME else SHOWN
                    )
                    if kind == "Seq Scan" or (not counted and number > most):
                        wrong.append((page, (kind, number), statement))
    assert looked > len(opened)
    assert wrong == []
