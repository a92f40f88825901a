"""Workers are killed in the middle of an export, with the app and its queue: every document is in the ZIP, once.

With the queue in a file and with a real Redis, which is killed too and forgets all it was told.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from intake.app import create_app
from intake.jobs import bulk
from intake.models import AuditEntry, Case, Chore, IssuedDocument, Job, User, Worker
from intake.services import jobs
from intake.services.save import open_case
from intake.services.verify import verify_trail
from intake.services.workers import seen
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.durability.served import Gunicorn, closing, environment, free_port
from tests.durability.working import Work, niceness, processes_of, wait_until
from tests.jobs.conftest import unzip, who
from tests.jobs.redis_server import RedisServer

CASES = 12


@dataclass
class Place:
    """An app, the environment of its commands, and what started there."""

    app: Flask
    env: dict[str, str]
    log: Path
    redis: RedisServer | None
    started: list[Work]

    def work(self, processes: int = 1) -> Work:
        self.started.append(Work(self.env, self.log, processes))
        return self.started[-1]

    def ask(self) -> str:
        """Asks, as carmen, for the documents of all her cases, of which there are many now."""
        with self.app.test_request_context():
            here = desk()
            for number in range(CASES):
                values = {"profile.stage": "identification", "identity.name": f"Niña {number}"}
                open_case(here, who(here, "carmen"), values, str(uuid.uuid4()))
            carmen = who(here, "carmen")
            query = select(Case.id).where(Case.caseworker_id == carmen.id)
            job_id = bulk.ask(
                here,
                carmen,
                list(here.session.scalars(query)),
                document="summary",
                language="es",
                page_size="Letter",
                site=None,
                job_id=str(uuid.uuid4()),
            )
        self.app.extensions["intake.bench"].bell.ring(job_id)
        return job_id

    def job(self, job_id: str) -> Job:
        with self.app.app_context():
            return desk().session.get_one(Job, job_id)

    def check(self, job_id: str) -> int:
        """Every document is in the ZIP once and was recorded once; says how many were made in vain."""
        with self.app.app_context():
            session = desk().session
            carmen = select(User.id).where(User.email == "carmen@intake.example").scalar_subquery()
            numbers = set(session.scalars(select(Case.number).where(Case.caseworker_id == carmen)))
            outcomes = jobs.outcomes(desk(), session.get_one(Job, job_id))
            issued = Counter(session.scalars(select(IssuedDocument.case_id)))
            told = Counter(
                session.scalars(
                    select(AuditEntry.case_id).where(AuditEntry.action == "case.printed")
                )
            )
            assert verify_trail(session) is None
            assert list(session.scalars(select(Worker.id))) == []
        assert outcomes == {"done": len(numbers)}
        assert set(issued.values()) == {1}
        names = [name for name in unzip(self.app, "carmen", job_id) if name.endswith(".pdf")]
        assert Counter(name.partition("-summary-")[0] for name in names) == Counter(numbers)
        return told.total() - len(numbers)


@pytest.fixture(params=["embedded", "redis"])
def place(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Place]:
    redis = RedisServer(tmp_path) if request.param == "redis" else None
    url = redis.url if redis else ""
    app = create_app(replace(settings_for(tmp_path, database_url), queue_url=url))
    env = environment(tmp_path, database_url, INTAKE_QUEUE_URL=url)
    found = Place(app, env, tmp_path / "worker.log", redis, [])
    yield found
    for work in found.started:
        work.close()
    app.extensions["intake.engine"].dispose()
    if redis:
        redis.close()


def test_killed_again_and_again_every_document_is_there_once(
    place: Place, record_property: Callable[[str, object], None]
) -> None:
    job_id, done = place.ask(), 0
    for kill in range(3):
        work = place.work(processes=2)
        wait_until(lambda done=done: place.job(job_id).done >= done + 2)
        if kill == 1:
            # those that it started do not live on by themselves
            group = work.process.pid
            work.kill_the_first()
            wait_until(lambda group=group: processes_of(group) == [])
        else:
            work.kill()
        if place.redis:
            place.redis.close()
            place.redis.start()
        done = place.job(job_id).done
        assert place.job(job_id).state == "running"
    work = place.work(processes=2)
    wait_until(lambda: place.job(job_id).state == "done")
    assert work.end() == 0
    record_property("handed out again after a kill", place.check(job_id))
    log = place.log.read_text()
    assert "steps of workers that died are taken up again" in log
    assert "Niña" not in log
    assert "TIJ-" not in log


def test_asked_to_end_it_finishes_what_it_has_in_hand_and_another_goes_on(place: Place) -> None:
    job_id = place.ask()
    work = place.work()
    wait_until(lambda: place.job(job_id).done >= 1)
    assert work.end() == 0
    with place.app.app_context():
        assert jobs.outcomes(desk(), desk().session.get_one(Job, job_id)).get("taken") is None
        assert list(desk().session.scalars(select(Worker.id))) == []
    assert place.job(job_id).state == "running"
    work = place.work()
    wait_until(lambda: place.job(job_id).state == "done")
    work.end()
    assert place.check(job_id) == 0
    assert "died" not in place.log.read_text()


def test_a_cancelled_export_stops_between_two_documents(place: Place) -> None:
    job_id = place.ask()
    work = place.work()
    wait_until(lambda: place.job(job_id).done >= 1)
    with place.app.test_request_context():
        jobs.cancel(desk(), who(desk(), "carmen"), job_id)
    with place.app.app_context():
        before = len(desk().session.scalars(select(IssuedDocument.id)).all())
    other = place.ask()
    wait_until(lambda: place.job(other).done >= 2)
    work.end()
    with place.app.app_context():
        issued = Counter(desk().session.scalars(select(IssuedDocument.case_id)))
        found = jobs.outcomes(desk(), desk().session.get_one(Job, job_id))
    assert found["waiting"] >= CASES - before
    assert max(issued.values()) == 1
    assert place.job(job_id).state == "cancelled"


def test_the_app_works_in_the_background_beside_its_pages_and_stops_with_it(
    database_url: str, tmp_path: Path
) -> None:
    env = environment(tmp_path, database_url, INTAKE_WORKERS="1")
    app = create_app(settings_for(tmp_path, database_url))
    place = Place(app, env, tmp_path / "worker.log", None, [])
    job_id, port = place.ask(), free_port()
    server = Gunicorn(env, port, tmp_path / "server.log")
    with closing(server):
        wait_until(lambda: place.job(job_id).done >= 2)
        assert server.process
        group = server.process.pid
        (beside,) = _children_of(group, "intake.cli work")
        assert niceness(beside) == 10
        assert niceness(group) == 0
        with app.app_context():
            bench = app.extensions["intake.bench"]
            assert [one.alive for one in seen(desk(), bench.workers)] == [True]
            assert {one.name for one in desk().session.scalars(select(Chore))} >= {"resume"}
        os.kill(group, signal.SIGKILL)  # the app alone: what works beside it ends by itself
        server.process.wait()
        wait_until(lambda: not [pid for pid in processes_of(group) if "work" in _command(pid)])
        for pid in processes_of(group):
            os.kill(pid, signal.SIGKILL)
        server.start()
        wait_until(lambda: place.job(job_id).state == "done")
        server.process.terminate()
        server.process.wait(timeout=60)
        wait_until(lambda: processes_of(server.process.pid) == [])
    assert "One process at low priority for work in the background." in server.log.read_text()
    assert "Niña" not in server.log.read_text()
    place.check(job_id)
    app.extensions["intake.engine"].dispose()


def test_a_disk_that_is_full_is_told_and_what_is_left_goes_on_when_there_is_room(
    with_demo: Callable[[str], str | Path], tmp_path: Path
) -> None:
    folder = tmp_path / "instance"
    (folder / "attachments").mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder / "attachments")]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    if not mounted:  # elsewhere a folder that takes nothing stands in for a full one: test_bulk
        return
    url = f"sqlite:///{folder / 'intake.sqlite'}"
    with (
        sqlite3.connect(with_demo("sqlite")) as source,
        sqlite3.connect(folder / "intake.sqlite") as to,
    ):
        source.backup(to)
    app = create_app(settings_for(folder, url))
    place = Place(app, environment(folder, url), tmp_path / "worker.log", None, [])
    try:
        job_id = place.ask()
        work = place.work()
        wait_until(lambda: place.job(job_id).state == "failed")
        assert place.job(job_id).reason == "no_room"
        assert 0 < place.job(job_id).done < CASES
        room = ["mount", "-o", "remount,size=40m", str(folder / "attachments")]
        subprocess.run(room, check=True)
        with app.test_request_context():
            assert jobs.resume(desk(), who(desk(), "carmen"), job_id)
        app.extensions["intake.bench"].bell.ring(job_id)
        wait_until(lambda: place.job(job_id).state == "done")
        work.end()
        place.check(job_id)
    finally:
        for work in place.started:
            work.close()
        app.extensions["intake.engine"].dispose()
        subprocess.run(["umount", str(folder / "attachments")], check=True)


def _children_of(parent: int, command: str) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in listed if command in _command(int(pid))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
