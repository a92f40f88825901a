"""All cases evaluated anew in the background, and moved to the register in force where that is asked.

A step is a stretch of cases by their ids. Done again after its worker was killed, it comes to the same: a case that is
moved already is not moved again. What is asked for while the same is under way is that very job.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from intake.jobs.kinds import Bench, Kind
from intake.models import UNFINISHED, Case, Job
from intake.services import jobs
from intake.services.all_cases import reevaluate_each
from intake.services.desk import Desk, Refused
from intake.services.job_steps import Outcome, Taken

KIND = "reevaluation"
PIECE = 200
"""Cases in one step: so few that a save never waits long, so many that a transaction is worth its while."""


def under_way(desk: Desk) -> Job | None:
    """The job that goes over all cases now, if there is one."""
    return desk.session.scalars(
        select(Job)
        .where(Job.kind == KIND, Job.state.in_(UNFINISHED))
        .order_by(Job.created_at)
        .limit(1)
    ).one_or_none()


def ask(desk: Desk, *, move: bool) -> str | None:
    """Asks for all cases to be evaluated anew, ``move``: under the register in force, to which they are moved.

    The job's id; that of the one under way where it does the same. None where there is no case. One that does
    something else, such as a move to a register no longer in force, is cancelled.
    """
    wanted = {"register": desk.register.sha256 if move else None}
    running = under_way(desk)
    if running is not None:
        if jobs.about(desk, running) == wanted:
            return running.id
        jobs.cancel(desk, None, running.id)
    try:
        return jobs.ask(desk, KIND, None, [(None, piece) for piece in _pieces(desk)], wanted)
    except Refused:
        return None


def _pieces(desk: Desk) -> Iterator[dict[str, str]]:
    first, last = "", ""
    ids = desk.session.scalars(select(Case.id).order_by(Case.id).execution_options(yield_per=5000))
    for number, case_id in enumerate(ids):
        if number % PIECE == 0:
            if first:
                yield {"first": first, "last": last}
            first = case_id
        last = case_id
    if first:
        yield {"first": first, "last": last}


def do_piece(_bench: Bench, desk: Desk, taken: Taken) -> Outcome:
    """Goes over one stretch of cases."""
    asked = jobs.about(desk, desk.session.get_one(Job, taken.job_id))
    piece, to = taken.about, None
    if not asked or piece is None:
        return Outcome("refused")
    if asked["register"] is not None:
        to = desk.register
        if to.sha256 != asked["register"]:
            return Outcome("refused")
    ids = desk.session.scalars(
        select(Case.id).where(Case.id.between(piece["first"], piece["last"])).order_by(Case.id)
    ).all()
    reevaluate_each(desk, ids, to)
    return Outcome()


WORK = Kind(KIND, do_piece)

__all__ = ["KIND", "PIECE", "WORK", "ask", "do_piece", "under_way"]
