"""Submitting a case, and what a supervisor does with it. Nobody decides on a case of their own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from intake.models import Case, Change, Comment, Review, User, now
from intake.services import audit
from intake.services.approvals import Stage, approvable
from intake.services.breaches import take_back
from intake.services.case_file import CaseFile, evaluate_file, open_file, standing_breaches
from intake.services.desk import Desk, Refused
from intake.services.keep import Who, keep
from intake.services.mentions import mention
from intake.services.panel import panel_of, problems_of, takes_part
from intake.services.remarks import tie
from intake.services.rights import may_review
from intake.vault import Place

NOT_THERE: dict[str, str] = {
    "assessment": "no_assessment",
    "bid": "no_determination",
    "closure": "closure_shut",
}
"""What is said of a stage that is not there to be approved."""


def submit_for_review(desk: Desk, case: Case, by: User, *, base: int, operation: str) -> None:
    """Hands the case to the supervisors. Raises Refused where it changed since it was shown, or is submitted already."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Change, operation) is not None:
            return
        if case.status == "submitted":
            raise Refused("already_submitted")
        if case.version != base:
            raise Refused("changed_since")
        case.status, case.submitted_at, case.submitted_by_id = "submitted", now(), by_id
        _keep_status(desk, case, by_id, operation, "submitted")
        audit.record(session, "case.submitted", actor_id=by_id, case_id=case_id)


def comment_on(
    desk: Desk,
    case: Case,
    by: User,
    check_id: str | None,
    text: str,
    operation: str,
    *,
    to: Iterable[int] = (),
) -> None:
    """Keeps a comment on a check, or on the whole case, meant for those people where some are named.

    Sent twice, it is one; with other words, another.
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.get_one(Case, case_id)
        earlier = session.scalars(
            select(Comment).where(Comment.operation == operation)
        ).one_or_none()
        if earlier is not None:
            if earlier.by_id != by_id or earlier.case_id != case_id:
                raise Refused("operation_of_another")
            place = Place("comment.sealed", case_id, operation)
            kept = desk.vault.open(case.wrapped_key, place, earlier.sealed)
            if kept["text"] == text and earlier.check_id == check_id:
                return
            operation = str(uuid.uuid4())
        sealed = desk.vault.seal(
            case.wrapped_key, Place("comment.sealed", case_id, operation), {"text": text}
        )
        comment = Comment(
            case_id=case_id,
            check_id=check_id,
            at=now(),
            by_id=by_id,
            sealed=sealed,
            operation=operation,
        )
        audit.record(
            session,
            "case.commented",
            actor_id=by_id,
            case_id=case_id,
            check=check_id,
            **tie(session, comment),
        )
        mention(desk, case, session.get_one(User, by_id), check_id, operation, to)


def _refuse_unfit(file: CaseFile, by: User) -> None:
    """A determination is supervised by somebody who does not make it, and made by a panel without conflicts of interest.

    UNHCR's Best Interests Procedure Guidelines, as the check ``bid.panel`` cites them. A panel that is not recorded here
    is what the answers say of it.
    """
    panel = panel_of(file)
    if takes_part(panel, by):
        raise Refused("on_panel")
    if problems_of(panel):
        raise Refused("panel_unfit")


def review_case(
    desk: Desk,
    case: Case,
    by: User,
    decision: str,
    text: str,
    *,
    approves_bid: bool,
    approves: Collection[Stage] = (),
    base: int,
    operation: str,
) -> None:
    """Returns a submitted case with comments, or approves it, and with it the stages that are asked for.

    ``approves_bid`` is the determination; ``approves`` may name the assessment and the closure besides.
    Raises Refused: ``own_case``, ``not_submitted``, ``changed_since`` (it is not what the supervisor read), and for a
    stage that is not there to be approved ``no_assessment``, ``no_determination``, ``closure_shut``; for a determination
    ``on_panel`` (by whoever takes part in it) and ``panel_unfit`` (by a panel that is none).
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.scalar(select(Review.id).where(Review.operation == operation)) is not None:
            return
        if not may_review(session.get_one(User, by_id), case):
            raise Refused("own_case")
        if case.status != "submitted":
            raise Refused("not_submitted")
        if case.version != base:
            raise Refused("changed_since")
        stages = (
            {*approves, *(("bid",) if approves_bid else ())} if decision == "approved" else set()
        )
        approves_bid = "bid" in stages
        file = open_file(desk, case)
        lacking = stages - set(approvable(evaluate_file(file)))
        if lacking:
            raise Refused(NOT_THERE[min(lacking)])
        if approves_bid:
            _refuse_unfit(file, session.get_one(User, by_id))
        sealed = desk.vault.seal(
            case.wrapped_key, Place("review.sealed", case_id, operation), {"text": text}
        )
        decided = Review(
            case_id=case_id,
            case_version=base,
            at=now(),
            by_id=by_id,
            decision=decision,
            approves_bid=approves_bid,
            sealed=sealed,
            operation=operation,
        )
        case.status = decision
        _keep_status(desk, case, by_id, f"{operation[:-1]}r", decision, sorted(stages))
        audit.record(
            session,
            f"case.{decision}",
            actor_id=by_id,
            case_id=case_id,
            bid=approves_bid,
            **tie(session, decided),
        )


def strike_breach(
    desk: Desk, case: Case, by: User, gate_id: str, reason: str, operation: str
) -> None:
    """Takes a breach off the record as a mistake, with the reason, and with it what Intake answered because of it.

    What was recorded stays readable in the history, and what a person wrote stays as it is.

    Raises Refused: ``own_case``, ``no_breach``, ``still_breached`` (what is recorded of the case still says that the
    decision was carried out: that is to be corrected first).
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Change, operation) is not None:
            return
        if not may_review(session.get_one(User, by_id), case):
            raise Refused("own_case")
        document = json.loads(json.dumps(open_file(desk, case).document))
        kept = standing_breaches(document).get(gate_id)
        if kept is None:
            raise Refused("no_breach")
        struck = {**kept, "struck": {"by": by_id, "at": now().isoformat(), "reason": reason}}
        register = desk.register_of(case)
        changes = take_back(document, register.gates[gate_id])
        document["breaches"][gate_id] = struck
        after = evaluate_file(CaseFile(case, document, register))
        if after.gates[gate_id].breached:
            raise Refused("still_breached")
        who = Who(by_id, operation, "breach-struck", now())
        changes[f"breaches.{gate_id}"] = [kept, struck]
        keep(desk, case, document, changes, who, version=case.version + 1)
        audit.record(session, "case.breach-struck", actor_id=by_id, case_id=case_id, gate=gate_id)


def _keep_status(
    desk: Desk,
    case: Case,
    by_id: int,
    operation: str,
    kind: str,
    approved: Iterable[str] = (),
) -> None:
    document = json.loads(json.dumps(open_file(desk, case).document))
    changes: dict[str, Any] = {}
    for stage in approved:
        given = {"by": by_id, "at": now().isoformat()}
        changes[f"approvals.{stage}"] = [document["approvals"].get(stage), given]
        document["approvals"][stage] = given
    who = Who(by_id, operation, kind, now())
    keep(desk, case, document, changes, who, version=case.version + 1)
