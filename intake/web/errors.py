"""One page for everything that goes wrong: what happened, and what to do; never a trace, never content."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from traceback import extract_tb

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from intake.extensions import db

log = logging.getLogger("intake")
PACKAGE = Path(__file__).resolve().parents[1]


def register(app: Flask) -> None:
    """Binds the error pages."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(Exception, _unknown)


def _page(code: int, reference: str | None = None) -> tuple[str, int]:
    # the page's footer names a register; one that needs no database is at hand
    g.register = current_app.extensions["intake.registers"].folder
    return render_template("errors/error.html", code=code, reference=reference), code


def _known(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _stale(_error: CSRFError) -> tuple[str, int]:
    return _page(400)


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
    return _page(500, reference)


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
