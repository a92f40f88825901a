"""Two servers behind a proxy, as docs/deployment.md has them, while one is killed again and again."""

from __future__ import annotations

import os
import random
import shutil
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, func, select

from intake.models import SignIn
from tests.conftest import run_on_server
from tests.durability.checks import check_all
from tests.durability.clients import Browser, Client, stop
from tests.durability.served import Gunicorn, environment, free_port, wait_until_served
from tests.operations.proxy import Proxy

KILLS = 3
TOKEN = "m" * 40
AWAY = "no es seguro que se haya guardado"
PLACES = (
    ("ana", "TAP-2026-0001", ("rights.informed", "participation.heard")),
    ("beto", "TAP-2026-0004", ("rights.language", "rights.informed")),
    ("carmen", "TIJ-2026-0001", ("rights.informed", "participation.heard")),
)


class Caseworker(Client):
    """Saves one section after the other, each until it is acknowledged, and sends a form again after a 502."""

    def __init__(self, port: int, who: str, number: str, checks: tuple[str, ...]) -> None:
        super().__init__(port, who, number, checks[0], seed=1)
        self.checks = checks
        self.browser = Patient(port)

    def __hash__(self) -> int:
        return id(self)

    def _save_one(self) -> None:
        self.check = self.checks[len(self.sent) % len(self.checks)]
        super()._save_one()


class Patient(Browser):
    """Waits where the proxy says that nobody answers; what else goes wrong is for whoever asked."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.away = 0

    def send(self, path: str, fields: dict[str, object] | None = None) -> tuple[int, str, str]:
        until = time.monotonic() + 30
        while True:
            status, page, there = super().send(path, fields)
            if status != 502 or time.monotonic() > until:
                return status, page, there
            assert AWAY in page
            self.away += 1
            time.sleep(0.05)


@pytest.fixture(scope="module")
def postgresql(
    with_demo: Callable[[str], str | Path],
) -> Iterator[str]:
    name = f"two_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name} template {with_demo('postgresql')}")
    yield f"postgresql+psycopg:///{name}"
    run_on_server(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def machines(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Gunicorn]]:
    """Two machines: each with its own instance folder, and one folder of papers in common."""
    tmp_path = tmp_path_factory.mktemp("machines")
    papers = tmp_path / "papers"
    papers.mkdir(mode=0o700)
    found = []
    for number in range(2):
        instance = tmp_path / f"machine-{number}"
        instance.mkdir(mode=0o700)
        (instance / "attachments").symlink_to(papers)
        env = environment(instance, postgresql, INTAKE_PROXIES="1", INTAKE_METRICS_TOKEN=TOKEN)
        found.append(Gunicorn(env, free_port(), tmp_path / f"server-{number}.log"))
    try:
        for server in found:
            server.begin()
        for server in found:
            wait_until_served(server.port)
        yield found
    finally:
        for server in found:
            server.close()
            counts = f"intake-metrics-{os.getuid()}-127.0.0.1-{server.port}"
            shutil.rmtree(Path("/dev/shm") / counts, ignore_errors=True)  # noqa: S108


@pytest.fixture(scope="module")
def proxy(
    machines: list[Gunicorn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, int]]:
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    running = Proxy(folder, [one.port for one in machines], port, free_port())
    yield running, port
    running.close()


def test_one_of_two_servers_may_die_at_any_moment(
    postgresql: str,
    machines: list[Gunicorn],
    proxy: tuple[Proxy, int],
    record_property: Callable[[str, object], None],
) -> None:
    nginx, port = proxy
    running = [Caseworker(port, *place) for place in PLACES]
    for client in running:
        client.browser.sign_in(client.who)
        client.start()
    chance, killed = random.Random(7), machines[1]  # noqa: S311 - to be repeated
    for _kill in range(KILLS):
        _further(running, 2)
        _under_way(running, chance)
        killed.kill()
        _further(running, 2)  # while it is away, the other one serves
        killed.start()
    _further(running, 2)
    stop(running)
    sent = [save for client in running for save in client.sent]
    kept = [save for client in running for save in client.kept]
    held = check_all(Path(machines[0].env["INTAKE_INSTANCE"]), postgresql, sent, kept)
    away = sum(client.browser.away for client in running)
    record_property("figures", f"{KILLS} kills, {len(kept)} acknowledged, {held} held, {away} 502")
    assert held >= len(kept) >= KILLS * 2
    # the sessions of the beginning go on, on either server
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(SignIn)) == len(running)
    engine.dispose()
    for server in machines:
        direct = Browser(server.port)
        direct.cookies = running[0].browser.cookies
        status, page, _there = direct.send("/cases")
        assert (status, running[0].number in page) == (200, True)
    _nothing_told(nginx, running)


def _nothing_told(nginx: Proxy, running: list[Caseworker]) -> None:
    """What the proxy wrote tells of no case and of nobody."""
    running[0].browser.send("/calendar/a-secret-of-somebody.ics")
    written = nginx.written()
    assert " 302 " in written
    for word in ("cases", "calendar", "secret", "127.0.0.1 ", running[0].number):
        assert word not in written, word


def _under_way(running: list[Caseworker], chance: random.Random) -> None:
    """Until somebody waits for the answer to a form: at one of the servers, either of them."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if any(client.posting.wait(0.1) for client in running):
            time.sleep(chance.uniform(0, 0.03))
            if any(client.posting.is_set() for client in running):
                return
    raise TimeoutError


