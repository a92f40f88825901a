"""The steps of jobs, as workers do them: each taken by one worker, done whole or given back.

A step is taken in a transaction of its own, and ended in another that only goes through while the same worker still
has it and the job is still wanted. So a worker that is killed, or held up until another took over, changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from intake.models import UNFINISHED, Job, JobStep, Worker, now
from intake.services.desk import Desk
from intake.services.jobs import KEPT

TRIES = 3
"""How often a step that goes wrong is tried."""
DEATHS = 5
"""How often a step is taken up again whose worker died over it."""


@dataclass(frozen=True)
class Taken:
    """A step that this worker has in hand."""

    job_id: str
    kind: str
    number: int
    by: str
    asked_by_id: int | None
    case_id: str | None
    about: Mapping[str, Any] | None


@dataclass(frozen=True)
class Outcome:
    """What came out of a step."""

    state: str = "done"
    """``done``, or ``refused`` where the person may not have it, or the case does not have what it needs."""
    result: str | None = None
    """The id of what it made, where the kind of work keeps that; where it was refused, why, as the word of a Refused."""


def take(desk: Desk, job_id: str, worker_id: str) -> Taken | None:
    """Takes the job's next step; None where nothing waits or the job is no longer wanted."""
    with desk.writing() as session:
        job = session.get(Job, job_id, populate_existing=True)
        if job is None or job.state not in UNFINISHED:
            return None
        step = session.scalars(
            select(JobStep)
            .where(JobStep.job_id == job_id, JobStep.state == "waiting")
            # one that went wrong before waits until all others were tried
            .order_by(JobStep.attempts, JobStep.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if step is None:
            return None
        step.state, step.taken_by, step.attempts = "taken", worker_id, step.attempts + 1
        taken = Taken(
            job_id, job.kind, step.number, worker_id, job.asked_by_id, step.case_id, step.about
        )
        if job.state == "queued":
            session.execute(
                update(Job)
                .where(Job.id == job_id, Job.state == "queued")
                .values(state="running", started_at=func.coalesce(Job.started_at, now()))
                .execution_options(synchronize_session=False)
            )
    return taken


def finish(desk: Desk, taken: Taken, outcome: Outcome) -> bool:
    """Keeps what came out of a step; False where it no longer counts: cancelled, taken over, or its case erased."""
    with desk.writing() as session:
        job = _held(session, taken.job_id)
        if job is None or job.state not in UNFINISHED:
            return False
        if not _end(session, taken, outcome):
            return False
        job.done += 1
        _settle(session, job)
    return True


def give_back(desk: Desk, taken: Taken, *, failed: bool) -> None:
    """Lets the step wait again; one that went wrong so often that it will again is left out."""
    with desk.writing() as session:
        job = _held(session, taken.job_id)
        step = session.get(JobStep, (taken.job_id, taken.number), populate_existing=True)
        if job is None or step is None or (step.state, step.taken_by) != ("taken", taken.by):
            return
        _put_back(step, job, TRIES if failed else DEATHS)
        _settle(session, job)


def fail(desk: Desk, taken: Taken, reason: str) -> None:
    """Ends the whole job, for a reason that would meet its other steps too; it can be resumed."""
    with desk.writing() as session:
        job = _held(session, taken.job_id)
        if job is None or job.state not in UNFINISHED:
            return
        job.state, job.reason, job.ended_at = "failed", reason, now()
        job.expires_at = now() + KEPT
        session.execute(
            update(JobStep)
            .where(JobStep.job_id == job.id, JobStep.state == "taken")
            .values(state="waiting", taken_by=None)
        )


def give_back_all(desk: Desk, worker_ids: Sequence[str]) -> int:
    """Lets what dead or departing workers had in hand wait again, and forgets them; says how many steps."""
    if not worker_ids:
        return 0
    with desk.writing() as session:
        held = select(JobStep.job_id).where(JobStep.taken_by.in_(worker_ids))
        jobs = session.scalars(
            select(Job).where(Job.id.in_(held)).order_by(Job.id).with_for_update()
        ).all()
        given = 0
        for job in jobs:
            steps = session.scalars(
                select(JobStep).where(
                    JobStep.job_id == job.id,
                    JobStep.taken_by.in_(worker_ids),
                    JobStep.state == "taken",
                )
            ).all()
            for step in steps:
                _put_back(step, job, DEATHS)
            given += len(steps)
            _settle(session, job)
        session.execute(delete(Worker).where(Worker.id.in_(worker_ids)))
    return given


def unfinished(desk: Desk) -> list[str]:
    """The jobs in which something waits to be taken, the one asked for first at the front."""
    waiting = select(JobStep.job_id).where(JobStep.state == "waiting")
    query = select(Job.id).where(Job.state.in_(UNFINISHED), Job.id.in_(waiting))
    return list(desk.session.scalars(query.order_by(Job.created_at)))


def settle_all(desk: Desk) -> None:
    """Ends jobs of which nothing is left to do: the cases of their last steps were erased."""
    left = select(JobStep.job_id).where(JobStep.state.in_(("waiting", "taken")))
    with desk.writing() as session:
        query = select(Job).where(Job.state.in_(UNFINISHED), Job.id.not_in(left))
        for job in session.scalars(query.with_for_update()):
            _settle(session, job)


def more_hands(desk: Desk, job_id: str) -> bool:
    """Whether something waits in the job that another worker could take."""
    waits = select(JobStep.number).where(JobStep.job_id == job_id, JobStep.state == "waiting")
    return desk.session.scalar(waits.limit(1)) is not None


def _held(session: Session, job_id: str) -> Job | None:
    return session.scalars(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _end(session: Session, taken: Taken, outcome: Outcome) -> bool:
    ended = session.execute(
        update(JobStep)
        .where(
            JobStep.job_id == taken.job_id,
            JobStep.number == taken.number,
            JobStep.state == "taken",
            JobStep.taken_by == taken.by,
        )
        .values(state=outcome.state, result=outcome.result, taken_by=None)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def _put_back(step: JobStep, job: Job, tries: int) -> None:
    step.taken_by = None
    if step.attempts < tries:
        step.state = "waiting"
        return
    step.state = "failed"
    job.done += 1


def _settle(session: Session, job: Job) -> None:
    """Ends the job once nothing of it is left to do."""
    if job.state not in UNFINISHED:
        return
    session.flush()
    left = select(JobStep.number).where(
        JobStep.job_id == job.id, JobStep.state.in_(("waiting", "taken"))
    )
    if session.scalar(left.limit(1)) is None:
        moment: dt.datetime = now()
        job.state, job.ended_at, job.expires_at = "done", moment, moment + KEPT


__all__ = [
    "Outcome",
    "Taken",
    "fail",
    "finish",
    "give_back",
    "give_back_all",
    "more_hands",
    "settle_all",
    "take",
    "unfinished",
]
