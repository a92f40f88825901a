"""The case summary as a download."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request
from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.explanations import blocker_label, day_label, moment_label
from intake.checklist.parts import Language
from intake.documents.summary import (
    AnswerNote,
    BreachLine,
    ReviewLine,
    SummaryContext,
    render_summary,
)
from intake.models import Case, now
from intake.services import audit, case_file
from intake.web import language
from intake.web.guard import desk, person


def send_summary(case: Case, shared: tuple[str, Any] | None = None) -> Response:
    """The summary of the case now, in the language asked for, kept in the audit trail.

    ``shared`` names the recipient and the purpose; None where it is printed for the own file.
    """
    asked = request.args.get("lang")
    code: Language = "en" if (asked or language.code()) == "en" else "es"
    file = case_file.open_file(desk(), case)
    evaluation = case_file.evaluate_file(file)
    number, case_id, by_id = case.number, case.id, person().id
    context = SummaryContext(
        evaluation=evaluation,
        language=code,
        case_number=number,
        child=child_lines(file, code),
        caseworker=case.caseworker.name,
        team=case.team.name,
        notes={
            check_id: AnswerNote(
                kept.get("note"),
                dt.date.fromisoformat(kept["evidence_date"]) if kept.get("evidence_date") else None,
                kept.get("evidence_source"),
                kept.get("reason"),
                kept.get("cause"),
                kept.get("authority"),
            )
            for check_id, kept in file.document["answers"].items()
        },
        reviews=tuple(
            ReviewLine(
                decided.at.astimezone(file.zone),
                decided.by.name,
                _decision(decided, code),
                decided.text,
            )
            for decided in case_file.reviews(desk(), case)
        ),
        printed_at=now().astimezone(file.zone),
        printed_by=person().name,
        zone_name=case.team.zone,
        status=_status(case, code),
        approved_by=_approved_by(case),
        breaches=_breaches(file, code),
        site=request.host_url.rstrip("/"),
        printed_for=_printed_for(file, shared, code),
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


def _status(case: Case, code: Language) -> str:
    with force_locale(code):
        words = {
            "draft": _("Draft"),
            "submitted": _("Sent for review"),
            "returned": _("Sent back"),
            "approved": _("Approved"),
        }
        return words[case.status]


def _approved_by(case: Case) -> str | None:
    """Who approved the case as it stands; nobody once it was changed."""
    if case.status != "approved":
        return None
    return next((one.by.name for one in case_file.reviews(desk(), case)), None)


def _printed_for(
    file: case_file.CaseFile, shared: tuple[str, Any] | None, code: Language
) -> str | None:
    if shared is None:
        return None
    with force_locale(code):
        return f"{file.register.authorities[shared[0]].name[code]} · {shared[1]}"


def _decision(decided: case_file.ReviewRead, code: Language) -> str:
    with force_locale(code):
        words = [_("Sent back") if decided.decision == "returned" else _("Approved")]
        if decided.approves_bid:
            words.append(_("best-interest determination approved"))
        return ", ".join(words)


def child_lines(file: case_file.CaseFile, code: str) -> tuple[tuple[str, str], ...]:
    """Who the child is and what is known of them, line by line."""
    with force_locale(code):
        lines = [
            (_("Child's name"), file.name),
            (_("Other names or spellings"), str(file.document["identity"].get("other_names", ""))),
        ]
    return tuple((label, value) for label, value in lines if value) + fact_lines(file, code)


def _breaches(file: case_file.CaseFile, code: Language) -> tuple[BreachLine, ...]:
    gates = file.register.gates
    return tuple(
        BreachLine(
            gates[gate_id].title[code],
            dt.datetime.fromisoformat(kept["happened_at"]),
            dt.datetime.fromisoformat(kept["recorded_at"]),
            tuple(blocker_label(file.register, name, code) for name in kept["blocked_by"]),
        )
        for gate_id, kept in case_file.standing_breaches(file.document).items()
        if gate_id in gates
    )


def fact_lines(
    file: case_file.CaseFile, code: str, group: str = "profile"
) -> tuple[tuple[str, str], ...]:
    """The facts of that group that are recorded, in words."""
    register, shown = file.register, []
    part = file.document["profile" if group == "profile" else "events"]
    for fact in register.facts.values():
        value = part.get(fact.id)
        if fact.group != group or value is None:
            continue
        if isinstance(value, list):
            labels = [choice.label[code] for choice in fact.choices if choice.value in value]
            shown.append(
                (fact.short[code], ", ".join(labels) or (fact.none[code] if fact.none else "–"))
            )
        elif isinstance(value, bool):
            shown.append((fact.short[code], register.say("flag_yes" if value else "flag_no", code)))
        elif fact.kind == "choice":
            choice = fact.choice(value)
            shown.append((fact.short[code], choice.label[code] if choice else str(value)))
        elif fact.kind == "time":
            moment = dt.datetime.fromisoformat(value).astimezone(file.zone)
            shown.append((fact.short[code], moment_label(moment, code)))
        elif fact.kind == "date":
            shown.append((fact.short[code], day_label(dt.date.fromisoformat(value), code)))
        else:
            shown.append((fact.short[code], str(value)))
    return tuple(shown)
