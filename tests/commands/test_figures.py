"""`intake indicators recount` and `intake report quarter`, as whoever runs Intake calls them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.cli import main


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance with the demo in it."""
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert call("demo").exit_code == 0
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def run(instance: Path, statement: str) -> None:
    connection = sqlite3.connect(instance / "intake.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_recount_finds_what_was_touched_and_sets_it_right(instance: Path) -> None:
    assert "the same: " in call("indicators", "recount", "--check").output
    run(instance, "update coded_case set coded = replace(coded, 'MX', 'US') where team_id = 1")
    run(instance, "delete from count_entry")
    found = call("indicators", "recount", "--check")
    assert found.exit_code == 1
    assert "cases are coded otherwise" in found.output
    assert "totals differ" in found.output
    assert "were coded otherwise" in call("indicators", "recount").output
    assert call("indicators", "recount", "--check").exit_code == 0
    run(instance, "delete from tally where measure = 'case'")
    assert call("indicators", "recount", "--check").exit_code == 1
    assert call("indicators", "recount", "--totals-only").exit_code == 0
    assert call("indicators", "recount", "--check").exit_code == 0


def test_a_quarter_is_written_as_files_and_called_again_is_the_same(
    instance: Path, tmp_path: Path
) -> None:
    first = call("report", "quarter", "2020Q3", "-o", str(tmp_path / "out"))
    assert first.exit_code == 0, first.output
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert sorted(files) == [
        "intake-2020-Q3-data.zip",
        "intake-2020-Q3-report-en.pdf",
        "intake-2020-Q3-report-es.pdf",
        "intake-2020-Q3-tables-en.xlsx",
        "intake-2020-Q3-tables-es.xlsx",
    ]
    again = call("report", "quarter", "2020-q3", "-o", str(tmp_path / "out"))
    assert again.output == first.output
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize(
    ("typed", "says"),
    [("2020Q5", "must be a quarter"), ("x", "must be a quarter"), ("2199Q1", "not over")],
)
def test_what_is_no_quarter_or_not_over_is_said_in_one_line(
    instance: Path, typed: str, says: str
) -> None:
    refused = call("report", "quarter", typed, "-o", str(instance / "out"))
    assert refused.exit_code == 2
    assert says in refused.output
    assert not (instance / "out").exists()
