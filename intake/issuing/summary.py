"""The summary of one case: its context, read from the record."""

from __future__ import annotations

import datetime as dt

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.explanations import blocker_label
from intake.checklist.parts import Language
from intake.documents.summary import AnswerNote, BreachLine, ReviewLine, SummaryContext
from intake.issuing.lines import child_lines
from intake.models import Case, User, now
from intake.services import case_file
from intake.services.desk import Desk


def summary_context(
    desk: Desk,
    case: Case,
    by: User,
    code: Language,
    *,
    printed_for: str | None = None,
    site: str | None = None,
) -> SummaryContext:
    """All that the summary of the case prints, as of now, in that language.

    ``printed_for`` names the recipient and the purpose, None where it is printed for the own file; ``site`` is the
    address of the app, to which recommendations are linked.
    """
    file = case_file.open_file(desk, case)
    reviews = case_file.reviews(desk, case)
    return SummaryContext(
        evaluation=case_file.evaluate_file(file),
        language=code,
        case_number=case.number,
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
            for decided in reviews
        ),
        printed_at=now().astimezone(file.zone),
        printed_by=by.name,
        zone_name=case.team.zone,
        status=status_label(case, code),
        approved_by=_approved_by(case, reviews),
        breaches=_breaches(file, code),
        site=site,
        printed_for=printed_for,
    )


def status_label(case: Case, code: Language) -> str:
    """The state of the case's review, in words."""
    with force_locale(code):
        words = {
            "draft": _("Draft"),
            "submitted": _("Sent for review"),
            "returned": _("Sent back"),
            "approved": _("Approved"),
        }
        return str(words[case.status])


def _approved_by(case: Case, reviews: list[case_file.ReviewRead]) -> str | None:
    """Who approved the case as it stands; nobody once it was changed."""
    return next((one.by.name for one in reviews), None) if case.status == "approved" else None


def _decision(decided: case_file.ReviewRead, code: Language) -> str:
    with force_locale(code):
        words = [_("Sent back") if decided.decision == "returned" else _("Approved")]
        if decided.approves_bid:
            words.append(_("best-interest determination approved"))
        return ", ".join(words)


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
