"""The app is killed in the middle of saves, again and again: every acknowledged save is there, none by halves.

Every run kills it 200 times and more over both databases: a forked process most times, `intake serve` with gunicorn
the others. `make crash` kills it a thousand times for each database, at moments that no earlier run had.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.durability.checks import check_all
from tests.durability.clients import CUT_OFF, Client, clients, stop
from tests.durability.served import (
    Forked,
    Gunicorn,
    closing,
    environment,
    free_port,
    wait_until_served,
)

KILLS = int(os.environ.get("INTAKE_CRASHES", "101"))
SEED = int(os.environ.get("INTAKE_CRASH_SEED", "20261124"))
GUNICORN_KILLS = 2


@pytest.mark.parametrize(("kind", "kills"), [(Forked, KILLS), (Gunicorn, GUNICORN_KILLS)])
def test_no_kill_loses_a_save_or_leaves_half_of_one(
    database_url: str,
    tmp_path: Path,
    kind: type[Forked | Gunicorn],
    kills: int,
    record_property: Callable[[str, object], None],
) -> None:
    port, chance = free_port(), random.Random(SEED)  # noqa: S311 - to be repeated
    server = kind(environment(tmp_path, database_url), port, tmp_path / "server.log")
    with closing(server):
        wait_until_served(port)
        running = clients(port, SEED)
        for client in running:
            client.start()
        killed = 0
        while killed < kills:
            # every other time the app gets no further than its first saves
            _wait_for_saves(running, _kept(running) if killed % 2 else -1)
            time.sleep(chance.uniform(0, 0.04))
            if not any(client.posting.is_set() for client in running):
                continue
            server.kill()
            killed += 1
            server.start()
        _wait_for_saves(running, _kept(running))
        stop(running)
    sent = [save for client in running for save in client.sent]
    kept = [save for client in running for save in client.kept]
    cut_off = sum(client.refused.count(CUT_OFF) for client in running)
    held = check_all(tmp_path, database_url, sent, kept)
    figures = f"{kills} kills, {cut_off} saves cut off, {len(kept)} acknowledged, {held} held"
    record_property("figures", figures)
    sys.stderr.write(f"{figures}, none lost\n")
    assert cut_off >= kills // 4
    assert len(kept) >= kills / 2


def _kept(running: list[Client]) -> int:
    return sum(len(client.kept) for client in running)


def _wait_for_saves(running: list[Client], before: int) -> None:
    """Until one more save was acknowledged and another is on its way."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert not any(client.faults for client in running), [c.faults for c in running]
        if _kept(running) > before and any(client.posting.is_set() for client in running):
            return
        time.sleep(0.002)
    raise TimeoutError("nobody saves")
