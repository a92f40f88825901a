"""A database of an earlier release is brought up to date with all that is in it."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
)

from intake.migrations import _config, upgrade
from intake.models import Base, open_engine
from tests.conftest import ENGINES, run_on_server


def test_the_tables_are_those_of_the_models(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        differing = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differing == []


def test_what_was_kept_before_cover_and_emergencies_stays(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    upgrade(engine, "0002")
    with engine.connect().execution_options(writes=True) as connection:
        for statement in (
            "insert into team (id, name, country, zone, prefix) values (1, 'A', 'MX', 'UTC', 'AB')",
            "insert into user (id, email, active, fs_uniquifier, name, language, team_id)"
            " values (1, 'a@b.example', true, 'x', 'Ana', 'es', 1)",
            "insert into audit_entry (id, at, actor_id, action, detail, previous, digest)"
            " values (1, '2026-01-01 00:00:00', 1, 'person.added', '{}', '', '')",
            "insert into child_case (id, number, team_id, caseworker_id, status, opened_at, updated_at,"
            " wrapped_key, document, version, register_sha256, evaluated_at, gaps, critical_gaps,"
            " missing, worst_rank, applicable, answered, alerts)"
            " values ('c', 'AB-2026-0001', 1, 1, 'draft', '2026-01-01', '2026-01-01', x'01', x'02',"
            " 1, '', '2026-01-01', 0, 0, 0, 9, 0, 0, '[]')",
        ):
            connection.execute(text(statement))
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        case = connection.execute(text("select number, document, handed_over_at from child_case"))
        assert case.one() == ("AB-2026-0001", b"\x02", None)
        assert connection.scalar(text("select count(*) from audit_entry")) == 1
        assert connection.scalar(text("select count(*) from cover")) == 0
    engine.dispose()


REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))
]
MOMENT = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_full_database_of_every_release_keeps_every_value(engine: str, tmp_path: Path) -> None:
    name = f"old_{uuid.uuid4().hex[:8]}"
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    if engine == "postgresql":
        run_on_server(f"create database {name}")
        url = f"postgresql+psycopg:///{name}"
    database = open_engine(url)
    try:
        before: dict[str, dict[str, object]] = {}
        for revision in REVISIONS:
            upgrade(database, revision)
            with database.connect().execution_options(writes=True) as connection:
                tables = _tables(connection)
                for table, row in before.items():
                    kept = _row(connection, tables[table])
                    lost = {key: value for key, value in row.items() if kept.get(key) != value}
                    assert lost == {}, (revision, table, kept)
                _fill(connection, tables)
                connection.commit()
                before = {name: _row(connection, table) for name, table in tables.items()}
        assert set(before) == set(Base.metadata.tables)
    finally:
        database.dispose()
        if engine == "postgresql":
            run_on_server(f"drop database {name} with (force)")


def _tables(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return {table.name: table for table in found.sorted_tables}


def _row(connection: Connection, table: Table) -> dict[str, object]:
    """The first row, times as they are compared."""
    row = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().first()
    assert row is not None, f"{table.name} is empty"
    return {
        key: value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value
        for key, value in row.items()
    }


def _fill(connection: Connection, tables: dict[str, Table]) -> None:
    """Puts one row into each table that has none, with a value in every column."""
    for table in tables.values():
        if connection.execute(select(table)).first() is None:
            connection.execute(
                insert(table).values(
                    {column.name: _value(connection, column) for column in table.columns}
                )
            )


def _value(connection: Connection, column: Column[Any]) -> object:
    for key in column.foreign_keys:
        return connection.execute(select(key.column)).scalar()
    match column.type:
        case Boolean():
            return True
        case Integer():
            return 1
        case JSON():
            return {"a": "ñ"}
        case DateTime():
            return MOMENT
        case Date():
            return MOMENT.date()
        case LargeBinary():
            return b"\x01\xff"
        case String(length=length):
            return "ñandú"[: length or 5]
    raise AssertionError(f"{column.name}: {column.type!r}")
