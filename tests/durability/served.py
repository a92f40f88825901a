"""The served app as an operator runs it, on a port of its own, and the ways in which it can be killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import KEY

ROOT = Path(__file__).parents[2]


def environment(instance: Path, url: str, **more: str) -> dict[str, str]:
    """What a command over that database needs; the keys are those of the other tests."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "INTAKE_INSTANCE": str(instance),
        "DATABASE_URL": url,
        "INTAKE_MASTER_KEY": KEY.decode(),
        "INTAKE_SECRET_KEY": "s" * 40,
        "INTAKE_PASSWORD_SALT": "p" * 40,
        "INTAKE_WORKERS": "0",
        **more,
    }


def free_port() -> int:
    """A port that nobody uses, below those that connections leave from: a client that tries a closed port there
    again and again may connect to itself, and so take the port."""
    for port in random.Random().sample(range(20000, 32000), 50):  # noqa: S311 - any will do
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no port is free")


class Gunicorn:
    """`intake serve`, whole: gunicorn and its worker, killed together."""

    def __init__(self, env: dict[str, str], port: int, log: Path) -> None:
        self.env, self.port, self.log = env, port, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.begin()
        wait_until_served(self.port)

    def begin(self) -> None:
        """Starts it, without waiting until it serves."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "intake.cli", "serve", "--port", str(self.port)],
                cwd=self.env["INTAKE_INSTANCE"],
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # the worker, nobody's child now, holds the port until the system has taken it apart
        wait_until_free(self.port)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()


class Forked:
    """The app alone, forked anew after each kill."""

    def __init__(self, env: dict[str, str], port: int, log: Path) -> None:
        with log.open("ab") as file:
            self.parent = subprocess.Popen(
                [sys.executable, "-m", "tests.durability.forked", str(port)],
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self.child = 0

    def start(self) -> None:
        assert self.parent.stdin
        assert self.parent.stdout
        self.parent.stdin.write("\n")
        self.parent.stdin.flush()
        self.child = int(self.parent.stdout.readline())

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        self.child = 0

    def close(self) -> None:
        if self.child:
            self.kill()
        self.parent.kill()
        self.parent.wait()


@contextmanager
def closing(server: Gunicorn | Forked) -> Iterator[Gunicorn | Forked]:
    """The server, started, and gone at the end whatever happens."""
    try:
        server.start()
        yield server
    finally:
        server.close()


def wait_until_free(port: int, seconds: float = 30) -> None:
    """Waits until a server may listen there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(f"port {port} is still held")


def wait_until_served(port: int, seconds: float = 60) -> None:
    """Waits until the app answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise TimeoutError(f"nothing serves on port {port}")
