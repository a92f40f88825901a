"""The cover of a transfer dossier: its context, with what the receiving authority has to know and to sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.conditions import Approval, CheckIs, leaves
from intake.checklist.evaluation import Evaluation, GateState
from intake.checklist.explanations import answer_label, blocker_label, day_label, moment_label
from intake.checklist.parts import Language
from intake.documents.lines import GateRow
from intake.documents.transfer import Condition, Enclosed, TransferContext
from intake.forms.privacy import ATTACHMENT_KINDS
from intake.issuing.covered import COVERS
from intake.issuing.extract import covered_lines
from intake.issuing.handing import handed
from intake.models import Case, User, now
from intake.services import attachments, case_file
from intake.services.case_file import CaseFile
from intake.services.desk import Desk

GATE = "gate.transfer-us"
PURPOSE = "best_interests"
"""A dossier is handed to the body that goes on protecting the child's best interests."""
NEEDED = frozenset(
    {"birth_date", "age", "age_disputed", "sex", "nationality", "languages", "needs_interpreter"}
) | {"accompaniment", "custody", "place", "country"}
"""What whoever receives a child has to know of them at the door."""


def transfer_context(
    desk: Desk, case: Case, by: User, code: Language, *, recipient: str, ground: str = ""
) -> TransferContext:
    """What the cover for that recipient prints, as of now, in that language.

    Raises Refused ``no_consent``, as ``handed`` does; KeyError for a recipient that does not exist.
    """
    to = handed(desk, case, code, recipient=recipient, purpose=PURPOSE, ground=ground)
    file = case_file.open_file(desk, case)
    evaluation = case_file.evaluate_file(file)
    state, cover = evaluation.gates[GATE], COVERS[PURPOSE]
    return TransferContext(
        language=code,
        printed_at=now().astimezone(file.zone),
        as_of=evaluation.case.as_of,
        zone_name=case.team.zone,
        case_number=case.number,
        handed=to,
        child=covered_lines(file, replace(cover, facts=cover.facts & NEEDED), code),
        gate=_gate(state, code),
        conditions=tuple(_conditions(evaluation, state, code)),
        determination=tuple(_determination(desk, file, evaluation, code)),
        enclosed=tuple(_enclosed(desk, file, code)),
        team=case.team.name,
        printed_by=by.name,
        reply_to=by.email,
        register_version=file.register.version,
        register_sha256=file.register.sha256,
    )


def _gate(state: GateState, code: Language) -> GateRow:
    if not state.applies:
        return GateRow("", state.gate.title[code], "not_applicable", "")
    sentence = state.gate.open if state.open else state.gate.shut
    return GateRow("", state.gate.title[code], "open" if state.open else "shut", sentence[code])


def _conditions(evaluation: Evaluation, state: GateState, code: Language) -> Iterator[Condition]:
    """Every condition of the gate in its order, met or not; while the gate does not apply, none is met."""
    register = evaluation.register
    for leaf in leaves(state.gate.opens_if):
        if isinstance(leaf, CheckIs):
            name = leaf.check
        elif isinstance(leaf, Approval):
            name = f"approvals.{leaf.approval}"
        else:
            continue
        met = state.applies and name not in state.blocked_by
        word = register.say("status_satisfied", code) if met else ""
        with force_locale(code):
            title = _("Approved by a supervisor who does not carry the case")
            word = word or _("Not recorded as met")
        if isinstance(leaf, CheckIs):
            title = blocker_label(register, name, code)
        yield Condition(title, met, word)


def _determination(
    desk: Desk, file: CaseFile, evaluation: Evaluation, code: Language
) -> Iterator[tuple[str, str]]:
    register = file.register
    for name in ("bid_started_at", "bid_decided_at"):
        fact, moment = register.facts[name], evaluation.case.moment(name)
        shown = moment_label(moment.astimezone(file.zone), code) if moment else "–"
        yield fact.short[code], shown
    check, finding = register.checks["bid.outcome"], evaluation.findings["bid.outcome"]
    outcome = answer_label(register, check, finding.answer.value, code) if finding.answer else "–"
    yield check.title[code], outcome
    approved = next((one for one in case_file.reviews(desk, file.case) if one.approves_bid), None)
    standing = file.document["approvals"].get("bid")
    with force_locale(code):
        label = _("Approved by a supervisor")
    yield (
        label,
        day_label(approved.at.astimezone(file.zone).date(), code)
        if (standing and approved)
        else "–",
    )


def _enclosed(desk: Desk, file: CaseFile, code: Language) -> Iterator[Enclosed]:
    """The papers on file, by kind: their descriptions are the caseworker's own words and stay here."""
    found: dict[str, list[dt.date]] = {}
    for kept in attachments.attachments(desk, file.case):
        if kept.removed_at is None:
            found.setdefault(kept.kind, []).append(kept.at.astimezone(file.zone).date())
    with force_locale(code):
        for kind, days in found.items():
            shown = ", ".join(day_label(day, code) for day in sorted(set(days)))
            yield Enclosed(str(ATTACHMENT_KINDS.get(kind, kind)), len(days), shown)
