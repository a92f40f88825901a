"""Every row of the database as lines of JSON, the same for SQLite and PostgreSQL, and the way back."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import JSON, Connection, Integer, MetaData, Table, func, insert, select, text

from intake.models import Base

AT_ONCE = 100
"""Rows in memory; one can hold a whole register."""
NOT_KEPT = frozenset({"alembic_version", "name_token", "job", "job_step", "worker", "chore"})
"""The schema is made by its own steps; name tokens are keyed, and are made anew under the key that then is; work that
was under way when the backup was made is asked for again by whoever still wants it."""


def tables_of(connection: Connection) -> list[Table]:
    """The tables that the database has, in an order in which rows can be added; types are those of the models."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name not in NOT_KEPT)
    for table in found.sorted_tables:
        model = Base.metadata.tables.get(table.name)
        for column in table.columns:
            if model is not None and column.name in model.columns:
                column.type = model.columns[column.name].type
    return found.sorted_tables


def count_rows(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The table's rows; the database is read a little at a time."""
    running = connection.execution_options(yield_per=AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    yield from map(dict, running.mappings())


def as_line(row: dict[str, Any]) -> bytes:
    """A row as a line of JSON, its values in the order of the table's columns."""
    return (
        json.dumps([_plain(value) for value in row.values()], ensure_ascii=False).encode() + b"\n"
    )


def add_rows(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Adds rows as they were read; says how many."""
    waiting: list[dict[str, Any]] = []
    added = 0
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            connection.execute(insert(table), waiting)
            added, waiting = added + len(waiting), []
    if waiting:
        connection.execute(insert(table), waiting)
    return added + len(waiting)


def as_row(table: Table, columns: list[str], values: list[Any]) -> dict[str, Any]:
    """The values of a line as the table takes them. Raises KeyError or ValueError where they do not fit."""
    row = {name: whole(value) for name, value in zip(columns, values, strict=True)}
    for name, value in row.items():
        if name not in table.columns:
            raise KeyError(name)
        # nothing in a column of JSON is no row's value; the word null may be
        if value is None and isinstance(table.columns[name].type, JSON):
            row[name] = JSON.NULL if not table.columns[name].nullable else None
    return row


def go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """Lets the numbers that PostgreSQL gives out go on after those that were added."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, Integer):
                continue
            sequence = connection.scalar(
                text("select pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            )
            if sequence is not None:
                last = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("select setval(cast(:name as regclass), :last, :used)"),
                    {"name": sequence, "last": last or 1, "used": last is not None},
                )


def _plain(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return {"bytes": base64.b64encode(value).decode()}
        case dt.datetime():
            return {"time": value.isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case dict() | list():
            return {"json": value}
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"{type(value).__name__} has no place in a backup yet")


def whole(value: Any) -> Any:
    """The value of a row as it was before it stood in a line. Raises ValueError."""
    match value:
        case {"bytes": str(content)}:
            return base64.b64decode(content, validate=True)
        case {"time": str(content)}:
            return dt.datetime.fromisoformat(content)
        case {"date": str(content)}:
            return dt.date.fromisoformat(content)
        case {"json": content}:
            return content
        case None | bool() | int() | float() | str():
            return value
    raise ValueError("a value that no row has")
