"""The app as it is served, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from intake.commands.demo import PASSWORD

PATIENCE = 60


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    return browser_type_launch_args | {"executable_path": chromium, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "es-MX", "viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def before_serving() -> tuple[str, ...]:
    """What `intake` is called with before it serves: nothing, but where a module says otherwise."""
    return ()


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, before_serving: tuple[str, ...]
) -> Iterator[str]:
    """`intake serve` with the demo, in a process of its own."""
    instance = tmp_path_factory.mktemp("instance")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"INTAKE_INSTANCE": str(instance), "PORT": str(port), "DEMO": "1"}
    log = (instance / "log").open("w")
    if before_serving:
        subprocess.run(
            [sys.executable, "-m", "intake.cli", *before_serving],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )
    process = subprocess.Popen(
        [sys.executable, "-m", "intake.cli", "serve"],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + PATIENCE
    while not _answers(url):
        assert process.poll() is None, (instance / "log").read_text()
        assert time.monotonic() < end, "the server did not start"
        process_wait(process)
    yield url
    process.terminate()
    process.wait(20)
    log.close()


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """Lets the server start, and returns at once should it end."""
    try:
        process.wait(0.2)
    except subprocess.TimeoutExpired:
        return


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/health", timeout=2) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except OSError:
        return False


class Someone:
    """A person at the browser."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server

    def goes_to(self, path: str) -> None:
        self.page.goto(self.server + path)
        self.finds_no_barrier()

    def signs_in(self, name: str) -> None:
        self.page.context.clear_cookies()
        self.goes_to("/sign-in")
        self.page.locator("#email").fill(f"{name}@intake.example")
        self.page.locator("#password").fill(PASSWORD)
        self.page.get_by_role("button", name="Entrar").or_(
            self.page.get_by_role("button", name="Iniciar sesión")
        ).or_(self.page.get_by_role("button", name="Sign in")).click()
        expect(self.page.locator("h1")).to_be_visible()
        self.finds_no_barrier()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator("h1")).to_be_visible()
        self.finds_no_barrier()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.locator("h1")).to_be_visible()
        self.finds_no_barrier()

    def answers(self, check: str, value: str) -> None:
        self.page.locator(f'input[name="{check}"][value="{value}"]').check(force=True)

    def reads(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def finds_no_barrier(self) -> None:
        """Axe finds nothing wrong with the page, and the page is not wider than the screen."""
        found = Axe().run(self.page).response["violations"]
        assert not found, [
            (rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found
        ]
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide}px wider than the screen"


@pytest.fixture
def someone(page: Page, server: str) -> Iterator[Someone]:
    """Somebody whose browser shows no fault of the page's scripts and no refused content."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    yield Someone(page, server)
    assert not faults
