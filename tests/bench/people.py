"""Apps over the databases that were filled for measuring, and somebody signed in to them."""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from intake.app import create_app
from intake.commands.demo import PASSWORD

_TOKENS: dict[FlaskClient, str] = {}
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The environment with these values, for the while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def app_over(instance: Path) -> Flask:
    """The app over that instance folder."""
    with environment(INTAKE_INSTANCE=str(instance)):
        return create_app()


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A client of that demo person."""
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
    assert token
    typed = {"email": f"{name}@intake.example", "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", data=typed).status_code == 302
    return client


def opened(client: FlaskClient, asked: str) -> bytes:
    """The page at that address, as it goes over the line; ``/review name=rosa`` searches with what was typed."""
    path, _space, typed = asked.partition(" ")
    if typed:
        name, _equals, value = typed.partition("=")
        sent = {name: value, "csrf_token": _token(client)}
        response = client.post(path, data=sent, headers=ASKED)
    else:
        response = client.get(path, headers=ASKED)
    assert response.status_code == 200, (path, response.status_code)
    data: bytes = response.data
    return data


def _token(client: FlaskClient) -> str:
    """The token of that client's forms, read once: it holds for the session."""
    if client not in _TOKENS:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/review").text)
        assert found
        _TOKENS[client] = found[1]
    return _TOKENS[client]


class Elsewhere:
    """The app over that instance in a process of its own, with somebody signed in: several can be compared so."""

    def __init__(self, instance: Path, name: str) -> None:
        self._here, there = multiprocessing.Pipe()
        fork = multiprocessing.get_context("spawn")
        self._process = fork.Process(target=_answer, args=(there, instance, name), daemon=True)
        self._process.start()
        self._here.recv()

    def open(self, path: str) -> tuple[float, float]:
        """Opens the page; the milliseconds of the processor it took, and those of its bare SQL."""
        self._here.send(path)
        took: tuple[float, float] = self._here.recv()
        return took

    def end(self) -> None:
        """Ends the process."""
        self._process.terminate()
        self._process.join()


def _answer(there: Connection, instance: Path, name: str) -> None:
    app = app_over(instance)
    client, asked = signed_in(app, name), {}
    there.send(None)
    while True:
        path = there.recv()
        if path not in asked:
            asked[path] = bare_sql(app, client, path)
        began = time.process_time()
        opened(client, path)
        middle = time.process_time()
        asked[path]()
        there.send(((middle - began) * 1000, (time.process_time() - middle) * 1000))


def bare_sql(app: Flask, client: FlaskClient, path: str) -> Callable[[], None]:
    """What the page asks of the database, to be asked without the app."""
    said: list[tuple[Any, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append((statement, values))

    engine = app.extensions["intake.engine"]
    opened(client, path)
    event.listen(engine, "before_cursor_execute", note)
    opened(client, path)
    event.remove(engine, "before_cursor_execute", note)
    connection = engine.raw_connection()

    def ask() -> None:
        cursor = connection.cursor()
        for statement, values in said:
            cursor.execute(statement, values)
            cursor.fetchall()
        connection.rollback()

    return ask
