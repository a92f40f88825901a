"""The case summary as a download."""

from __future__ import annotations

from flask import Response, request
from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.register import Language
from intake.documents.summary import AnswerNote, ReviewLine, SummaryContext, render_summary
from intake.models import Case, now
from intake.services import audit, case_file
from intake.web import language
from intake.web.context import register_of_page
from intake.web.guard import desk, person


def send_summary(case: Case) -> Response:
    """The summary of the case now, in the language asked for, kept in the audit trail."""
    asked = request.args.get("lang")
    code: Language = "en" if (asked or language.code()) == "en" else "es"
    file = case_file.open_file(desk(), case)
    evaluation = case_file.evaluate_file(file)
    number, case_id, by_id = case.number, case.id, person().id
    context = SummaryContext(
        evaluation=evaluation,
        language=code,
        case_number=number,
        child=_child(file, code),
        caseworker=case.caseworker.name,
        team=case.team.name,
        notes={
            check_id: AnswerNote(
                kept.get("note"),
                kept.get("evidence_date"),
                kept.get("evidence_source"),
                kept.get("reason"),
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
    )
    content = render_summary(context, "Letter")
    with desk().writing() as session:
        audit.record(session, "case.printed", actor_id=by_id, case_id=case_id, language=code)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-{code}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _decision(decided: case_file.ReviewRead, code: Language) -> str:
    with force_locale(code):
        words = [_("Sent back") if decided.decision == "returned" else _("Approved")]
        if decided.approves_bid:
            words.append(_("best-interest determination approved"))
        return ", ".join(words)


def _child(file: case_file.CaseFile, code: str) -> tuple[tuple[str, str], ...]:
    words = {"es": ("Nombre", "Otros nombres"), "en": ("Name", "Other names")}[code]
    lines = [
        (words[0], file.name),
        (words[1], str(file.document["identity"].get("other_names", ""))),
    ]
    return tuple((label, value) for label, value in lines if value) + _facts(file, code)


def _facts(file: case_file.CaseFile, code: str) -> tuple[tuple[str, str], ...]:
    register, shown = register_of_page(), []
    for fact in register.facts.values():
        value = file.document["profile"].get(fact.id)
        if fact.group != "profile" or value is None:
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
            shown.append((fact.short[code], str(value)[:16].replace("T", " ")))
        else:
            shown.append((fact.short[code], str(value)))
    return tuple(shown)
