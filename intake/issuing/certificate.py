"""The certificate of a best-interest determination: refused until the determination is complete and approved.

It is read across a border as a finding. So nothing in it is assumed: what is missing, not known or approved by who
leads the case keeps it from being issued at all, and no draft of it is printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.conditions import Approval, leaves
from intake.checklist.evaluation import Evaluation
from intake.checklist.explanations import answer_label, blocker_label
from intake.checklist.parts import Language
from intake.checklist.wording import citation_label
from intake.documents.certificate import CertificateContext, PanelMember, Weighed
from intake.documents.lines import GateRow
from intake.documents.rows import PENDING_MARK, SummaryRows
from intake.documents.times import Times
from intake.issuing.lines import fact_lines
from intake.models import Case, User, now
from intake.services import case_file
from intake.services.case_file import CaseFile
from intake.services.desk import Desk, Refused

OUTCOME, DECIDED_AT, APPROVAL = "bid.outcome", "bid_decided_at", "bid"
OPTIONS = ("bid.options-mx", "bid.options-us", "bid.options-third")
VIEWS = ("bid.child-views", "participation.views-recorded", "participation.feedback")
REASONS = ("bid.reasoned", "bid.origin-information")
PANEL, AUTHORITY = "bid.panel", "bid.competent-authority"
AFTER = ("bid.notified-appeal", "bid.implemented")
"""What follows a determination and does not make it: its state is printed, whatever it is."""
COMPLETE = ("bid.opened", AUTHORITY, PANEL, *OPTIONS, "bid.child-views", *REASONS)
"""Without one of these there is no determination to certify."""
WRITTEN = (*OPTIONS, "bid.child-views", "bid.reasoned", PANEL)
"""Checks whose note is what the certificate prints: a yes alone tells an adjudicator nothing."""
CHILD = ("birth_date", "age", "age_disputed", "nationality", "languages", "country")
RECOMMENDATION = "US-3"


@dataclass(frozen=True)
class Missing:
    """What keeps a certificate from being issued: the check, fact or approval, and that in words."""

    id: str
    words: str


class CertificateRefused(Refused):
    """The determination is not complete or not approved; ``missing`` names everything that is to be done first."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        super().__init__("certificate_incomplete")


def missing_for_certificate(
    desk: Desk, case: Case, code: Language, *, panel: Sequence[PanelMember] = ()
) -> tuple[Missing, ...]:
    """What is missing for a certificate of this case, in that language; nothing where it can be issued."""
    file = case_file.open_file(desk, case)
    with force_locale(code):
        return tuple(_missing(file, case_file.evaluate_file(file), code, panel))


def certificate_context(
    desk: Desk,
    case: Case,
    by: User,
    code: Language,
    *,
    panel: Sequence[PanelMember] = (),
    printed_for: str | None = None,
) -> CertificateContext:
    """The certificate of the case's determination, as of now, in that language.

    ``panel`` are those who took part, where the record has them; otherwise what the file holds on them in words is
    printed, above lines to sign on. Raises CertificateRefused.
    """
    file = case_file.open_file(desk, case)
    evaluation = case_file.evaluate_file(file)
    with force_locale(code):
        missing = tuple(_missing(file, evaluation, code, panel))
    if missing:
        raise CertificateRefused(missing)
    reader = _Reader(file, evaluation, code)
    register, profile = file.register, file.document["profile"]
    approval = file.document["approvals"][APPROVAL]
    recommendation = register.recommendations.get(RECOMMENDATION)
    return CertificateContext(
        language=code,
        case_number=case.number,
        child=_child(file, code),
        team=case.team.name,
        outcome=reader.matter(OUTCOME).answer,
        decided_at=_moment(profile[DECIDED_AT]),
        started_at=_moment(profile["bid_started_at"]) if profile.get("bid_started_at") else None,
        considered=tuple(
            choice.label[code]
            for choice in register.facts["decisions_considered"].choices
            if choice.value in (profile.get("decisions_considered") or ())
        ),
        authority=reader.authority(),
        made_by=reader.matter(AUTHORITY),
        options=reader.matters(OPTIONS),
        views=reader.matters(VIEWS),
        reasons=reader.matters(REASONS),
        after=reader.matters(AFTER),
        panel=tuple(panel),
        panel_words=reader.matter(PANEL),
        approved_by=desk.session.get_one(User, approval["by"]).name,
        approved_at=_moment(approval["at"]),
        gates=reader.gates(),
        recommendation=(recommendation.id, recommendation.title[code], recommendation.text[code])
        if recommendation
        else None,
        unreviewed=reader.unreviewed(),
        printed_at=now().astimezone(file.zone),
        printed_by=by.name,
        zone_name=case.team.zone,
        register_version=register.version,
        register_sha256=register.sha256,
        printed_for=printed_for,
    )


