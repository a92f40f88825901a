"""What time alone changes: stored findings are brought up to date, and what came true by itself is recorded."""

from __future__ import annotations

import json
import logging
import uuid

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from intake.models import Case, now
from intake.services.breaches import record_breaches
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.gap_spans import catch_up
from intake.services.gap_work import settle_work
from intake.services.keep import Who, keep, store_evaluation

log = logging.getLogger("intake")
MOST_BROKEN = 100


def reevaluate_due(desk: Desk, limit: int = 25) -> int:
    """Re-evaluates up to so many cases whose findings the passing of time may have changed; says how many.

    A case that cannot be opened or evaluated is named in the log by its id, stays due, and holds up no other, unless
    there are very many: then no page tries them all.
    """
    done, broken = 0, set[str]()
    while done < limit and len(broken) < MOST_BROKEN:
        due = desk.session.scalars(
            select(Case.id)
            .where(Case.reevaluate_at <= now(), Case.id.not_in(broken))
            .order_by(Case.reevaluate_at)
            .limit(limit - done)
        ).all()
        if not due:
            break
        for case_id in due:
            if _brought_up_to_date(desk, case_id):
                done += 1
            else:
                broken.add(case_id)
    return done


def _brought_up_to_date(desk: Desk, case_id: str) -> bool:
    try:
        reevaluate(desk, case_id)
    except SQLAlchemyError:
        raise  # the database is away for every other case as well
    except Exception as error:
        # an error's own words may hold what stands in the case
        log.error("case %s cannot be re-evaluated: %s", case_id, type(error).__name__)
        return False
    return True


def reevaluate(desk: Desk, case_id: str) -> None:
    """Evaluates the case as of now and stores what came out; what a date's passing brought about is recorded.

    One that was erased meanwhile is left at that.
    """
    with desk.writing() as session:
        case = session.scalars(
            select(Case).where(Case.id == case_id).with_for_update()
        ).one_or_none()
        if case is None:
            return
        moment, file = now(), open_file(desk, case)
        catch_up(desk, case, moment)
        evaluation = evaluate_file(file, moment)
        trial = json.loads(json.dumps(file.document))
        if record_breaches(trial, {}, evaluation) or settle_work(trial, {}, evaluation):
            who = Who(None, str(uuid.uuid4()), "time-passed", moment)
            keep(desk, case, file.document, {}, who, version=case.version + 1)
        else:
            store_evaluation(desk, case, file.document, evaluation)
