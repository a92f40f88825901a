"""Taking what was deleted out of the database's own files, where it would otherwise lie until it is overwritten."""

from __future__ import annotations

import logging
import re
import time
from typing import Any, cast

from psycopg import Connection as PostgreSQL
from psycopg.errors import Diagnostic
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from intake.models import Case

log = logging.getLogger("intake")
PATIENCE_MS = 5000
TRIES = 5


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
                _rewrite_cases(connection)
                connection.execute(text("reset lock_timeout"))
    except DBAPIError as error:
        log.warning("deleted rows were not scrubbed: %s", type(error).__name__)


def _rewrite_cases(connection: Connection) -> None:
    """Writes the table anew without what was deleted; again where PostgreSQL kept some of it for somebody's sake.

    It keeps what was there when any transaction under way began, such as that of a connection just being made.
    """
    left: list[int] = []

    def heard(notice: Diagnostic) -> None:
        # "0 dead row versions cannot be removed yet": in any language the first number is that of the rows left
        if number := re.search(r"\d+", notice.message_detail or ""):
            left.append(int(number[0]))

    driver = cast("PostgreSQL[Any]", connection.connection.driver_connection)
    driver.add_notice_handler(heard)
    try:
        for tried in range(TRIES):
            time.sleep(0.1 * tried)
            left.clear()
            connection.execute(text(f"vacuum (full, verbose) {Case.__tablename__}"))
            if not any(left):
                return
    finally:
        driver.remove_notice_handler(heard)
    log.warning("deleted rows were not scrubbed: others are reading")


def _empty_log(connection: Connection) -> None:
    before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar() or 0
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(before)}")


__all__ = ["scrub"]
