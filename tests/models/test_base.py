"""How a database is opened."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from intake.models import base, open_engine


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def waited(url: str) -> float:
    engine, begun = open_engine(url), time.monotonic()
    with pytest.raises(OperationalError):
        engine.connect()
    engine.dispose()
    return time.monotonic() - begun


def test_a_server_that_never_answers_counts_as_away(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    monkeypatch.setattr(base, "CONNECT_SECONDS", 2)
    assert waited(f"postgresql+psycopg://intake@127.0.0.1:{silent}/intake") < 8


def test_whoever_runs_the_app_says_otherwise(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    monkeypatch.setattr(base, "CONNECT_SECONDS", 600)
    url = f"postgresql+psycopg://intake@127.0.0.1:{silent}/intake"
    assert waited(f"{url}?connect_timeout=2") < 8
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "2")
    assert waited(url) < 8
