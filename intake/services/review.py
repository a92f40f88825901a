"""Submitting a case, and what a supervisor does with it. Nobody decides on a case of their own."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import select

from intake.checklist.conditions import evaluate
from intake.checklist.evaluation import CaseWorld, Evaluation
from intake.models import Case, Change, Comment, Review, User, now
from intake.services import audit
from intake.services.breaches import take_back
from intake.services.case_file import CaseFile, evaluate_file, open_file, standing_breaches
from intake.services.desk import Desk, Refused
from intake.services.keep import Who, keep
from intake.services.rights import may_review
from intake.vault import Place


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
    desk: Desk, case: Case, by: User, check_id: str | None, text: str, operation: str
) -> None:
    """Keeps a comment on a check, or on the whole case. Sent twice, it is one; with other words, another."""
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
        session.add(
            Comment(
                case_id=case_id, check_id=check_id, by_id=by_id, sealed=sealed, operation=operation
            )
        )
        audit.record(session, "case.commented", actor_id=by_id, case_id=case_id, check=check_id)


def review_case(
    desk: Desk,
    case: Case,
    by: User,
    decision: str,
    text: str,
    *,
    approves_bid: bool,
    base: int,
    operation: str,
) -> None:
    """Returns a submitted case with comments, or approves it, and with it the determination where that is asked.

    Raises Refused: ``own_case``, ``not_submitted``, ``changed_since`` (it is not what the supervisor read).
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
        approves_bid = approves_bid and decision == "approved"
        if approves_bid and not may_approve_bid(evaluate_file(open_file(desk, case))):
            raise Refused("no_determination")
        sealed = desk.vault.seal(
            case.wrapped_key, Place("review.sealed", case_id, operation), {"text": text}
        )
        session.add(
            Review(
                case_id=case_id,
                case_version=base,
                by_id=by_id,
                decision=decision,
                approves_bid=approves_bid,
                sealed=sealed,
                operation=operation,
            )
        )
        case.status = decision
        approval = {"by": by_id, "at": now().isoformat()} if approves_bid else None
        _keep_status(desk, case, by_id, f"{operation[:-1]}r", decision, approval)
        audit.record(session, f"case.{decision}", actor_id=by_id, case_id=case_id, bid=approves_bid)


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


def may_approve_bid(evaluation: Evaluation) -> bool:
    """Whether there is a determination to approve: a supervisor approves what was decided, not what is to come."""
    decided = evaluation.register.conditions.get("bid_decided")
    return (
        decided is None
        or evaluate(decided.is_, CaseWorld(evaluation.register, evaluation.case)) is True
    )


def _keep_status(
    desk: Desk,
    case: Case,
    by_id: int,
    operation: str,
    kind: str,
    approval: dict[str, Any] | None = None,
) -> None:
    document = json.loads(json.dumps(open_file(desk, case).document))
    changes: dict[str, Any] = {}
    if approval:
        changes["approvals.bid"] = [document["approvals"].get("bid"), approval]
        document["approvals"]["bid"] = approval
    who = Who(by_id, operation, kind, now())
    keep(desk, case, document, changes, who, version=case.version + 1)
