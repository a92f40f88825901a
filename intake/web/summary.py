"""The case summary as a download."""

from __future__ import annotations

import uuid

from flask import Response, current_app, request

from intake.checklist.parts import Language
from intake.issuing.issue import issue
from intake.models import Case
from intake.web import language
from intake.web.guard import desk, person


def send_summary(case: Case) -> Response:
    """The summary of the case now, for the own file, in the language asked for, kept in the audit trail."""
    return send_issued(case, operation=str(uuid.uuid4()))


def send_issued(case: Case, **asked: str) -> Response:
    """The summary, issued for a recipient where one is named. Raises Refused ``no_consent``."""
    wanted = request.args.get("lang")
    code: Language = "en" if (wanted or language.code()) == "en" else "es"
    issued = issue(
        desk(),
        current_app.extensions["intake.files"],
        current_app.extensions["intake.settings"],
        case,
        person(),
        kind="summary",
        language=code,
        site=request.host_url.rstrip("/"),
        **asked,  # type: ignore[arg-type]
    )
    response = Response(issued.content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{issued.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
