"""People at work on one server for some minutes: how many requests it answers, how long they take, what memory it needs.

    .ci/with-postgresql .venv/bin/python -m tests.bench.load --engine postgresql --minutes 10

Makes a population of its own, starts `intake serve` over it, and lets caseworkers and supervisors do what they do in a
day, with pauses in between. Every answer that is not the one expected is an error, and is named. Prints JSON.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import select

from intake.app import create_app
from intake.commands.demo import PASSWORD
from intake.extensions import end_session
from intake.forms.privacy import OWN_FILE
from intake.models import Case, User
from intake.web.guard import desk
from tests.conftest import form_fields, run_on_server, settings_for
from tests.durability.served import Gunicorn, environment, free_port, wait_until_served

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
ACTIONS = 60
"""What somebody does between signing in and signing out."""


class Wrong(Exception):
    """An answer that was not the one expected."""


@dataclass
class Told:
    """What all of them met."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    saves: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Somebody(threading.Thread):
    """One person with a browser and a case load."""

    def __init__(
        self, port: int, email: str, role: str, seed: int, think: float, told: Told
    ) -> None:
        super().__init__(daemon=True)
        self.port, self.email, self.role, self.think, self.told = port, email, role, think, told
        self.chance = random.Random(seed)  # noqa: S311 - to be repeated
        self.ending = threading.Event()
        self.cookies: dict[str, str] = {}
        self.numbers: list[str] = []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def run(self) -> None:
        self.ending.wait(self.chance.uniform(0, self.think * 4))
        while not self.ending.is_set():
            try:
                self._signs_in()
                for _action in range(ACTIONS):
                    if self.ending.wait(self.chance.expovariate(1 / self.think)):
                        break
                    self._does_something()
            except Wrong as wrong:
                with self.told.lock:
                    self.told.errors[str(wrong)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                with self.told.lock:
                    self.told.errors[f"no answer: {type(error).__name__}"] += 1

    def _does_something(self) -> None:
        everybody: list[tuple[int, Callable[[], None]]] = [
            (18, lambda: self._opens("today", "/today")),
            (20, lambda: self._opens("case", f"/cases/{self._number()}")),
            (2, self._prints),
        ]
        if self.role == "caseworker":
            everybody += [(40, self._answers), (8, self._lists), (12, self._looks_for_a_name)]
        else:
            everybody += [(30, self._queues), (15, lambda: self._opens("board", "/board"))]
        weights, actions = zip(*everybody, strict=True)
        self.chance.choices(actions, weights)[0]()

    def _signs_in(self) -> None:
        self.cookies.clear()
        page = self._send("sign-in page", "/sign-in")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)
        if token is None:
            raise Wrong("sign-in page: no token")
        typed = {"email": self.email, "password": PASSWORD, "csrf_token": token[1]}
        self._send("sign-in", "/sign-in", typed, expected=302)
        if self.role == "caseworker":
            self._lists()
        else:
            self._queues()

    def _lists(self) -> None:
        self._note(self._opens("own cases", "/cases"))

    def _queues(self) -> None:
        self._note(self._opens("queue", "/review"))

    def _note(self, page: str) -> None:
        found = sorted(set(re.findall(r"[A-Z]{2,8}-\d{4}-\d{4,}", page)))
        self.numbers = found or self.numbers
        if not self.numbers:
            raise Wrong(f"{self.role}: no case to work on")

    def _looks_for_a_name(self) -> None:
        typed = {"name": self.chance.choice(("ma", "jo", "an", "lu", "ka"))}
        self._send("search", "/cases", typed)

    def _answers(self) -> None:
        number = self._number()
        section = self.chance.choice(("rights", "participation"))
        path = f"/cases/{number}/sections/{section}"
        fields = form_fields(self._opens("section", path))
        notes = sorted(name for name in fields if name.endswith(".note"))
        if not notes:
            return
        note = self.chance.choice(notes)
        fields[note] = f"Nota de prueba {self.chance.getrandbits(48):012x}"
        fields.setdefault(note.removesuffix(".note"), "partly")
        status = self._status("save", path, fields)
        # a form that asks for more than a note comes back with words; whoever else works on the case may come between
        if status == 302:
            self.told.saves += 1
        elif status not in (200, 422, 409):
            raise Wrong(f"save: {status}")

    def _prints(self) -> None:
        path = f"/cases/{self._number()}/print"
        fields = form_fields(self._opens("print form", path))
        self._send("pdf", path, fields | {"recipient": OWN_FILE, "operation": str(uuid.uuid4())})

    def _number(self) -> str:
        return self.chance.choice(self.numbers)

    def _opens(self, what: str, path: str) -> str:
        return self._send(what, path)

    def _send(
        self, what: str, path: str, fields: dict[str, object] | None = None, expected: int = 200
    ) -> str:
        status, body = self._ask(what, path, fields)
        if status != expected:
            raise Wrong(f"{what}: {status}")
        if what == "pdf" and not body.startswith(b"%PDF"):
            raise Wrong("pdf: none")
        return body.decode(errors="replace")

    def _status(self, what: str, path: str, fields: dict[str, object]) -> int:
        return self._ask(what, path, fields)[0]

    def _ask(self, what: str, path: str, fields: dict[str, object] | None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        # a kept connection may have been closed by the server between two requests, which is no fault of its
        self.connection.close()
        begun = time.perf_counter()
        self.connection.request("GET" if fields is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        took = time.perf_counter() - begun
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept
        with self.told.lock:
            self.told.seconds[what].append(took)
        return response.status, content


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """An empty database of that engine, gone at the end."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'intake.sqlite'}"
        return
    name = f"load_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name}")
    try:
        yield f"postgresql+psycopg:///{name}"
    finally:
        run_on_server(f"drop database {name} with (force)")


def people(folder: Path, url: str, most: int) -> list[tuple[str, str]]:
    """Caseworkers who carry cases, and for every five of them one supervisor."""
    app = create_app(settings_for(folder, url))
    with app.app_context():
        carry = desk().session.scalars(select(Case.caseworker_id).distinct()).all()
        known = [(one.id, one.email, one.role) for one in desk().session.scalars(select(User))]
        end_session()
    app.extensions["intake.engine"].dispose()
    few = max(1, most // 6)
    chosen = [(email, role) for _id, email, role in known if role == "supervisor"][:few]
    workers = [(email, role) for id_, email, role in known if role == "caseworker" and id_ in carry]
    return chosen + workers[: most - len(chosen)]


def used(group: int) -> dict[int, tuple[str, float, int]]:
    """Of each process of that group: what it is, its seconds of processor, its bytes of memory."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) != group:
                continue
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kind = "background" if "intake.cli work" in command else "pages"
        seconds = (int(fields[11]) + int(fields[12])) / TICK
        found[int(path.name)] = (kind, seconds, int(fields[21]) * PAGE)
    return found


def of_kind(found: dict[int, tuple[str, float, int]], kind: str, column: int) -> float:
    """The sum of that column over the processes of that kind."""
    return sum(float(row[column]) for row in found.values() if row[0] == kind)


def shares(seconds: list[float]) -> dict[str, float]:
    """Count, median and high percentiles in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)

    return {
        "requests": len(ordered),
        "p50": round(median(ordered) * 1000, 1),
        "p95": at(0.95),
        "p99": at(0.99),
        "most": round(ordered[-1] * 1000, 1),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--people", type=int, default=24)
    asked.add_argument("--think", type=float, default=2.0, help="seconds between two actions, mean")
    asked.add_argument("--cases", type=int, default=300)
    asked.add_argument("--port", type=int, default=0)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="intake-load-"))
    try:
        with database(given.engine, folder) as url:
            sys.stdout.write(json.dumps(measure(given, folder, url), indent=1) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(given: argparse.Namespace, folder: Path, url: str) -> dict[str, object]:
    """Fills the database, serves it, lets them work, and counts."""
    port, log = given.port or free_port(), folder / "server.log"
    env = environment(folder, url, INTAKE_WORKERS="1")
    command = [sys.executable, "-m", "intake.cli", "demo", "--cases", str(given.cases)]
    subprocess.run(command, env=env, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    server, told = Gunicorn(env, port, log), Told()
    server.begin()
    wait_until_served(port, 120)
    assert server.process
    group = server.process.pid
    try:
        crowd = [
            Somebody(port, email, role, number, given.think, told)
            for number, (email, role) in enumerate(people(folder, url, given.people))
        ]
        begun, before = time.monotonic(), used(group)
        for one in crowd:
            one.start()
        memory: list[dict[str, float]] = []
        while (elapsed := time.monotonic() - begun) < given.minutes * 60:
            time.sleep(min(15.0, max(0.1, given.minutes * 60 - elapsed)))
            now = used(group)
            memory.append(
                {
                    "second": round(time.monotonic() - begun),
                    "pages_mb": round(of_kind(now, "pages", 2) / 1e6, 1),
                    "background_mb": round(of_kind(now, "background", 2) / 1e6, 1),
                    "machine_load": os.getloadavg()[0],
                }
            )
        for one in crowd:
            one.ending.set()
        for one in crowd:
            one.join(90)
        lasted, after = time.monotonic() - begun, used(group)
    finally:
        server.close()
    every = [took for found in told.seconds.values() for took in found]
    processor = of_kind(after, "pages", 1) - of_kind(before, "pages", 1)
    return {
        "engine": given.engine,
        "cases": given.cases,
        "people": len(crowd),
        "think_seconds": given.think,
        "seconds": round(lasted, 1),
        "requests": len(every),
        "per_second": round(len(every) / lasted, 2),
        "saves": told.saves,
        "errors": dict(told.errors),
        "error_lines_in_the_log": log.read_text().lower().count("error"),
        "processor_ms_per_request": round(processor / max(1, len(every)) * 1000, 1),
        "all": shares(every),
        "by_action": {what: shares(found) for what, found in sorted(told.seconds.items())},
        "memory": memory,
    }


if __name__ == "__main__":
    main()
