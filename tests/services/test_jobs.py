"""Jobs and their steps: asked once, done once, given back, cancelled, resumed, cleared away, gone with the case."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from intake.keyfiles import as_master_key, new_key
from intake.models import Case, Job, JobStep, User, Worker, now
from intake.services import erasure, job_steps, jobs, keys
from intake.services.desk import Desk, Refused
from intake.services.files import FileStore
from intake.services.job_steps import Outcome
from intake.vault import Vault, wrapped_under
from intake.web.guard import desk
from tests.services.conftest import find

ME, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


def who(here: Desk, name: str) -> User:
    found = here.session.scalars(select(User).where(User.email == f"{name}@intake.example"))
    return found.unique().one()


def ask(here: Desk, steps: int = 3, name: str = "ana", **more: str) -> str:
    return jobs.ask(
        here, "count", who(here, name), [(None, {"at": at}) for at in range(steps)], {}, **more
    )


def job(here: Desk, job_id: str) -> Job:
    here.session.rollback()
    return here.session.get_one(Job, job_id)


def states(here: Desk, job_id: str) -> dict[str, int]:
    return jobs.outcomes(here, job(here, job_id))


def test_the_same_form_twice_is_one_job_and_of_somebody_else_none(here: Desk) -> None:
    job_id = str(uuid.uuid4())
    assert ask(here, job_id=job_id) == ask(here, job_id=job_id) == job_id
    assert states(here, job_id) == {"waiting": 3}
    with pytest.raises(Refused, match="operation_of_another"):
        ask(here, name="beto", job_id=job_id)


def test_nobody_holds_up_all_others_and_nothing_is_no_job(here: Desk) -> None:
    for _time in range(jobs.AT_ONCE):
        ask(here)
    with pytest.raises(Refused, match="too_many_jobs"):
        ask(here)
    ask(here, name="beto")
    with pytest.raises(Refused, match="nothing_to_do"):
        ask(here, steps=0, name="carmen")


def test_what_was_asked_lies_sealed(here: Desk) -> None:
    job_id = jobs.ask(here, "count", who(here, "ana"), [(None, {})], {"word": "Huehuetenango"})
    kept = job(here, job_id)
    assert b"Huehue" not in (kept.sealed or b"")
    assert jobs.about(here, kept) == {"word": "Huehuetenango"}


def test_a_job_runs_from_its_first_step_to_its_last(here: Desk) -> None:
    job_id = ask(here, steps=2)
    assert job(here, job_id).state == "queued"
    first = job_steps.take(here, job_id, ME)
    assert first
    assert (first.number, first.about) == (1, {"at": 0})
    assert job(here, job_id).state == "running"
    second = job_steps.take(here, job_id, OTHER)
    assert second
    assert job_steps.take(here, job_id, ME) is None
    assert job_steps.finish(here, second, Outcome())
    assert (job(here, job_id).state, job(here, job_id).done) == ("running", 1)
    assert job_steps.finish(here, first, Outcome("refused"))
    ended = job(here, job_id)
    assert (ended.state, ended.done) == ("done", 2)
    assert ended.started_at is not None
    assert ended.ended_at is not None
    assert ended.expires_at == ended.ended_at + jobs.KEPT
    assert states(here, job_id) == {"done": 1, "refused": 1}


def test_who_was_taken_for_dead_can_no_longer_finish(here: Desk) -> None:
    job_id = ask(here, steps=1)
    slow = job_steps.take(here, job_id, OTHER)
    assert slow
    assert job_steps.give_back_all(here, [OTHER]) == 1
    again = job_steps.take(here, job_id, ME)
    assert again
    assert again.number == slow.number
    assert not job_steps.finish(here, slow, Outcome(result="x"))
    assert job_steps.finish(here, again, Outcome(result="x"))
    assert (job(here, job_id).done, job(here, job_id).state) == (1, "done")


def test_a_step_that_goes_wrong_waits_for_the_others_and_is_left_out_at_last(here: Desk) -> None:
    job_id = ask(here, steps=2)
    for _time in range(job_steps.TRIES):
        taken = job_steps.take(here, job_id, ME)
        assert taken
        if taken.number == 2:
            assert job_steps.finish(here, taken, Outcome())
            taken = job_steps.take(here, job_id, ME)
            assert taken
        assert taken.number == 1
        job_steps.give_back(here, taken, failed=True)
    assert job_steps.take(here, job_id, ME) is None
    assert states(here, job_id) == {"done": 1, "failed": 1}
    assert (job(here, job_id).state, job(here, job_id).done) == ("done", 2)
    assert jobs.resume(here, who(here, "ana"), job_id)
    assert (job(here, job_id).state, job(here, job_id).done) == ("queued", 1)
    taken = job_steps.take(here, job_id, ME)
    assert taken
    assert job_steps.finish(here, taken, Outcome())
    assert states(here, job_id) == {"done": 2}
    assert not jobs.resume(here, who(here, "ana"), job_id)


def test_a_step_that_kills_its_worker_is_left_out_at_last(here: Desk) -> None:
    job_id = ask(here, steps=1)
    for _time in range(job_steps.DEATHS):
        assert job_steps.take(here, job_id, ME)
        job_steps.give_back_all(here, [ME])
    assert states(here, job_id) == {"failed": 1}
    assert job(here, job_id).state == "done"


def test_a_worker_that_leaves_gives_back_its_own_only_and_is_forgotten(here: Desk) -> None:
    with here.writing() as session:
        session.add_all([Worker(id=ME), Worker(id=OTHER)])
    job_id = ask(here, steps=2)
    assert job_steps.take(here, job_id, ME)
    theirs = job_steps.take(here, job_id, OTHER)
    assert theirs
    assert job_steps.give_back_all(here, [ME]) == 1
    assert job_steps.finish(here, theirs, Outcome())
    assert list(here.session.scalars(select(Worker.id))) == [OTHER]
    assert job_steps.unfinished(here) == [job_id]


def test_what_was_cancelled_takes_no_step_and_leads_to_no_result(here: Desk) -> None:
    job_id = ask(here)
    first, second = (job_steps.take(here, job_id, ME) for _time in range(2))
    assert first
    assert second
    assert job_steps.finish(here, first, Outcome(result="a document"))
    jobs.cancel(here, who(here, "beto"), job_id)
    assert job(here, job_id).state == "running"
    jobs.cancel(here, who(here, "ana"), job_id)
    assert job(here, job_id).state == "cancelled"
    assert jobs.about(here, job(here, job_id)) == {}
    assert job_steps.take(here, job_id, ME) is None
    assert not job_steps.finish(here, second, Outcome(result="another"))
    assert set(here.session.scalars(select(JobStep.result))) == {None}
    assert not jobs.resume(here, who(here, "ana"), job_id)


def test_a_failed_job_tells_why_and_goes_on_from_there(here: Desk) -> None:
    job_id = ask(here)
    first = job_steps.take(here, job_id, ME)
    assert first
    assert job_steps.finish(here, first, Outcome())
    second = job_steps.take(here, job_id, ME)
    assert second
    job_steps.fail(here, second, "no_room")
    assert (job(here, job_id).state, job(here, job_id).reason) == ("failed", "no_room")
    assert job_steps.take(here, job_id, ME) is None
    assert jobs.resume(here, who(here, "ana"), job_id)
    left = [job_steps.take(here, job_id, ME) for _time in range(3)]
    assert [taken and taken.number for taken in left] == [2, 3, None]


def test_results_are_let_go_after_a_day_and_the_job_is_forgotten_after_a_week(here: Desk) -> None:
    job_id = ask(here, steps=1)
    taken = job_steps.take(here, job_id, ME)
    assert taken
    assert job_steps.finish(here, taken, Outcome(result="a document"))
    assert jobs.clear_expired(here) == 0
    assert here.session.scalar(select(JobStep.result)) == "a document"
    _later(here, job_id, jobs.KEPT)
    assert jobs.clear_expired(here) == 1
    assert here.session.scalar(select(JobStep.result)) is None
    assert job(here, job_id).wrapped_key is None
    assert job(here, job_id).state == "done"
    _later(here, job_id, jobs.LISTED)
    assert jobs.clear_expired(here) == 1
    assert here.session.get(Job, job_id) is None
    assert here.session.scalar(select(func.count()).select_from(JobStep)) == 0


def _later(here: Desk, job_id: str, time: dt.timedelta) -> None:
    with here.writing() as session:
        ended = now() - time
        values = {"ended_at": ended, "expires_at": ended}
        session.execute(update(Job).where(Job.id == job_id).values(values))


def test_the_steps_of_an_erased_case_go_with_it_and_the_job_ends(
    here: Desk, tmp_path: Path
) -> None:
    sofia, david = who(here, "sofia"), who(here, "david")
    erased, stays = find(here, "TAP-2026-0001").id, find(here, "TAP-2026-0002").id
    job_id = jobs.ask(here, "count", sofia, [(erased, None), (stays, None)], {})
    case = here.session.get_one(Case, erased)
    erasure.propose(
        here, case, sofia, kind="erase", ground="request", reason="x", operation=str(uuid.uuid4())
    )
    proposal = erasure.proposal_of(here, here.session.get_one(Case, erased))
    assert proposal
    erasure.confirm(here, FileStore(tmp_path / "attachments"), proposal, david)
    taken = job_steps.take(here, job_id, ME)
    assert taken
    assert taken.case_id == stays
    assert job_steps.finish(here, taken, Outcome())
    assert (job(here, job_id).state, job(here, job_id).total) == ("done", 2)


def test_a_job_of_which_nothing_is_left_ends_by_itself(here: Desk) -> None:
    job_id = ask(here, steps=1)
    with here.writing() as session:
        session.execute(update(JobStep).values(state="refused"))
    job_steps.settle_all(here)
    assert job(here, job_id).state == "done"


def test_a_new_master_key_takes_the_jobs_along(here: Desk) -> None:
    job_id = jobs.ask(here, "count", who(here, "ana"), [(None, {})], {"word": "kept"})
    old, fresh = next(iter(here.vault._keys.values())), as_master_key(new_key())
    later = Desk(here.session, here.shelf, Vault(fresh, old))
    keys.put_in_force(later, later.vault.primary)
    assert sum(keys.rewrap_cases(later)) == 5
    kept = job(here, job_id)
    assert wrapped_under(kept.wrapped_key or b"") == later.vault.primary
    assert jobs.about(Desk(here.session, here.shelf, Vault(fresh)), kept) == {"word": "kept"}


def test_several_who_take_at_once_never_take_the_same_step(app: Flask) -> None:
    with app.test_request_context():
        job_id = ask(desk(), steps=40)
    found: dict[str, list[int]] = {}

    def go_through(worker: str) -> None:
        mine = found.setdefault(worker, [])
        while True:
            with app.app_context():
                at = desk()
                taken = job_steps.take(at, job_id, worker)
                if taken is None:
                    return
                mine.append(taken.number)
                assert job_steps.finish(at, taken, Outcome(result="x"))

    hands = [threading.Thread(target=go_through, args=(f"w{n}",)) for n in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(number for mine in found.values() for number in mine) == list(range(1, 41))
    with app.app_context():
        assert (job(desk(), job_id).state, job(desk(), job_id).done) == ("done", 40)
