"""`intake serve`: what an operator reads at the start, and that what stands in its way is one line."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.commands.demo import PEOPLE
from intake.commands.serve import _count_together


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """Starts `intake serve` on a database of its own, up to where it would listen."""
    for name in ("DATABASE_URL", "DEMO", "INTAKE_ENV"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(probe.getsockname()[1]))
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setattr("intake.commands.serve._run", lambda *_how: None)
    yield CliRunner()


def refused(runner: CliRunner) -> str:
    """The one line that a start ends with."""
    result = runner.invoke(main, ["serve"])
    assert result.exit_code != 0
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.mark.parametrize("port", ["abc", "0", "65536", "8000.0", "-1"])
def test_a_port_that_is_none_says_what_one_is(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    line = refused(start)
    assert line.startswith(f"intake: --port: '{port}' is no port; give a number from 1 to 65535")


def test_a_port_that_is_taken_is_told_before_anything_is_made(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert f"port {port} on 127.0.0.1 cannot be used" in refused(start)
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "the database cannot be used: "),
        ("DATABASE_URL", "sqlite:////dev/null/x", "the database cannot be used: "),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: "),
        ("INTAKE_INSTANCE", "/dev/null/x", "/dev/null/x: "),
    ],
)
def test_a_place_that_cannot_be_used_is_one_line(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    assert refused(start).startswith(f"intake: serve: {said}")


def test_a_database_of_a_later_version_is_left_alone(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEMO", "0")
    assert start.invoke(main, ["serve"]).exit_code == 0
    with sqlite3.connect(tmp_path / "instance/intake.sqlite") as later:
        later.execute("update alembic_version set version_num = '9999'")
    assert "the database is of another version: " in refused(start)


def test_of_a_new_database_no_progress_is_told(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", "0")
    assert "Indexing names" not in start.invoke(main, ["serve"]).output


def test_the_demo_is_loaded_once(start: CliRunner) -> None:
    first, second = start.invoke(main, ["serve"]).stdout, start.invoke(main, ["serve"]).stdout
    assert "Demo cases loaded." in first
    assert "Demo cases were loaded before." in second
    assert all(email in said for email, *_ in PEOPLE for said in (first, second))


def test_without_the_demo_nothing_is_said_of_it(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", "0")
    said = start.invoke(main, ["serve"]).stdout
    assert "Demo" not in said
    assert "Nobody may sign in yet" in said


def test_a_database_with_other_people_gets_no_demo(
    start: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO", "0")
    start.invoke(main, ["serve"])
    added = start.invoke(
        main,
        ["users", "add", "eva@example.org", "--name", "Eva", "--role", "administrator"],
        input="a long enough password\n" * 2,
    )
    assert added.exit_code == 0, added.output
    assert "Nobody" not in start.invoke(main, ["serve"]).stdout
    monkeypatch.delenv("DEMO")
    said = start.invoke(main, ["serve"]).stdout
    assert "No demo cases were loaded: this database has people of its own." in said
    assert "password" not in said


def test_processes_count_in_one_folder_of_their_own_emptied_at_each_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"test-{tmp_path.name}"
    folders = []
    for _start in range(2):
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
        _count_together(tmp_path, where)
        folders.append(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
        assert folders[-1].stat().st_mode & 0o777 == 0o700
        assert list(folders[-1].iterdir()) == []
        (folders[-1] / "counter_1.db").touch()
    assert folders[0] == folders[1]
    shutil.rmtree(folders[0])
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    _count_together(tmp_path, where)
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(tmp_path)
    assert not folders[0].exists()
