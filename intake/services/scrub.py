"""Taking what was deleted out of the database's own files, where it would otherwise lie until it is overwritten."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from intake.models import Case

log = logging.getLogger("intake")
PATIENCE_MS = 5000


def scrub(bind: Engine | Connection) -> None:
    """Empties SQLite's log, or rewrites PostgreSQL's table of cases; where others are reading, it gives up in time.

    The deletion itself holds all the same: this is about bytes that nothing points to any more.
    """
    engine = bind.engine
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if engine.dialect.name == "sqlite":
                _empty_log(connection)
            else:
                connection.execute(text(f"set lock_timeout = {PATIENCE_MS}"))
                connection.execute(text(f"vacuum full {Case.__tablename__}"))
                connection.execute(text("reset lock_timeout"))
    except DBAPIError as error:
        log.warning("deleted rows were not scrubbed: %s", type(error).__name__)


def _empty_log(connection: Connection) -> None:
    before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar() or 0
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(before)}")


__all__ = ["scrub"]
