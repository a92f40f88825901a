"""What all tables share: the naming of constraints, times in UTC, and how a database is opened."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

CONNECT_SECONDS = 10
"""After so long a server of databases that does not answer counts as away."""


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[dt.datetime]):
    """A time with its zone, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def open_engine(url: str) -> Engine:
    """The database at that URL; SQLite in WAL mode, durable, with foreign keys, writers queueing from their start.

    A file of SQLite is for its owner alone, and so are those that SQLite puts beside it.
    """
    # an error's text would otherwise carry the values of its statement into the log
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args=_patience(url)
        )
    engine = create_engine(url, connect_args={"timeout": 20}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _keep_private(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        _make_private(str(arguments[0]))

    @event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
        )

    return engine


def _patience(url: str) -> dict[str, Any]:
    """How long a connection is waited for, unless whoever runs the app says so in the URL or as PostgreSQL's tools do.

    Without it, a server that takes the connection and never answers holds a worker for good.
    """
    said = "connect_timeout" in make_url(url).query or "PGCONNECT_TIMEOUT" in os.environ
    return {} if said else {"connect_timeout": CONNECT_SECONDS}


def _make_private(path: str) -> None:
    """Makes the file with mode 0600 where there is none, and narrows what others can read."""
    if path in ("", ":memory:"):
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        # SQLite gives the files beside it the mode of the file itself; those of before may have another
        for ending in ("", "-wal", "-shm", "-journal"):
            file = Path(path + ending)
            with suppress(FileNotFoundError):
                if file.stat().st_mode & 0o077:
                    file.chmod(0o600)
    except OSError:
        return  # what stands in the way, SQLite says in its own words


def learn_sizes(engine: Engine) -> None:
    """Lets SQLite look at how its tables are filled, so that it finds few cases by their ids and not by their team.

    It samples: some hundredths of a second, however large the database. PostgreSQL does this by itself.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.exec_driver_sql("PRAGMA analysis_limit=400")
            connection.exec_driver_sql("ANALYZE")
