"""Workers are killed in the middle of an export, with the app and its queue: every document is in the ZIP, once.

With the queue in a file and with a real Redis, which is killed too and forgets all it was told.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.durability.working import RESTLESS, Work, niceness, processes_of, wait_until
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


@contextmanager
def at(database_url: str, folder: Path, redis: RedisServer | None = None) -> Iterator[Place]:
    """An app there, and nothing of what it started left at the end."""
    url = redis.url if redis else ""
    app = create_app(replace(settings_for(folder, database_url), queue_url=url))
    env = environment(folder, database_url, INTAKE_QUEUE_URL=url)
    found = Place(app, env, folder / "worker.log", redis, [])
    try:
        yield found
    finally:
        for work in found.started:
            work.close()
        app.extensions["intake.engine"].dispose()
        if redis:
            redis.close()


@pytest.mark.parametrize("queue", ["embedded", "redis"])
def test_killed_again_and_again_every_document_is_there_once(
    database_url: str, tmp_path: Path, queue: str, record_property: Callable[[str, object], None]
) -> None:
    redis = RedisServer(tmp_path) if queue == "redis" else None
    with at(database_url, tmp_path, redis) as place:
        job_id, done = place.ask(), 0
        for way in (Work.kill, Work.kill_the_first, Work.end):
            work = place.work(processes=2)
            wait_until(lambda done=done: place.job(job_id).done >= done + 2)
            way(work)
            # those that it started do not live on by themselves
            wait_until(lambda work=work: processes_of(work.process.pid) == [])
            if redis:
                redis.close()
                redis.start()
            done = place.job(job_id).done
            assert place.job(job_id).state == "running"
        # asked to end, it finished what it had in hand and said goodbye
        with place.app.app_context():
            assert jobs.outcomes(desk(), desk().session.get_one(Job, job_id)).get("taken") is None
            assert list(desk().session.scalars(select(Worker.id))) == []
        work = place.work(processes=2)
        wait_until(lambda: place.job(job_id).state == "done")
        assert work.end() == 0
        record_property("handed out again after a kill", place.check(job_id))
        log = place.log.read_text()
        assert "steps of workers that died are taken up again" in log
        assert "Niña" not in log
        assert "TIJ-" not in log


def test_processes_that_make_room_for_fresh_ones_lose_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with at(database_url, tmp_path) as place:
        job_id = place.ask()
        place.started.append(Work(place.env, place.log, program=("-c", RESTLESS)))
        seen_alive: set[str] = set()

        def done() -> bool:
            with place.app.app_context():
                seen_alive.update(desk().session.scalars(select(Worker.id)))
            return place.job(job_id).state == "done"

        wait_until(done)
        place.started[0].end()
        assert place.check(job_id) == 0
        assert len(seen_alive) > 3
        assert "died" not in place.log.read_text()


def test_a_cancelled_export_stops_between_two_documents(database_url: str, tmp_path: Path) -> None:
    with at(database_url, tmp_path) as place:
        job_id = place.ask()
        work = place.work()
        wait_until(lambda: place.job(job_id).done >= 1)
        with place.app.test_request_context():
            jobs.cancel(desk(), who(desk(), "carmen"), job_id)
        with place.app.app_context():
            before = len(desk().session.scalars(select(IssuedDocument.id)).all())
        work.end()
        with place.app.app_context():
            after = len(desk().session.scalars(select(IssuedDocument.id)).all())
            found = jobs.outcomes(desk(), desk().session.get_one(Job, job_id))
        assert after <= before + 1  # the one in hand
        assert found["waiting"] >= CASES - after
        assert place.job(job_id).state == "cancelled"


def test_the_app_works_in_the_background_beside_its_pages_and_stops_with_it(
    database_url: str, tmp_path: Path
) -> None:
    with at(database_url, tmp_path) as place:
        job_id = place.ask()
        log = tmp_path / "server.log"
        server = Gunicorn(place.env | {"INTAKE_WORKERS": "1"}, free_port(), log)
        with closing(server):
            wait_until(lambda: place.job(job_id).done >= 2)
            assert server.process
            first = server.process.pid
            (beside,) = _children_of(first, "intake.cli work")
            assert niceness(beside) == min(niceness(first) + 10, 19)
            with place.app.app_context():
                bench = place.app.extensions["intake.bench"]
                assert [one.alive for one in seen(desk(), bench.workers)] == [True]
            server.process.kill()  # the app alone: what works beside it ends by itself
            server.process.wait()
            wait_until(lambda: not [pid for pid in processes_of(first) if _works(pid)])
            for pid in processes_of(first):
                os.kill(pid, signal.SIGKILL)
            server.start()
            wait_until(lambda: place.job(job_id).state == "done")
            server.process.terminate()
            server.process.wait(timeout=60)
            wait_until(lambda: processes_of(server.process.pid) == [])
        assert "One process at low priority for work in the background." in log.read_text()
        assert "Niña" not in log.read_text()
        place.check(job_id)
        with place.app.app_context():
            assert "resume" in set(desk().session.scalars(select(Chore.name)))


def test_a_disk_that_is_full_is_told_and_what_is_left_goes_on_when_there_is_room(
    with_demo: Callable[[str], str | Path], tmp_path: Path
) -> None:
    """Where no disk may be mounted there is none to fill; tests/jobs/test_bulk shows the same without one."""
    folder = tmp_path / "instance"
    full = folder / "attachments"
    full.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(full)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return
    shutil.copy(with_demo("sqlite"), folder / "intake.sqlite")
    try:
        with at(f"sqlite:///{folder / 'intake.sqlite'}", folder) as place:
            job_id = place.ask()
            work = place.work()
            wait_until(lambda: place.job(job_id).state == "failed")
            assert place.job(job_id).reason == "no_room"
            assert 0 < place.job(job_id).done < CASES
            subprocess.run(["mount", "-o", "remount,size=40m", str(full)], check=True)
            with place.app.test_request_context():
                assert jobs.resume(desk(), who(desk(), "carmen"), job_id)
            place.app.extensions["intake.bench"].bell.ring(job_id)
            wait_until(lambda: place.job(job_id).state == "done")
            work.end()
            place.check(job_id)
    finally:
        subprocess.run(["umount", str(full)], check=True)


def _children_of(parent: int, command: str) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in listed if command in _command(int(pid))]


def _works(pid: int) -> bool:
    return "intake.cli work" in _command(pid)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
