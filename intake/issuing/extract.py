"""The extract for one recipient and purpose: its context, holding what ``covered`` lets through and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.evaluation import Evaluation, Finding
from intake.checklist.explanations import answer_label
from intake.checklist.parts import Check, Language
from intake.documents.extract import ExtractContext, ExtractRow, ExtractSection
from intake.documents.lines import AnswerNote, GateRow
from intake.documents.rows import SummaryRows
from intake.documents.times import Times
from intake.issuing.covered import COVERS, Cover
from intake.issuing.handing import handed
from intake.issuing.lines import fact_lines
from intake.models import Case, User, now
from intake.services import case_file
from intake.services.case_file import CaseFile
from intake.services.desk import Desk


def extract_context(
    desk: Desk,
    case: Case,
    by: User,
    code: Language,
    *,
    recipient: str,
    purpose: str,
    ground: str = "",
) -> ExtractContext:
    """What the extract for that recipient and purpose prints, as of now, in that language.

    Raises Refused ``no_consent``, as ``handed`` does; KeyError for a purpose or recipient that does not exist.
    """
    to = handed(desk, case, code, recipient=recipient, purpose=purpose, ground=ground)
    file, cover = case_file.open_file(desk, case), COVERS[purpose]
    evaluation = case_file.evaluate_file(file)
    covered = _Covered(evaluation, cover, _rows(file, evaluation, code))
    return ExtractContext(
        language=code,
        printed_at=now().astimezone(file.zone),
        as_of=evaluation.case.as_of,
        zone_name=case.team.zone,
        case_number=case.number,
        handed=to,
        child=covered_lines(file, cover, code),
        sections=tuple(covered.sections()),
        gates=tuple(covered.gates()),
        team=case.team.name,
        printed_by=by.name,
        register_version=file.register.version,
        register_sha256=file.register.sha256,
    )


def covered_lines(file: CaseFile, cover: Cover, code: Language) -> tuple[tuple[str, str], ...]:
    """Who the child is, as far as the purpose covers it."""
    identity = file.document["identity"]
    with force_locale(code):
        lines = [(_("Child's name"), file.name)]
        if cover.other_names:
            lines.append((_("Other names or spellings"), str(identity.get("other_names", ""))))
    named = tuple((label, value) for label, value in lines if value)
    facts = (fact_lines(file, code, group, only=cover.facts) for group in ("profile", "event"))
    return (*named, *(line for lines in facts for line in lines))


def _rows(file: CaseFile, evaluation: Evaluation, code: Language) -> SummaryRows:
    """Rows that know which body is responsible, and nothing that was written beside an answer."""
    notes = {
        check_id: AnswerNote(authority=kept.get("authority"))
        for check_id, kept in file.document["answers"].items()
    }
    return SummaryRows(evaluation, code, Times(code, file.zone), notes)


class _Covered:
    def __init__(self, evaluation: Evaluation, cover: Cover, rows: SummaryRows) -> None:
        self.evaluation, self.cover, self.rows = evaluation, cover, rows
        self.language: Language = rows.language
        self.checks = {
            check.id
            for section in evaluation.register.sections
            for check in section.checks
            if cover.covers(check.id, section.id)
        }

    def sections(self) -> Iterator[ExtractSection]:
        """Covered checks that apply or may apply."""
        for section in self.evaluation.register.sections:
            found = (self.evaluation.findings[check.id] for check in section.checks)
            rows = tuple(
                self._row(finding)
                for finding in found
                if finding.check.id in self.checks and finding.status != "not_applicable"
            )
            if rows:
                yield ExtractSection(section.title[self.language], rows)

    def gates(self) -> Iterator[GateRow]:
        """Covered gates; of what keeps them shut, only covered checks."""
        for gate_id, state in self.evaluation.gates.items():
            if gate_id not in self.cover.gates or not state.applies:
                continue
            waiting = [one for one in state.blocked_by if one in self.checks]
            findings = [self.evaluation.findings[one] for one in waiting]
            sentence = state.gate.open if state.open else state.gate.shut
            yield GateRow(
                "",
                state.gate.title[self.language],
                "open" if state.open else "shut",
                sentence[self.language],
                self._titled(findings, "gap"),
                self._titled(findings, "missing"),
                self._titled(findings, "pending"),
            )

    def _titled(self, findings: list[Finding], status: str) -> tuple[str, ...]:
        return tuple(one.check.title[self.language] for one in findings if one.status == status)

    def _row(self, finding: Finding) -> ExtractRow:
        check, gap = finding.check, finding.status == "gap"
        times, as_of = self.rows.times, self.evaluation.case.as_of
        return ExtractRow(
            check.id,
            check.title[self.language],
            self._answer(check, finding),
            finding.status,
            self.evaluation.register.say(f"status_{finding.status}", self.language),
            check.severity,
            self.rows.severity(check.severity),
            times.clock(finding.due) if finding.open and finding.due else "",
            times.distance(finding.due, as_of) if finding.open and finding.due else "",
            finding.overdue,
            check.action[self.language] if gap else "",
            self.rows.responsible(check) if gap else "",
            self.rows.citations(check) if gap else "",
        )

    def _answer(self, check: Check, finding: Finding) -> str:
        """The answer as it was chosen; a text that somebody typed is not one of those."""
        if finding.answer is None or check.type == "text":
            return ""
        return answer_label(self.evaluation.register, check, finding.answer.value, self.language)
