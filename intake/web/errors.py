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


def page_of(code: int, reference: str | None = None) -> tuple[str, int]:
    """The page that says what that status means, and what to do."""
    # the page's footer names a register; one that needs no database is at hand
    g.register = current_app.extensions["intake.registers"].folder
    return render_template(
        "errors/error.html", code=code, reference=reference, case_refused="refused_case" in g
    ), code


def _known(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return page_of(error.code)


def _stale(_error: CSRFError) -> tuple[str, int]:
    return page_of(400)


def _unknown(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(6)
    log.error("unexpected error %s: %s", reference, type(error).__name__, exc_info=error)
    db.rollback()
    return page_of(500, reference)
