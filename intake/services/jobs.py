"""What is done in the background, as whoever asked for it sees it: asked, followed, cancelled, resumed, cleared away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from intake.models import UNFINISHED, Case, Job, JobStep, User, now
from intake.services import audit
from intake.services.desk import Desk, Refused
from intake.services.names import key_held
from intake.services.rights import Action, visible_cases
from intake.vault import Place

KEPT = dt.timedelta(hours=24)
"""How long there is something to download."""
LISTED = dt.timedelta(days=7)
"""How long a job that ended stands in its owner's list."""
AT_ONCE = 3
"""Jobs of one person that are not finished: so that nobody holds up all the others."""

Step = tuple[str | None, Mapping[str, Any] | None]
"""The case a step is about, or what else it is about, in ids and counts."""


def ask(
    desk: Desk,
    kind: str,
    by: User | None,
    steps: Sequence[Step],
    about: Mapping[str, Any],
    *,
    job_id: str | None = None,
) -> str:
    """Keeps what is to be done, step by step, and gives the job's id. The same ``job_id`` twice is one job.

    ``about`` is sealed under the job's own key. Raises Refused: ``nothing_to_do``, ``too_many_jobs``,
    ``operation_of_another``.
    """
    by_id, job_id = by.id if by else None, job_id or str(uuid.uuid4())
    with desk.writing() as session:
        earlier = session.get(Job, job_id)
        if earlier is not None:
            if earlier.asked_by_id != by_id:
                raise Refused("operation_of_another")
            return job_id
        if not steps:
            raise Refused("nothing_to_do")
        if by_id is not None:
            mine = select(func.count()).where(
                Job.asked_by_id == by_id, Job.kind == kind, Job.state.in_(UNFINISHED)
            )
            if (session.scalar(mine) or 0) >= AT_ONCE:
                raise Refused("too_many_jobs")
        wrapped = desk.vault.rewrap(desk.vault.new_case_key(job_id), job_id, key_held(desk))
        job = Job(
            id=job_id,
            kind=kind,
            asked_by_id=by_id,
            total=len(steps),
            wrapped_key=wrapped,
            sealed=desk.vault.seal(wrapped, Place("job.sealed", job_id), dict(about)),
        )
        session.add(job)
        session.flush()
        session.execute(
            insert(JobStep),
            [
                {
                    "job_id": job_id,
                    "number": number,
                    "case_id": case_id,
                    "about": dict(more) if more else None,
                }
                for number, (case_id, more) in enumerate(steps, 1)
            ],
        )
        audit.record(session, "job.asked", actor_id=by_id, kind=kind, steps=len(steps))
    return job_id


def about(desk: Desk, job: Job) -> dict[str, Any]:
    """What was asked, in particular; empty once it was destroyed."""
    if job.wrapped_key is None or job.sealed is None:
        return {}
    return dict(desk.vault.open(job.wrapped_key, Place("job.sealed", job.id), job.sealed))


def jobs_of(desk: Desk, person: User, kind: str) -> Sequence[Job]:
    """The jobs this person asked for, the newest first."""
    query = select(Job).where(Job.asked_by_id == person.id, Job.kind == kind)
    return desk.session.scalars(query.order_by(Job.created_at.desc()).limit(50)).all()


def find_job(desk: Desk, person: User, job_id: str, kind: str) -> Job | None:
    """The job of that id, if this person asked for it."""
    return desk.session.scalars(
        select(Job).where(Job.id == job_id, Job.asked_by_id == person.id, Job.kind == kind)
    ).one_or_none()


def outcomes(desk: Desk, job: Job) -> dict[str, int]:
    """How many steps of the job are in each state."""
    return outcomes_of(desk, [job])[job.id]


def outcomes_of(desk: Desk, found: Sequence[Job]) -> dict[str, dict[str, int]]:
    """For each of the jobs, by id, how many of its steps are in each state."""
    counted: dict[str, dict[str, int]] = {job.id: {} for job in found}
    query = (
        select(JobStep.job_id, JobStep.state, func.count())
        .where(JobStep.job_id.in_(counted))
        .group_by(JobStep.job_id, JobStep.state)
    )
    for job_id, state, count in desk.session.execute(query):
        counted[job_id][state] = count
    return counted


