"""Counts answers, what was kept, and what the database answered with; see `intake/measures.py`."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session, UOWTransaction

from intake import measures
from intake.extensions import db
from intake.models import AuditEntry

METHODS = frozenset({"GET", "HEAD", "POST"})
_WRITTEN = "written entries"


def bind(app: Flask, engine: Engine) -> None:
    """Counts from now on. Bound before anything else, so that all that is done for an answer is timed."""
    app.before_request(_begin)
    app.after_request(_end)
    event.listen(engine, "handle_error", _database_error)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    status = f"{response.status_code // 100}xx"
    measures.count(measures.REQUESTS, endpoint=endpoint, method=method, status=status)
    if "begun" in g:
        seconds = time.perf_counter() - g.begun
        measures.observe(measures.REQUEST_SECONDS, seconds, endpoint=endpoint, method=method)
    return response


def _database_error(context: ExceptionContext) -> None:
    kind = type(context.sqlalchemy_exception or context.original_exception).__name__
    measures.count(measures.DATABASE_ERRORS, kind=kind)


@event.listens_for(db, "after_flush")
def _note(session: Session, _context: UOWTransaction) -> None:
    """Whatever is written has its entry in the audit trail, in the same transaction."""
    entries = [
        (one.action, bool(one.detail.get("again")))
        for one in session.new
        if isinstance(one, AuditEntry)
    ]
    session.info.setdefault(_WRITTEN, []).extend(entries)


@event.listens_for(db, "after_commit")
def _count(session: Session) -> None:
    for action, again in session.info.pop(_WRITTEN, ()):
        about, _, what = action.partition(".")
        if about == "case" and what.endswith("-saved"):
            measures.count(measures.SAVES, kind=what.removesuffix("-saved"))
        elif action == "case.opened":
            measures.count(measures.SAVES, kind="opened")
        elif action == "case.printed" and not again:
            measures.count(measures.DOCUMENTS)
        elif about == "sign-in" and what in ("failed", "throttled"):
            measures.count(measures.FAILED_SIGN_INS, why=what)


@event.listens_for(db, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WRITTEN, None)


__all__ = ["bind"]
