"""The furnished app, made once for each engine, and how many examples Hypothesis tried."""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ENGINES, run_on_server
from tests.security.world import World

TRIED: Counter[str] = Counter()
"""How often each property was tried, told at the end."""


@pytest.fixture(scope="session", params=ENGINES)
def world(
    request: pytest.FixtureRequest,
    with_demo: Callable[[str], str | Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """The app with something of everything, on SQLite and on PostgreSQL."""
    template, folder = with_demo(request.param), tmp_path_factory.mktemp("world")
    if request.param == "sqlite":
        shutil.copy(template, folder / "intake.sqlite")
        made = World(folder, f"sqlite:///{folder / 'intake.sqlite'}")
        yield made
        made.close()
        return
    name = f"world_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name} template {template}")
    made = World(folder, f"postgresql+psycopg:///{name}")
    yield made
    made.close()
    run_on_server(f"drop database {name} with (force)")


@pytest.fixture
def tried() -> Counter[str]:
    return TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells how much was tried."""
    if TRIED:
        told = ", ".join(f"{count} {what}" for what, count in sorted(TRIED.items()))
        whole = sum(count for what, count in TRIED.items() if " answered " not in what)
        terminalreporter.write_line(f"tried: {told}; {whole} in all")
