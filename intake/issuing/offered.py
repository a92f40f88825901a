"""The kinds of document beside the summary: what each prints, embeds, and asks for."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _

from intake.checklist.evaluation import RANK, Evaluation
from intake.checklist.parts import Language
from intake.documents.certificate import PanelMember, render_certificate
from intake.documents.extract import render_extract
from intake.documents.gap_report import render_gap_report
from intake.documents.letter import render_letter
from intake.documents.transfer import render_transfer
from intake.forms.panel import ROLES
from intake.issuing.certificate import Missing, certificate_context, missing_for_certificate
from intake.issuing.covered import COVERS, purpose_of
from intake.issuing.extract import extract_context
from intake.issuing.gap_report import gap_report_context
from intake.issuing.handing import handed
from intake.issuing.kinds import Asked, Draft, Kind
from intake.issuing.letter import letter_context
from intake.issuing.records import part_of_record
from intake.issuing.transfer import GATE, PURPOSE, transfer_context
from intake.models import Case
from intake.services.case_file import CaseFile, evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.panel import Member, panel_of


def _evaluated(asked: Asked) -> Evaluation:
    return evaluate_file(open_file(asked.desk, asked.case), asked.at)


def _gap_report(asked: Asked) -> Draft:
    context = gap_report_context(
        asked.desk, [asked.case], asked.by, asked.language, team=asked.case.team, site=asked.site
    )
    evaluation = _evaluated(asked)
    return Draft(context, render_gap_report, evaluation, evaluation.as_contract(asked.language))


def _extract(asked: Asked) -> Draft:
    recipient, purpose = asked.recipient or "", asked.purpose or ""
    context = extract_context(
        asked.desk,
        asked.case,
        asked.by,
        asked.language,
        recipient=recipient,
        purpose=purpose,
        ground=asked.ground,
    )
    evaluation, cover = _evaluated(asked), COVERS[purpose]
    checks = {
        check.id
        for section in evaluation.register.sections
        for check in section.checks
        if cover.covers(check.id, section.id)
    }
    return Draft(
        context,
        render_extract,
        evaluation,
        part_of_record(evaluation, asked.language, checks, cover.gates),
    )


def _letter(asked: Asked) -> Draft:
    about = asked.about or ""
    context = letter_context(
        asked.desk,
        asked.case,
        asked.by,
        asked.language,
        check_id=about,
        recipient=asked.recipient,
        ground=asked.ground,
    )
    evaluation = _evaluated(asked)
    record = part_of_record(evaluation, asked.language, {about}, ())
    return Draft(context, render_letter, evaluation, record)


def _open_checks(asked: Asked) -> Mapping[str, str]:
    """The open points, worst first, and as the register has them among those that are as bad."""
    places = {
        check_id: place for place, check_id in enumerate(asked.desk.register_of(asked.case).checks)
    }
    found = [one.check for one in _evaluated(asked).findings.values() if one.open]
    found.sort(key=lambda check: (RANK[check.severity], places[check.id]))
    return {check.id: check.title[asked.language] for check in found}


def _purpose_of_letter(asked: Asked) -> str:
    return purpose_of(asked.desk.register_of(asked.case), asked.about or "")


def _transfer(asked: Asked) -> Draft:
    context = transfer_context(
        asked.desk,
        asked.case,
        asked.by,
        asked.language,
        recipient=asked.recipient or "",
        ground=asked.ground,
    )
    evaluation = _evaluated(asked)
    parts = {one for one in evaluation.gates[GATE].blocked_by if one in evaluation.findings}
    record = part_of_record(evaluation, asked.language, parts, {GATE})
    return Draft(context, render_transfer, evaluation, record)


CERTIFIED = ("bid.", "participation.")
"""The checks that a certificate speaks of begin so."""


def _certificate(asked: Asked) -> Draft:
    file = open_file(asked.desk, asked.case)
    for_whom = None
    if asked.recipient:
        for_whom = handed(
            asked.desk,
            asked.case,
            asked.language,
            recipient=asked.recipient,
            purpose=asked.purpose or "",
            ground=asked.ground,
        ).recipient
    panel = _panel(file, asked.language)
    context = certificate_context(
        asked.desk, asked.case, asked.by, asked.language, panel=panel, printed_for=for_whom
    )
    evaluation = _evaluated(asked)
    checks = {name for name in evaluation.findings if name.startswith(CERTIFIED)}
    record = part_of_record(evaluation, asked.language, checks, ("gate.return", GATE))
    return Draft(context, render_certificate, evaluation, record)


def missing_here(desk: Desk, case: Case, code: Language) -> tuple[Missing, ...]:
    """What is missing for the certificate that is offered, in that language."""
    panel = _panel(open_file(desk, case), code)
    return missing_for_certificate(desk, case, code, panel=panel)


def _panel(file: CaseFile, code: Language) -> list[PanelMember]:
    with force_locale(code):
        return [
            PanelMember(one.name, str(ROLES.get(one.role, one.role)), one.body, _stated(one))
            for one in panel_of(file).values()
        ]


def _stated(member: Member) -> str:
    stated = (
        gettext("Declares a conflict of interest")
        if member.conflict == "declared"
        else gettext("States that there is no conflict of interest")
    )
    return f"{stated}: {member.statement}" if member.statement else stated


OFFERED = (
    Kind("gap-report", _("Gap report"), _gap_report, goes="inside"),
    Kind("extract", _("Extract for sharing"), _extract, goes="outside"),
    Kind(
        "letter",
        _("Referral letter"),
        _letter,
        goes="outside",
        topics=_open_checks,
        topics_label=_("About which open point?"),
        serves=_purpose_of_letter,
    ),
    Kind(
        "transfer",
        _("Cover of a transfer dossier"),
        _transfer,
        goes="outside",
        serves=lambda _asked: PURPOSE,
    ),
    Kind("certificate", _("Certificate of the best-interest determination"), _certificate),
)

__all__ = ["OFFERED", "missing_here"]
