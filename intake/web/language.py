"""The reader's language, and the switch that keeps the place."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, request, session
from flask_babel import force_locale, get_locale
from flask_login import current_user

from intake.checklist.parts import LANGUAGES

blueprint = Blueprint("language", __name__)

__all__ = ["blueprint", "code", "force_locale", "select_locale"]


def select_locale() -> str:
    """The language chosen in this session, else the person's own, else what the browser asks for, else Spanish."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    own = getattr(current_user, "language", None)
    if own in LANGUAGES:
        return str(own)
    return request.accept_languages.best_match(LANGUAGES) or "es"


def code() -> str:
    """The language of the page under way."""
    return str(get_locale()).split("_")[0]


@blueprint.get("/language/<code>")
def switch(code: str) -> Response:
    """Changes the language and goes back to the place."""
    if code not in LANGUAGES:
        abort(404)
    session["language"] = code
    target = request.args.get("next", "/")
    parts = urlsplit(target)
    safe = (
        not parts.scheme
        and not parts.netloc
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
    )
    return redirect(target if safe else "/")  # type: ignore[return-value]
