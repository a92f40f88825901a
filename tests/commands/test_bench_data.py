"""`intake bench-data`: adds cases for measuring, says how many and how large, and has no place among real children."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from intake.app import create_app
from intake.cli import main
from intake.models import Case, CaseAlert
from intake.services.recount import differences
from intake.services.verify import verify_histories, verify_trail
from intake.web.guard import desk


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance folder of its own, for fictional cases."""
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.mark.usefixtures("instance")
def test_cases_are_added_and_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.commands.bench_data.AT_ONCE", 20)
    command = ["bench-data", "--cases", "30", "--alike", "10"]
    found = []
    for _time in range(2):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
        said = re.search(
            r"^30 cases in .*, (\d+) in all; the database takes \d+ MB$", done.output, re.M
        )
        assert said, done.output
        found.append(int(said[1]))
    assert found[1] == found[0] + 30
    app = create_app()
    with app.test_request_context():
        session = desk().session
        assert session.scalar(select(func.count()).select_from(Case)) == found[1]
        assert session.scalar(select(func.count(Case.number.distinct()))) == found[1]
        assert session.scalar(select(func.count()).select_from(CaseAlert)) == session.scalar(
            select(func.sum(Case.alerted))
        )
        assert verify_trail(session) is None
        assert verify_histories(session) is None
        assert list(differences(desk())) == []
    app.extensions["intake.engine"].dispose()


@pytest.mark.parametrize(
    ("demo", "options", "said"),
    [
        ("0", ["--cases", "3"], "no place among real ones"),
        ("1", ["--cases", "0"], "0 is not in the range"),
        ("1", [], "Missing option '--cases'"),
    ],
)
def test_what_is_refused_says_why_and_adds_nothing(
    instance: Path, monkeypatch: pytest.MonkeyPatch, demo: str, options: list[str], said: str
) -> None:
    monkeypatch.setenv("DEMO", demo)
    refused = CliRunner().invoke(main, ["bench-data", *options])
    assert refused.exit_code == 2
    assert said in refused.output
    assert (
        not (instance / "intake.sqlite").exists()
        or (instance / "intake.sqlite").stat().st_size == 0
    )
