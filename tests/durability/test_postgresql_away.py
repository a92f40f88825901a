"""PostgreSQL stopped and started under load: a page with words, nothing typed lost, and it recovers by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.durability.checks import check_all
from tests.durability.clients import Client, clients, stop
from tests.durability.cluster import Cluster
from tests.durability.served import Gunicorn, closing, environment, free_port


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    found = Cluster()
    yield found
    found.close()


def test_the_app_waits_for_postgresql_and_goes_on_with_it(cluster: Cluster, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "server.log"
    with closing(Gunicorn(environment(tmp_path, cluster.url), port, log)):
        running = clients(port, seed=1)
        for client in running:
            client.start()
        _until(lambda: all(client.kept for client in running), running)
        for _time in range(2):
            before = [len(client.kept) for client in running]
            cluster.stop()
            _until(lambda: sum(client.refused.count(503) for client in running) > 2, running)
            status, page, _there = running[0].browser.send("/cases")
            assert (status, "La base de datos no responde" in page) == (503, True)
            assert "Mis casos" not in page
            cluster.start()
            _until(
                lambda before=before: all(
                    len(client.kept) > kept for client, kept in zip(running, before, strict=True)
                ),
                running,
            )
        stop(running)
    sent = [save for client in running for save in client.sent]
    kept = [save for client in running for save in client.kept]
    assert check_all(tmp_path, cluster.url, sent, kept) >= len(kept) > 0
    written = log.read_text()
    assert "parameters hidden" in written or "[parameters" not in written
    assert not [save.note for save in sent if save.note in written]


def _until(true: Callable[[], bool], running: list[Client], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert not any(client.faults for client in running), [c.faults for c in running]
        assert time.monotonic() < until
        time.sleep(0.05)
