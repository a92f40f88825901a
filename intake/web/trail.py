"""Sign-ins, sign-outs and refusals go into the audit trail at the end of each request, once it is known what came out."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import current_user, user_logged_out
from flask_security import user_authenticated, user_failed_authn

from intake.extensions import db
from intake.models import User
from intake.services import trail
from intake.web.errors import page_of
from intake.web.guard import desk

log = logging.getLogger("intake")


def bind(app: Flask) -> None:
    """Listens to what the sign-in says of itself, and looks at every answer."""
    user_authenticated.connect(_signed_in, app)
    user_failed_authn.connect(_failed, app)
    user_logged_out.connect(_signed_out, app)
    app.after_request(_keep)


def _noted() -> list[tuple[str, int | None]]:
    if "trail" not in g:
        g.trail = []
    noted: list[tuple[str, int | None]] = g.trail
    return noted


def _signed_in(_app: Flask, user: User, **_more: Any) -> None:
    _noted().append(("signed-in", user.id))


def _signed_out(_app: Flask, user: User, **_more: Any) -> None:
    if isinstance(getattr(user, "id", None), int):
        _noted().append(("signed-out", user.id))


def _failed(_app: Flask, user: User, **_more: Any) -> None:
    _noted().append(("sign-in-failed", user.id))


def _keep(response: Response) -> Response:
    """Keeps what happened. Where a sign-in cannot be kept, nobody is signed in."""
    if (
        request.endpoint == "security.login"
        and request.method == "POST"
        and response.status_code == 200
        and not _noted()
    ):
        _noted().append(("sign-in-failed", None))  # no such account
    number = g.get("refused_case")
    refused = response.status_code == 403 or number is not None
    if not _noted() and not refused:
        return response
    # looked up before anything else, since nothing of a page that failed may be written along
    actor_id = current_user.id if current_user.is_authenticated else None
    try:
        for action, by_id in _noted():
            trail.note(desk(), action, by_id)
    except Exception as error:
        log.error("a sign-in could not be kept in the audit trail: %s", type(error).__name__)
        session.clear()
        return Response(*page_of(500))
    try:
        if refused:
            trail.note_refusal(
                desk(), actor_id, request.endpoint or "", response.status_code, number
            )
    except Exception as error:
        # nothing was shown, so nothing is held back
        log.error("a refusal could not be kept in the audit trail: %s", type(error).__name__)
        db.rollback()
    return response
