"""Failures counted in a real Redis by more than one process, and what happens when it goes away."""

from __future__ import annotations

import logging
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from intake.web.counting import PATIENCE
from tests.web.doors import enter, strict_app


class Store:
    """A Redis of a test's own, on a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"redis+unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [shutil.which("redis-server") or "redis-server", "--port", "0", "--save", "",
                   "--unixsocket", str(self.socket), "--dir", str(self.socket.parent)]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < until, "redis-server does not start"

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        import redis

        try:
            return bool(redis.Redis(unix_socket_path=str(self.socket)).ping())
        except redis.RedisError:
            return False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    yield found
    found.stop()


def another(tmp_path: Path, database_url: str, store: Store) -> Flask:
    """One more process of the app, as far as counting goes."""
    return strict_app(tmp_path, database_url, limiter_url=store.url, demo_second_factor=False)


def _time(ask: Callable[..., bool], *about: object) -> float:
    """The seconds that one question takes."""
    started = time.monotonic()
    assert ask(*about)
    return time.monotonic() - started


def fail(app: Flask, times: int, name: str = "ana") -> list[int]:
    return [enter(app.test_client(), name, "wrong-password-1").status_code for _ in range(times)]


def test_two_processes_count_together(tmp_path: Path, database_url: str, store: Store) -> None:
    store.start()
    first = another(tmp_path, database_url, store)
    assert fail(first, 6) == [200] * 6
    second = another(tmp_path, database_url, store)
    assert fail(second, 5) == [200] * 4 + [429]
    assert fail(second, 1, "beto") == [200]
    for app in (first, second):
        app.extensions["intake.engine"].dispose()


def test_without_the_store_people_sign_in_and_guesses_are_counted_all_the_same(
    tmp_path: Path, database_url: str, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.start()
    app = another(tmp_path, database_url, store)
    assert fail(app, 4) == [200] * 4
    store.stop()
    with caplog.at_level(logging.WARNING):
        # what was counted before the store went away is not forgotten with it
        assert fail(app, 7) == [200] * 6 + [429]
    assert enter(app.test_client(), "beto").status_code == 302
    told = [record.message for record in caplog.records if "this process alone" in record.message]
    assert told == ["failed attempts are counted by this process alone: ConnectionError"]
    app.extensions["intake.engine"].dispose()


def test_a_start_without_the_store_and_its_return(
    tmp_path: Path,
    database_url: str,
    store: Store,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intake.web.counting.PAUSE", 0.0)
    app = another(tmp_path, database_url, store)
    assert fail(app, 1) == [200]
    assert fail(app, 1, "nobody") == [200]
    store.start()
    with caplog.at_level(logging.WARNING):
        assert fail(app, 8) == [200] * 8
    assert "failed attempts are counted in the store again" in caplog.text
    assert fail(another(tmp_path, database_url, store), 3) == [200, 200, 429]
    app.extensions["intake.engine"].dispose()


def test_a_store_that_hangs_is_waited_for_once_and_not_by_everybody(
    tmp_path: Path, database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.web.counting.PAUSE", 3600.0)
    store.start()
    app = another(tmp_path, database_url, store)
    assert fail(app, 1) == [200]
    assert store.process
    store.process.send_signal(signal.SIGSTOP)
    try:
        asked = []
        failures = app.extensions["intake.failures"]
        kept = failures._ask
        monkeypatch.setattr(
            failures, "_ask", lambda *about: asked.append(_time(kept, *about)) or True
        )
        assert fail(app, 3) == [200] * 3
        # of some thirty questions the first waits for the store
        assert len(asked) > 20
        assert asked[0] >= PATIENCE
        assert sum(asked[1:]) < PATIENCE
    finally:
        store.process.send_signal(signal.SIGCONT)
    app.extensions["intake.engine"].dispose()
