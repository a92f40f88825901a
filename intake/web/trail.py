"""Refusals go into the audit trail at the end of each request, once it is known what came out."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request
from flask_login import current_user

from intake.extensions import db
from intake.services import trail
from intake.web.guard import desk

log = logging.getLogger("intake")


def bind(app: Flask) -> None:
    """Looks at every answer. Sign-ins keep their own entries, with the session they begin."""
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    """Keeps a refusal: of a page, or of a case that is out of reach."""
    number = g.get("refused_case")
    if response.status_code != 403 and number is None:
        return response
    # looked up before anything else, since nothing of a page that failed may be written along
    actor_id = current_user.id if current_user.is_authenticated else None
    # a refusal is told whatever the person reaches by now
    desk().relied_on.clear()
    try:
        trail.note_refusal(desk(), actor_id, request.endpoint or "", response.status_code, number)
    except Exception as error:
        # nothing was shown, so nothing is held back
        log.error("a refusal could not be kept in the audit trail: %s", type(error).__name__)
        db.rollback()
    return response
