"""One page for everything that goes wrong: what happened, and what to do; never a trace, never content."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from pathlib import Path
from traceback import extract_tb

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from intake.extensions import db, end_session
from intake.services.desk import OutOfReach
from intake.web.guard import typed_fields
from intake.web.typed import typed_words

log = logging.getLogger("intake")
PACKAGE = Path(__file__).resolve().parents[1]


def register(app: Flask) -> None:
    """Binds the error pages."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(NoResultFound, _gone)
    app.register_error_handler(OutOfReach, _lost)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnection, _database)
    app.register_error_handler(Exception, _unknown)


def page_of(code: int, reference: str | None = None) -> tuple[str, int]:
    """The page that says what that status means, and what to do."""
    # the page's footer names a register; one that needs no database is at hand
    g.register = current_app.extensions["intake.registers"].folder
    return render_template(
        "errors/error.html",
        code=code,
        reference=reference,
        case_refused="refused_case" in g,
        # of a case that was handed over, or a right that was taken, while somebody typed
        typed=typed_words() if code in (403, 404) else [],
    ), code


def _known(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return page_of(error.code)


def _stale(_error: CSRFError) -> tuple[str, int]:
    return page_of(400)


def _gone(error: NoResultFound) -> tuple[str, int]:
    """What the form is about was there when the page was asked for, and is not any more: a case that was erased."""
    log.error("gone meanwhile: %s %s: %s", request.method, request.endpoint, without_values(error))
    db.rollback()
    return page_of(404)


def _lost(error: OutOfReach) -> tuple[str, int]:
    """The case was handed over, or a right taken, since the page looked at it: told as if that had been before."""
    db.rollback()
    g.refused_case = g.get("relied_on_case")
    return page_of(403 if error.readable else 404)


def _unknown(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(6)
    log.error(
        "unexpected error %s: %s %s: %s",
        reference,
        request.method,
        request.endpoint,
        without_values(error),
    )
    db.rollback()
    return page_of(500, reference)


AWAY, NO_ROOM = 503, 507


def _database(error: DBAPIError | NoConnection) -> tuple[str, int]:
    """The database does not answer, or has no room: the page says so and carries what was typed, to be sent again."""
    code = _code(error)
    if code is None:
        return _unknown(error)
    log.error(
        "database: %s: %s", "no room" if code == NO_ROOM else "no answer", without_values(error)
    )
    end_session()
    # the reader's account lies in the database too
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    # no page carries a password on
    if not request.form or (request.endpoint or "").startswith("security."):
        return page_of(code)
    g.register = current_app.extensions["intake.registers"].folder
    return render_template("errors/not_saved.html", code=code, typed=typed_fields()), code


def _code(error: DBAPIError | NoConnection) -> int | None:
    if isinstance(error, NoConnection):
        return AWAY
    if isinstance(error.orig, sqlite3.Error):
        found = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if found in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return NO_ROOM
        return AWAY if found in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN) else None
    if getattr(error.orig, "sqlstate", None) == "53100":
        return NO_ROOM
    away = isinstance(error, OperationalError) or error.connection_invalidated
    return AWAY if away else None


def without_values(error: BaseException) -> str:
    """Where it went wrong and what kind of error it was, with its causes, on one line.

    An error's own words may hold what a caseworker typed, and so may the lines of code around it: neither is kept.
    """
    told, seen = [], set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        frames = extract_tb(cause.__traceback__)
        own = [frame for frame in frames[:-1] if Path(frame.filename).is_relative_to(PACKAGE)]
        places = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in (*own, *frames[-1:])
        ]
        told.append(f"{type(cause).__name__} at {' > '.join(places)}")
        cause = cause.__cause__ or cause.__context__
    return "; from ".join(told)
