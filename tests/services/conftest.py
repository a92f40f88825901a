"""A desk to work at, and the plainest way to save at it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from intake.cli import main
from intake.models import Case, now
from intake.services import recount
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.gap_history import tell_all
from intake.services.keep import Who, keep
from intake.services.save import Saved, save
from intake.web.guard import desk
from tests.conftest import ENGINES, KEY, run_on_server

SALT = "p" * 40
Run = Callable[..., Result]


def nothing(_rows: int) -> None:
    """A progress bar that shows nothing."""


@pytest.fixture
def here(app: Flask) -> Iterator[Desk]:
    with app.test_request_context():
        yield desk()


def find(here: Desk, number: str) -> Case:
    return here.session.scalars(select(Case).where(Case.number == number)).one()


def close(here: Desk, number: str) -> None:
    """Has the case closed long since, as it is once its gate had opened."""
    with here.writing():
        case = find(here, number)
        document = json.loads(json.dumps(open_file(here, case).document))
        changes = {"profile.stage": [document["profile"].get("stage"), "closed"]}
        document["profile"]["stage"] = "closed"
        who = Who(case.caseworker_id, str(uuid.uuid4()), "profile-saved", now())
        keep(here, case, document, changes, who, version=case.version + 1)


def put(here: Desk, number: str, values: dict[str, Any]) -> Saved:
    """Saves the values as the case's own caseworker."""
    case = find(here, number)
    return save(
        here,
        case,
        case.caseworker,
        values,
        base=case.version,
        operation=str(uuid.uuid4()),
        kind="section-saved",
    )


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command over the demo, or over the database at ``url``."""

    def run(*args: str, status: int = 0, **environment: str) -> Result:
        instance = tmp_path / environment.pop("instance", ".")
        instance.mkdir(exist_ok=True)
        for name, value in {
            "INTAKE_INSTANCE": str(instance),
            "DATABASE_URL": database_url,
            "INTAKE_MASTER_KEY": KEY.decode(),
            "INTAKE_SECRET_KEY": "s" * 40,
            "INTAKE_PASSWORD_SALT": SALT,
            **environment,
        }.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(main, args)
        assert result.exit_code == status, result.output
        if status:
            assert result.stderr.splitlines()[-1].startswith("intake: ")
        return result

    return run


@pytest.fixture(params=ENGINES)
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, of either kind whatever the first was."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other' / 'other.sqlite'}"
        return
    name = f"other_{uuid.uuid4().hex[:8]}"
    run_on_server(f"create database {name}")
    yield f"postgresql+psycopg:///{name}"
    run_on_server(f"drop database {name} with (force)")


def assert_counted_right(here: Desk) -> None:
    """Every case is coded as its document says, every total is the sum over the coded cases, and every gap was open
    when the history says."""
    assert recount.code_all(here, lambda _n: None, check=True) == 0
    assert tell_all(here, lambda _n: None, check=True).differing == 0
    assert list(recount.differences(here)) == []
