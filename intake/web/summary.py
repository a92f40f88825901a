"""The case summary as a download."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import force_locale

from intake.checklist.parts import Language
from intake.documents.summary import render_summary
from intake.issuing.summary import summary_context
from intake.models import Case
from intake.services import audit
from intake.web import language
from intake.web.guard import desk, person


def send_summary(case: Case, shared: tuple[str, Any] | None = None) -> Response:
    """The summary of the case now, in the language asked for, kept in the audit trail.

    ``shared`` names the recipient and the purpose; None where it is printed for the own file.
    """
    asked = request.args.get("lang")
    code: Language = "en" if (asked or language.code()) == "en" else "es"
    number, case_id, by_id = case.number, case.id, person().id
    context = summary_context(
        desk(),
        case,
        person(),
        code,
        printed_for=_printed_for(case, shared, code),
        site=request.host_url.rstrip("/"),
    )
    content = render_summary(context, "Letter")
    with desk().writing() as session:
        audit.record(
            session,
            "case.printed",
            actor_id=by_id,
            case_id=case_id,
            language=code,
            recipient=shared[0] if shared else None,
        )
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-{code}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _printed_for(case: Case, shared: tuple[str, Any] | None, code: Language) -> str | None:
    if shared is None:
        return None
    with force_locale(code):
        return f"{desk().register_of(case).authorities[shared[0]].name[code]} · {shared[1]}"
