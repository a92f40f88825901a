"""What is done by the clock is done by one, once for each stretch of time; dead workers are found out."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from intake.models import Chore, SignIn, User, Worker, now
from intake.services import chores, sessions, workers
from intake.services.desk import Desk
from intake.services.workers import Presence
from intake.web.guard import desk

MINUTE = dt.timedelta(minutes=1)


def test_a_chore_is_begun_once_for_each_stretch_of_time(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = dt.datetime(2026, 11, 24, 12, 0, 59, tzinfo=dt.UTC)
    monkeypatch.setattr(chores, "now", lambda: moment)
    assert chores.begin(here, "findings", MINUTE)
    assert not chores.begin(here, "findings", MINUTE)
    assert chores.begin(here, "sessions", MINUTE)
    moment += dt.timedelta(seconds=1)
    assert chores.begin(here, "findings", MINUTE)
    moment -= MINUTE  # a clock that is behind
    assert not chores.begin(here, "findings", MINUTE)
    assert [one.name for one in chores.begun(here)] == ["findings", "sessions"]


def test_of_several_workers_one_does_it(app: Flask) -> None:
    told: list[bool] = []
    start = threading.Barrier(6)

    def try_it() -> None:
        start.wait()
        with app.app_context():
            told.append(chores.begin(desk(), "findings", dt.timedelta(days=400)))

    hands = [threading.Thread(target=try_it) for _number in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(told) == [False] * 5 + [True]
    with app.app_context():
        assert desk().session.scalar(select(func.count()).select_from(Chore)) == 1


def test_a_worker_is_alive_as_long_as_it_holds_its_file(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "workers"
    presence = Presence(app.extensions["intake.engine"], folder)
    with app.app_context():
        assert [one.alive for one in workers.seen(desk(), folder)] == [True]
        presence.end()
        assert [one.alive for one in workers.seen(desk(), folder)] == [False]
    other = Presence(app.extensions["intake.engine"], folder)
    workers.forget_files(folder)
    assert [one.stem for one in folder.iterdir()] == [other.id]
    other.end()


def test_a_worker_of_another_machine_is_alive_until_it_falls_silent(
    app: Flask, tmp_path: Path
) -> None:
    presence = Presence(app.extensions["intake.engine"], tmp_path / "theirs")
    with app.app_context():
        assert [one.alive for one in workers.seen(desk(), tmp_path / "ours")] == [True]
        with desk().writing() as session:
            session.execute(update(Worker).values(seen_at=now() - workers.SILENT))
        assert [one.alive for one in workers.seen(desk(), tmp_path / "ours")] == [False]
    presence.beat()
    with app.app_context():
        assert [one.alive for one in workers.seen(desk(), tmp_path / "ours")] == [True]
    presence.end()


def test_a_worker_that_was_forgotten_stands_in_the_list_again(app: Flask, tmp_path: Path) -> None:
    presence = Presence(app.extensions["intake.engine"], tmp_path / "workers")
    with app.app_context(), desk().writing() as session:
        session.delete(session.get_one(Worker, presence.id))
    presence.beat()
    with app.app_context():
        assert desk().session.get(Worker, presence.id) is not None
    presence.end()


def test_sessions_that_ended_are_forgotten_and_others_not(here: Desk) -> None:
    person = here.session.scalars(select(User)).unique().first()
    assert person
    with here.writing() as session:
        ended = sessions.begin(session, person, "Firefox")
        old = now() - sessions.IDLE - dt.timedelta(seconds=1)
        session.execute(update(SignIn).where(SignIn.token == ended).values(seen_at=old))
        alive = SignIn(
            token="t" * 43, user_id=person.id, started_at=now(), seen_at=now(), device="x"
        )
        session.add(alive)
    assert sessions.clear_ended(here) == 1
    assert list(here.session.scalars(select(SignIn.token))) == ["t" * 43]
