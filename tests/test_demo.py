"""The demo is there whole, once, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from intake.app import create_app
from intake.commands.demo import PEOPLE, load_demo, sign_ins
from intake.extensions import db
from intake.migrations import upgrade
from intake.models import AuditEntry, Case, Team, User
from intake.services import people
from intake.web.guard import desk
from tests.conftest import ENGINES, run_on_server, settings_for


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app over a database without anything in it."""
    name = f"empty_{uuid.uuid4().hex[:8]}"
    url = f"sqlite:///{tmp_path / 'intake.sqlite'}"
    if request.param == "postgresql":
        run_on_server(f"create database {name}")
        url = f"postgresql+psycopg:///{name}"
    app = create_app(settings_for(tmp_path, url))
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        yield app
    app.extensions["intake.engine"].dispose()
    if request.param == "postgresql":
        run_on_server(f"drop database {name} with (force)")


def counted() -> list[int]:
    return [
        db.scalar(select(func.count()).select_from(table)) or 0
        for table in (Team, User, Case, AuditEntry)
    ]


def test_a_start_that_is_broken_off_leaves_nothing_of_the_demo(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_args: object, **_kept: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr("intake.services.review.submit_for_review", broken_off)
        with pytest.raises(KeyboardInterrupt):
            load_demo()
    assert counted() == [0, 0, 0, 0]
    assert sign_ins() == []
    assert load_demo()
    whole = counted()
    assert all(whole)
    assert not load_demo()
    assert counted() == whole
    assert len(sign_ins()) == len(PEOPLE)


def test_where_somebody_is_the_demo_stays_out(empty: Flask) -> None:
    people.add_person(
        desk(),
        email="eva@example.org",
        name="Eva",
        role="administrator",
        team=None,
        language="es",
        password="a long enough password",
    )
    before = counted()
    assert not load_demo()
    assert counted() == before
    assert sign_ins() == []
