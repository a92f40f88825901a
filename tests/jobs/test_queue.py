"""The queue wakes workers and tells nothing; without it, work is found all the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from intake.jobs import clock, runner
from intake.jobs.clock import CHORES, do_once, wind
from intake.jobs.kinds import Bench
from intake.jobs.queue import Bell
from tests.conftest import settings_for
from tests.jobs.conftest import ask
from tests.jobs.redis_server import RedisServer


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.close()


@pytest.fixture(params=["embedded", "redis"])
def bell(request: pytest.FixtureRequest, tmp_path: Path) -> Bell:
    url = request.getfixturevalue("redis").url if request.param == "redis" else ""
    settings = settings_for(tmp_path, "sqlite://")
    return Bell(replace(settings, queue_url=url, secret_key=str(uuid.uuid4()) * 2))


def test_a_message_is_the_id_of_a_job_and_no_more(bell: Bell) -> None:
    job_id = str(uuid.uuid4())
    bell.ring(job_id)
    (message,) = bell.huey.storage.enqueued_items()
    text = bytes(message).decode("latin-1")
    assert job_id in text
    bell.ring(str(uuid.uuid4()))
    assert [task.args[0] for task in bell.huey.pending()].count(job_id) == 1
    rung: list[str] = []
    bell.on_ring = rung.append
    bell.huey.execute(bell.huey.dequeue())
    assert rung == [job_id]
    assert bell.huey.result_count() == 0


def test_a_message_that_we_did_not_sign_is_never_opened(bell: Bell, tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "theirs", "sqlite://")
    settings.instance.mkdir()
    theirs = Bell(settings)
    theirs.ring("x")
    (message,) = theirs.huey.storage.enqueued_items()
    bell.huey.storage.enqueue(bytes(message))
    with pytest.raises(ValueError, match="mismatch"):
        bell.huey.dequeue()


def test_a_queue_that_is_away_does_not_stop_whoever_asks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(settings_for(tmp_path, "sqlite://"), queue_url="unix:///nowhere.sock")
    Bell(settings).ring(str(uuid.uuid4()))
    assert "the queue could not be reached: ConnectionError" in caplog.text


def test_work_that_no_message_tells_of_is_found(app: Flask, bench: Bench) -> None:
    job_id = ask(app, "ana", "TAP-2026-0001")
    wind(bench)
    for task in bench.bell.huey._registry.periodic_tasks:
        bench.bell.huey.enqueue(task)  # the clock's own messages are no work
    assert bench.bell.waiting() == set()
    runner.take_up_again(bench)
    runner.take_up_again(bench)
    assert bench.bell.waiting() == {job_id}
    assert bench.bell.huey.pending_count() == len(CHORES) + 1


def test_the_clock_calls_for_every_chore(bench: Bench) -> None:
    wind(bench)
    names = [task.name for task in bench.bell.huey._registry.periodic_tasks]
    assert sorted(names) == sorted(chore.name for chore in CHORES)
    assert len(set(names)) == len(CHORES) == 5


@pytest.mark.parametrize("chore", CHORES, ids=lambda chore: chore.name)
def test_each_chore_is_done_by_one_and_bears_a_quiet_house(
    bench: Bench, chore: clock.Chore, caplog: pytest.LogCaptureFixture
) -> None:
    assert do_once(bench, chore)
    assert not do_once(bench, chore)
    assert caplog.text == ""


def test_a_chore_that_goes_wrong_is_told_by_its_kind(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(*_what: object) -> None:
        raise ValueError("Marisol")

    assert not do_once(bench, replace(CHORES[0], do=wrong))
    assert "the chore resume went wrong: ValueError" in caplog.text
    assert "Marisol" not in caplog.text
