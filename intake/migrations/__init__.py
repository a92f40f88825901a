"""The database's shape over time, and the one call that brings a database up to date."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

_MIGRATING, _STARTING = 73_200_001, 73_200_002
"""Numbers of the advisory locks of PostgreSQL."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database to that revision in one transaction; of two that try at once, the second waits and finds
    nothing to do."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        alone(connection)
        upgrade_within(connection, revision)


def alone(connection: Connection) -> None:
    """Waits until nobody else changes the schema, and keeps others waiting until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    # a transaction of SQLite that is to write holds the whole database from its beginning


def upgrade_within(connection: Connection, revision: str) -> None:
    """Brings the database to that revision inside the transaction under way."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str:
    """The revision the database is at; empty where it has none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The revision that this program works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def knows_revision(revision: str) -> bool:
    """Whether that revision is one of ours."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


@contextmanager
def one_at_a_time(engine: Engine, folder: Path) -> Iterator[None]:
    """Lets one server after another do what is done once at the start: migrate, publish, load the demo."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _STARTING})
            yield
        return
    with (folder / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