def _missing(
    file: CaseFile, evaluation: Evaluation, code: Language, panel: Sequence[PanelMember]
) -> Iterator[Missing]:
    """In the locale under way."""
    register = file.register
    for check_id in COMPLETE:
        finding = evaluation.findings.get(check_id)
        if finding is None or finding.status != "satisfied":
            label = blocker_label(register, check_id, code)
            yield Missing(check_id, _("Not met or not known: %(what)s", what=label))
        elif (
            check_id in WRITTEN
            and not (check_id == PANEL and panel)
            and not _kept(file, check_id, "note").strip()
        ):
            label = blocker_label(register, check_id, code)
            yield Missing(check_id, _("Nothing is written in the note: %(what)s", what=label))
    outcome = evaluation.findings.get(OUTCOME)
    if outcome is None or outcome.status != "satisfied":
        label = blocker_label(register, OUTCOME, code)
        yield Missing(OUTCOME, _("Not recorded: %(what)s", what=label))
    if evaluation.case.moment(DECIDED_AT) is None:
        label = blocker_label(register, f"profile.{DECIDED_AT}", code)
        yield Missing(f"profile.{DECIDED_AT}", _("Not recorded: %(what)s", what=label))
    approval = file.document["approvals"].get(APPROVAL)
    # who approved it can have been given the case since: then nobody but who leads it stands behind it
    if approval is None or approval["by"] == file.case.caseworker_id:
        name = f"approvals.{APPROVAL}"
        yield Missing(name, blocker_label(register, name, code))


def _kept(file: CaseFile, check_id: str, key: str) -> str:
    return str(file.document["answers"].get(check_id, {}).get(key) or "")


def _moment(kept: str) -> dt.datetime:
    return dt.datetime.fromisoformat(kept)


def _child(file: CaseFile, code: Language) -> tuple[tuple[str, str], ...]:
    """Who the child is, and no more of the profile than an adjudicator needs to know of whom this speaks."""
    profile: dict[str, Any] = {
        name: value for name, value in file.document["profile"].items() if name in CHILD
    }
    alone = CaseFile(file.case, {**file.document, "profile": profile}, file.register)
    with force_locale(code):
        names = (
            (_("Child's name"), file.name),
            (_("Other names or spellings"), str(file.document["identity"].get("other_names", ""))),
        )
    return (
        *((label, value) for label, value in names if value),
        *fact_lines(alone, code),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the matters of a determination from one case, in one language."""

    file: CaseFile
    evaluation: Evaluation
    code: Language

    def matters(self, check_ids: Sequence[str]) -> tuple[Weighed, ...]:
        """Those that the register has and that apply, or may apply."""
        findings = self.evaluation.findings
        return tuple(
            self.matter(check_id)
            for check_id in check_ids
            if check_id in findings and findings[check_id].applies is not False
        )

    def matter(self, check_id: str) -> Weighed:
        register, code = self.file.register, self.code
        check, finding = register.checks[check_id], self.evaluation.findings[check_id]
        answer = (
            answer_label(register, check, finding.answer.value, code)
            if finding.answer
            else register.say("status_missing", code)
        )
        day = _kept(self.file, check_id, "evidence_date")
        return Weighed(
            title=check.title[code],
            answer=answer,
            words=_kept(self.file, check_id, "note") or _kept(self.file, check_id, "reason"),
            evidence_source=_kept(self.file, check_id, "evidence_source"),
            evidence_date=dt.date.fromisoformat(day) if day else None,
            basis="; ".join(
                citation_label(register, citation, code, space="\N{NO-BREAK SPACE}")
                + (
                    ""
                    if register.instruments[citation.instrument].reviewed
                    else f"\N{NO-BREAK SPACE}{PENDING_MARK}"
                )
                for citation in check.basis
            ),
        )

    def authority(self) -> str:
        """The body that has to make the determination: the one recorded, or that of the country the child is in."""
        register = self.file.register
        recorded = _kept(self.file, AUTHORITY, "authority")
        responsible = register.checks[AUTHORITY].responsible
        by_country = {"MX": responsible.MX, "US": responsible.US}
        name = recorded or by_country.get(str(self.evaluation.case.fact("country")), "")
        body = register.authorities.get(name)
        return body.name[self.code] if body else ""

    def gates(self) -> tuple[GateRow, ...]:
        """The decisions that wait for the approval of a determination, and whether each may go ahead."""
        rows = SummaryRows(
            self.evaluation, self.code, Times(self.code, ZoneInfo(self.file.case.team.zone)), {}
        )
        waiting = [
            any(isinstance(leaf, Approval) for leaf in leaves(state.gate.opens_if))
            for state in self.evaluation.gates.values()
        ]
        # letters tell decisions apart beside the checks that hold them, of which there are none here
        return tuple(
            replace(row, letter="")
            for row, waits in zip(rows.gates(), waiting, strict=True)
            if waits
        )

    def unreviewed(self) -> bool:
        register = self.file.register
        return any(
            not register.instruments[citation.instrument].reviewed
            for check_id in (*OPTIONS, *VIEWS, *REASONS, *AFTER, PANEL, AUTHORITY)
            if check_id in register.checks
            for citation in register.checks[check_id].basis
        )


__all__ = [
    "CertificateRefused",
    "Missing",
    "PanelMember",
    "certificate_context",
    "missing_for_certificate",
]
