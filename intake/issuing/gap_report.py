"""The gap report: its context, read from the records of one case or of several."""

from __future__ import annotations

from collections.abc import Sequence

from intake.checklist.parts import Language
from intake.documents.gap_report import CaseGaps, GapReportContext
from intake.documents.lines import AnswerNote
from intake.issuing.summary import status_label
from intake.models import Case, Team, User, now
from intake.services import case_file
from intake.services.case_file import CaseFile
from intake.services.desk import Desk


def gap_report_context(
    desk: Desk,
    cases: Sequence[Case],
    by: User,
    code: Language,
    *,
    team: Team,
    site: str | None = None,
) -> GapReportContext:
    """What the report of these cases of the team prints, as of now, in that language.

    The caller chooses the cases by the rights of ``by``; nothing is left out here.
    """
    return GapReportContext(
        language=code,
        printed_at=now(),
        printed_by=by.name,
        zone_name=team.zone,
        team=team.name,
        cases=tuple(_case_gaps(desk, case, code) for case in cases),
        site=site,
    )


def _case_gaps(desk: Desk, case: Case, code: Language) -> CaseGaps:
    file = case_file.open_file(desk, case)
    return CaseGaps(
        case.number,
        case.caseworker.name,
        status_label(case, code),
        case_file.evaluate_file(file),
        causes_and_authorities(file),
    )


def causes_and_authorities(file: CaseFile) -> dict[str, AnswerNote]:
    """What is coded beside the answers: why a gap is not closed, and whose it is. None of the words."""
    return {
        check_id: AnswerNote(cause=kept.get("cause"), authority=kept.get("authority"))
        for check_id, kept in file.document["answers"].items()
        if kept.get("cause") or kept.get("authority")
    }
