"""What time alone changes: stored findings are brought up to date, and what came true by itself is recorded."""

from __future__ import annotations

import json
import uuid

from sqlalchemy import select

from intake.models import Case, now
from intake.services.breaches import record_breaches
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.gap_spans import catch_up
from intake.services.gap_work import settle_work
from intake.services.keep import Who, keep, store_evaluation


def reevaluate_due(desk: Desk, limit: int = 25) -> int:
    """Re-evaluates up to so many cases whose findings the passing of time may have changed; says how many."""
    due = desk.session.scalars(
        select(Case.id).where(Case.reevaluate_at <= now()).order_by(Case.reevaluate_at).limit(limit)
    ).all()
    for case_id in due:
        reevaluate(desk, case_id)
    return len(due)


def reevaluate(desk: Desk, case_id: str) -> None:
    """Evaluates the case as of now and stores what came out; what a date's passing brought about is recorded."""
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        moment, file = now(), open_file(desk, case)
        catch_up(desk, case, moment)
        evaluation = evaluate_file(file, moment)
        trial = json.loads(json.dumps(file.document))
        if record_breaches(trial, {}, evaluation) or settle_work(trial, {}, evaluation):
            who = Who(None, str(uuid.uuid4()), "time-passed", moment)
            keep(desk, case, file.document, {}, who, version=case.version + 1)
        else:
            store_evaluation(desk, case, file.document, evaluation)
