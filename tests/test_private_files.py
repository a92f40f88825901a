"""What Intake writes is for its own user alone, however loose the system's defaults are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.app import create_app
from intake.cli import main
from intake.commands.demo import load_demo
from intake.config import ConfigError, read_settings
from intake.keyfiles import new_key
from intake.migrations import upgrade
from intake.models import open_engine


@pytest.fixture(autouse=True)
def loose() -> Iterator[None]:
    """New files are for everybody unless somebody says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The mode of everything there, the folder itself included."""
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777
        for path in (folder, *folder.rglob("*"))
    }


def test_the_instance_its_database_and_its_backups_are_for_their_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = tmp_path / "instance"
    monkeypatch.setenv("INTAKE_INSTANCE", str(instance))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    app = create_app()
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        load_demo()
    done = CliRunner().invoke(main, ["backup"])
    assert done.exit_code == 0, done.output
    with app.extensions["intake.engine"].connect().execution_options(writes=True) as connection:
        connection.exec_driver_sql("create table filler (x)")
        connection.commit()
        found = modes(instance)
    assert {"intake.sqlite", "intake.sqlite-wal", "intake.sqlite-shm", "backups"} <= set(found)
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}
    app.extensions["intake.engine"].dispose()


def test_a_database_that_others_could_read_is_narrowed_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.exec_driver_sql("create table filler (x)")
        for name in ("", "-wal", "-shm"):
            Path(f"{file}{name}").chmod(0o644)
        shutil.copy(file, tmp_path / "copy")
    engine.dispose()
    file.touch()
    for name in ("", "-wal", "-shm"):
        Path(f"{file}{name}").touch(mode=0o644)
    again = open_engine(f"sqlite:///{file}")
    with again.connect() as connection:
        connection.exec_driver_sql("select 1")
        found = [Path(f"{file}{name}").stat().st_mode & 0o777 for name in ("", "-wal", "-shm")]
    again.dispose()
    assert found == [0o600] * 3


def test_in_memory_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("select 1")
    engine.dispose()
    assert list(tmp_path.iterdir()) == []


def test_an_instance_folder_that_others_could_enter_is_narrowed(tmp_path: Path) -> None:
    ours, new, foreign = tmp_path / "ours", tmp_path / "new", tmp_path / "foreign"
    for folder in (ours, new, foreign):
        folder.mkdir(mode=0o755)
    (ours / "intake.sqlite").touch()
    (foreign / "letters").touch()
    for folder in (ours, new, foreign):
        read_settings({"INTAKE_INSTANCE": str(folder)})
    assert [folder.stat().st_mode & 0o777 for folder in (ours, new, foreign)] == [
        0o700,
        0o700,
        0o755,
    ]


def test_production_does_not_start_in_a_folder_that_others_can_enter(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir(mode=0o755)
    (foreign / "letters").touch()
    environment = {"INTAKE_ENV": "production", "INTAKE_INSTANCE": str(foreign)}
    environment |= {
        f"INTAKE_{name}": new_key() for name in ("MASTER_KEY", "SECRET_KEY", "PASSWORD_SALT")
    }
    with pytest.raises(ConfigError, match="INTAKE_INSTANCE"):
        read_settings(environment)
    foreign.chmod(0o700)
    assert read_settings(environment).instance == foreign
