"""One page for everything that goes wrong: what happened, and what to do; never a trace, never content."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, current_app, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from intake.extensions import db

log = logging.getLogger("intake")


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
    log.error("unexpected error %s: %s", reference, type(error).__name__, exc_info=error)
    db.rollback()
    return _page(500, reference)
