"""The app's extensions, created once and bound in app.py."""

from __future__ import annotations

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session, sessionmaker

db = scoped_session(sessionmaker(expire_on_commit=True))
"""The session of the request under way; its engine is bound by the app."""


def end_session() -> None:
    """Gives the session's connection back; one that died in the meantime is let go."""
    try:
        db.remove()
    except DBAPIError:
        db.registry.clear()


babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
