"""The app over a database with the demo in it, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import base64
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.app import create_app
from intake.commands.demo import PASSWORD, load_demo
from intake.config import Settings
from intake.migrations import upgrade
from tests.quick import make_quick

make_quick()
ENGINES = ("sqlite", "postgresql")
KEY = base64.urlsafe_b64encode(b"k" * 32)


FIRST = ("durability", "operations", "security", "documents")
"""Folders whose files take longest: at the end no process sits idle while another has a long one left."""
LAST = "browser"
"""The browser's driver leaves a loop running in its process, in which nothing can be signed any more."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of folders; the order within a folder stays."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        last = len(FIRST) + (folder == LAST)
        return FIRST.index(folder) if folder in FIRST else last

    items.sort(key=rank)


def settings_for(instance: Path, url: str) -> Settings:
    """Settings of a test's app."""
    return Settings(
        instance=instance,
        database_url=url,
        secret_key="s" * 40,
        password_salt="p" * 40,
        master_key=base64.urlsafe_b64decode(KEY),
        demo=True,
        secure_cookies=False,
    )


def run_on_server(statement: str) -> None:
    """Runs a statement outside every test's database."""
    if "PGHOST" not in os.environ:
        pytest.fail("PostgreSQL is not running: run the tests with `make test`")
    # no engine: hundreds of tests would each learn anew what the server can do
    with psycopg.connect("dbname=postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def with_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str | Path]:
    """Makes, once for each engine, a database with the demo, from which each test gets a copy."""
    made: dict[str, str | Path] = {}

    def make(engine: str) -> str | Path:
        if engine not in made:
            folder = tmp_path_factory.mktemp(engine)
            place: str | Path = folder / "demo.sqlite"
            url = f"sqlite:///{place}"
            if engine == "postgresql":
                place = f"demo_{uuid.uuid4().hex[:8]}"
                run_on_server(f"create database {place}")
                url = f"postgresql+psycopg:///{place}"
            app = create_app(settings_for(folder, url))
            upgrade(app.extensions["intake.engine"])
            with app.app_context():
                load_demo()
            app.extensions["intake.engine"].dispose()
            made[engine] = place
        return made[engine]

    return make


@pytest.fixture(params=ENGINES)
def database_url(
    request: pytest.FixtureRequest, with_demo: Callable[[str], str | Path], tmp_path: Path
) -> Iterator[str]:
    """A database of this test's own, with the demo in it."""
    template = with_demo(request.param)
    if request.param == "sqlite":
        shutil.copy(template, tmp_path / "intake.sqlite")
        yield f"sqlite:///{tmp_path / 'intake.sqlite'}"
        return
    name = f"test_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name} template {template} strategy file_copy")
    yield f"postgresql+psycopg:///{name}"
    run_on_server(f"drop database {name} with (force)")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_url))
    yield app
    app.extensions["intake.engine"].dispose()


class Person:
    """Somebody at a browser without scripts: opens pages and sends the forms on them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return response.text

    def send(
        self, path: str, typed: dict[str, object], status: int = 302, *, form: str = ""
    ) -> str:
        """Fills the form of that page (or of ``form``) as a browser would, with what was typed over it."""
        fields: dict[str, object] = dict(form_fields(self.open(form or path)))
        response = self.client.post(path, data=fields | typed)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return response.text


def form_fields(page: str) -> dict[str, object]:
    """The values a browser would send of the page's main form."""
    main = re.search(r'<form id="main-form".*?</form>', page, re.S)
    part = main[0] if main else page
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", part):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = attributes.get("type", "text"), attributes.get("name")
        if name and (kind not in ("radio", "checkbox") or re.search(r"\schecked", tag)):
            value = attributes.get("value", "")
            if kind == "checkbox" or name == "shown":
                several = found.setdefault(name, [])
                assert isinstance(several, list)
                several.append(value)
            else:
                found[name] = value
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', part, re.S
    ):
        found[name] = value.strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', part, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*\sselected', options)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], Person]:
    """Signs a demo person in, by the name before the @."""

    def sign_in(name: str) -> Person:
        client = app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
        assert token
        typed = {"email": f"{name}@intake.example", "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=typed).status_code == 302
        return Person(client)

    return sign_in