def _further(running: list[Caseworker], by: int) -> None:
    """Until each has saved so often more."""
    goals = [len(client.kept) + by for client in running]
    until = time.monotonic() + 90
    while any(len(client.kept) < goal for client, goal in zip(running, goals, strict=True)):
        assert not any(client.faults for client in running), [c.faults for c in running]
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_proxy_keeps_inside_what_is_inside(
    machines: list[Gunicorn], proxy: tuple[Proxy, int]
) -> None:
    _nginx, port = proxy
    outside, inside = Browser(port), Browser(machines[0].port)
    assert outside.send("/health/live")[0] == 200
    for path in ("/metrics", "/health", "/health/ready"):
        assert outside.send(path)[0] == 404
    assert inside.send("/metrics")[0] == 401
    assert inside.send("/health/ready")[0] == 200


def test_each_server_tells_what_all_of_its_processes_counted(
    machines: list[Gunicorn], proxy: tuple[Proxy, int]
) -> None:
    _nginx, port = proxy
    before = sum(_sign_in_pages(server.port) for server in machines)
    for _time in range(4):
        assert Browser(port).send("/sign-in")[0] == 200
    assert sum(_sign_in_pages(server.port) for server in machines) == before + 4


def _sign_in_pages(port: int) -> float:
    """How many of them a server says it has shown."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own address
        text = answer.read().decode()
    wanted = {"endpoint": "security.login", "method": "GET", "status": "2xx"}
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "intake_requests_total" and sample.labels == wanted
    )


def test_an_upload_is_in_no_file_of_the_proxy(
    machines: list[Gunicorn], proxy: tuple[Proxy, int]
) -> None:
    nginx, port = proxy
    browser = Browser(port)
    browser.send("/sign-in", {"email": "x" * 20_000_000, "password": "x"})
    status, _page, _there = browser.send("/sign-in", {"email": "x" * 26_500_000})
    assert status == 413
    assert "temporary file" not in nginx.written()
    assert [path for path in nginx.folder.glob("body/**/*") if path.is_file()] == []


def test_where_no_server_answers_a_page_says_what_to_do(
    machines: list[Gunicorn], proxy: tuple[Proxy, int]
) -> None:
    """The last of this file: the servers stay dead."""
    _nginx, port = proxy
    for server in machines:
        server.kill()
    for fields in (None, {"rights.informed.note": "una nota"}):
        status, page, _there = Browser(port).send("/cases/TAP-2026-0001/sections/rights", fields)
        assert status == 502
        assert AWAY in page
        assert "una nota" not in page
