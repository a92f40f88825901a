"""How pages of Flask-Security write: each form that changes an account is one write transaction from its start.

Its views read, then write, then commit. Begun as a reader, SQLite refuses the write when somebody else wrote in between,
and PostgreSQL lets two requests use one code; so the transaction begins as a writer, and the person's row is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request, session
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.extensions import db
from intake.models import User
from intake.web.guard import desk

READS_FIRST = frozenset({"security.login", "security.verify", "security.forgot_password"})
"""They hash a password, which takes long, before anything is written: nobody shall wait for that."""


def bind(app: Flask) -> None:
    """Begins and ends the write transaction of Flask-Security's forms."""
    app.before_request(_begin)
    app.after_request(_keep)


@contextmanager
def writing() -> Iterator[Session]:
    """The write transaction of the form under way, else one of its own."""
    if g.get("writes"):
        yield db()
        return
    with desk().writing() as database:
        yield database


def _begin() -> None:
    if (
        request.method != "POST"
        or request.blueprint != "security"
        or request.endpoint in READS_FIRST
    ):
        return
    # who is signed in is looked up before: that may note the session's use in a transaction of its own
    signed_in = bool(current_user.is_authenticated)
    db.rollback()
    db.connection(execution_options={"writes": True})
    g.writes = True
    who = current_user.fs_uniquifier if signed_in else session.get("tf_user_id")
    db.execute(select(User.id).where(User.fs_uniquifier == who).with_for_update())


def _keep(response: Response) -> Response:
    if g.pop("writes", False):
        db.commit()
    return response
