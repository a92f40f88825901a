"""The app's extensions, created once and bound in app.py."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session, sessionmaker


class SessionOfTheApp(Session):
    """A session over the database of the app under way, where it is given no other."""

    def __init__(self, bind: Engine | Connection | None = None, **options: Any) -> None:
        super().__init__(bind or current_app.extensions["intake.engine"], **options)


db = scoped_session(sessionmaker(class_=SessionOfTheApp, expire_on_commit=True))
"""The session of the request under way."""


def end_session() -> None:
    """Gives the session's connection back; one that died in the meantime is let go."""
    try:
        db.remove()
    except DBAPIError:
        db.registry.clear()


babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