@dataclass(frozen=True)
class LeftOut:
    """A case of which a job made nothing, and why."""

    number: str
    state: str
    """``refused`` or ``failed``."""
    reason: str | None
    """Why it was refused, as the word of a Refused; None where that is not known."""


def left_out(desk: Desk, job: Job, person: User, action: Action) -> list[LeftOut]:
    """The cases of which the job made nothing, of those that the person reaches by that right now, by number."""
    query = (
        select(Case.number, JobStep.state, JobStep.result)
        .join(JobStep, JobStep.case_id == Case.id)
        .where(JobStep.job_id == job.id, JobStep.state.in_(("refused", "failed")))
        .where(visible_cases(person, action))
        .order_by(Case.number)
    )
    return [LeftOut(*row) for row in desk.session.execute(query)]


def cancel(desk: Desk, person: User | None, job_id: str) -> None:
    """Ends a job before it is finished: no further step is taken, and one in hand no longer counts.

    ``person``: who asked for it; None where the app itself did.
    """
    by_id = person.id if person else None
    with desk.writing() as session:
        job = _mine(desk, job_id, by_id)
        if job is None or job.state not in (*UNFINISHED, "failed"):
            return
        job.state, job.ended_at, job.reason = "cancelled", now(), None
        audit.record(session, "job.cancelled", actor_id=by_id, kind=job.kind, steps=job.done)
        _let_go(session, job)


def remove_results(desk: Desk, person: User, job_id: str) -> None:
    """Lets go of what the job made, before its time; the job stays in the list."""
    by_id = person.id
    with desk.writing() as session:
        job = _mine(desk, job_id, by_id)
        if job is None or job.state in UNFINISHED or job.wrapped_key is None:
            return
        audit.record(session, "job.removed", actor_id=by_id, kind=job.kind)
        _let_go(session, job)


def resume(desk: Desk, person: User, job_id: str) -> bool:
    """Takes up again a job that failed, or steps of it that did; what is done stays. Says whether there is work."""
    by_id = person.id
    with desk.writing() as session:
        job = _mine(desk, job_id, by_id)
        if job is None or job.wrapped_key is None or job.state not in ("failed", "done"):
            return False
        again = (JobStep.job_id == job_id, JobStep.state.in_(("taken", "failed", "waiting")))
        found = session.scalars(select(JobStep.state).where(*again)).all()
        if not found:
            return False
        session.execute(
            update(JobStep).where(*again).values(state="waiting", taken_by=None, attempts=0)
        )
        job.done -= sum(state == "failed" for state in found)
        job.state, job.reason, job.ended_at, job.expires_at = "queued", None, None, None
        audit.record(session, "job.resumed", actor_id=by_id, kind=job.kind, steps=len(found))
    return True


def clear_expired(desk: Desk) -> int:
    """Lets go of results whose time has come and forgets jobs that ended long ago; says how many it touched."""
    moment = now()
    with desk.writing() as session:
        over = session.scalars(
            select(Job)
            .where(Job.expires_at <= moment, Job.wrapped_key.is_not(None))
            .with_for_update()
        ).all()
        for job in over:
            _let_go(session, job)
        session.flush()
        old = session.scalars(
            select(Job.id).where(Job.ended_at <= moment - LISTED, Job.state.not_in(UNFINISHED))
        ).all()
        session.execute(delete(JobStep).where(JobStep.job_id.in_(old)))
        session.execute(delete(Job).where(Job.id.in_(old)))
        return len({*(job.id for job in over), *old})


def _mine(desk: Desk, job_id: str, by_id: int | None) -> Job | None:
    return desk.session.scalars(
        select(Job).where(Job.id == job_id, Job.asked_by_id == by_id).with_for_update()
    ).one_or_none()


def _let_go(session: Session, job: Job) -> None:
    """What was asked no longer opens, and nothing leads from the job to what it made."""
    job.wrapped_key = job.sealed = None
    job.expires_at = None
    session.execute(update(JobStep).where(JobStep.job_id == job.id).values(result=None))


__all__ = [
    "AT_ONCE",
    "KEPT",
    "Step",
    "about",
    "ask",
    "cancel",
    "clear_expired",
    "find_job",
    "jobs_of",
    "outcomes",
    "remove_results",
    "resume",
]
