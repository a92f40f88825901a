"""Two processes on one database: each save is kept, and what is done once at the start is done once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from intake.models import AuditEntry, Case, RegisterVersion, User
from tests.conftest import ENGINES, run_on_server
from tests.durability.checks import check_all
from tests.durability.clients import Client, stop
from tests.durability.served import (
    Forked,
    Gunicorn,
    closing,
    environment,
    free_port,
    wait_until_served,
)

SAVES = 10


def test_two_processes_write_one_case_and_lose_nothing(database_url: str, tmp_path: Path) -> None:
    env, places = environment(tmp_path, database_url), ["rights.informed", "participation.heard"]
    first, second = free_port(), free_port()
    log = tmp_path / "server.log"
    with closing(Forked(env, first, log)), closing(Forked(env, second, log)):
        running = []
        for port, check in zip((first, second), places, strict=True):
            wait_until_served(port)
            client = Client(port, "ana", "TAP-2026-0001", check, seed=port)
            client.browser.sign_in("ana")
            running.append(client)
        for client in running:
            client.start()
        until = time.monotonic() + 60
        while min(len(client.kept) for client in running) < SAVES:
            assert time.monotonic() < until
            assert not any(client.faults for client in running), [c.faults for c in running]
            time.sleep(0.02)
        stop(running)
    sent = [save for client in running for save in client.sent]
    kept = [save for client in running for save in client.kept]
    assert check_all(tmp_path, database_url, sent, kept) == len(sent)


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite'}"
        return
    name = f"new_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name}")
    yield f"postgresql+psycopg:///{name}"
    run_on_server(f"drop database {name} with (force)")


def test_two_servers_that_start_at_once_do_not_collide(empty_url: str, tmp_path: Path) -> None:
    env = environment(tmp_path, empty_url)
    servers = [Gunicorn(env, free_port(), tmp_path / f"{number}.log") for number in range(2)]
    try:
        for server in servers:
            server.begin()
        for server in servers:
            wait_until_served(server.port)
            assert server.process
            assert server.process.poll() is None
    finally:
        for server in servers:
            server.close()
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(User)) == 7
        assert connection.scalar(select(func.count()).select_from(Case)) == 5
        assert connection.scalar(select(func.count()).select_from(RegisterVersion)) == 1
        loaded = select(func.count()).where(AuditEntry.action == "register.published")
        assert connection.scalar(loaded) == 1
        assert connection.scalar(text("select count(*) from alembic_version")) == 1
    engine.dispose()
    told = sorted("loaded before" in (tmp_path / f"{n}.log").read_text() for n in range(2))
    assert told == [False, True]
