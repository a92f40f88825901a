"""The disk is full: a page with words that holds what was typed, nothing damaged, and it works once there is room.

The disk is a small one in memory (tmpfs) where the tests may mount one; elsewhere SQLite is told that it may grow by
no more pages (max_page_count), and PostgreSQL refuses with the same error by a trigger. The figures of the test say
which it was.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from intake.app import create_app
from intake.commands.demo import PASSWORD
from intake.web.errors import AWAY, NO_ROOM, _code
from tests.conftest import Person, form_fields, run_on_server, settings_for
from tests.durability.checks import check_all
from tests.durability.clients import Save

SECTION = "/cases/TAP-2026-0001/sections/rights"
CHECK = "rights.informed"


class Disk:
    """A folder on a disk that can be filled and cleared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
        self.kind = "max_page_count"
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            self.kind = "tmpfs"
        self.pages = 2**30

    def bind(self, app: Flask) -> None:
        """Lets SQLite know how far it may grow, where the disk itself cannot say so."""
        if self.kind == "max_page_count":

            @event.listens_for(app.extensions["intake.engine"], "checkout")
            def _limit(connection: sqlite3.Connection, *_rest: object) -> None:
                connection.execute(f"PRAGMA max_page_count={self.pages}")

    def fill(self) -> None:
        if self.kind == "tmpfs":
            with (
                pytest.raises(OSError, match="No space"),
                (self.folder / "ballast").open("wb", buffering=0) as file,
            ):
                while True:
                    file.write(b"x" * 4096)
        else:
            self.pages = 1

    def clear(self) -> None:
        if self.kind == "tmpfs":
            (self.folder / "ballast").unlink()
        self.pages = 2**30

    def close(self) -> None:
        if self.kind == "tmpfs":
            subprocess.run(["umount", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    found = Disk(folder)
    yield found
    found.close()


class ServersDisk:
    """A disk of PostgreSQL's that can be filled and cleared, with the test's database on it."""

    kind = "tmpfs"

    def __init__(self, template: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="intake-disk-", dir="/tmp"))
        self.name = f"full_{uuid.uuid4().hex[:8]}"
        self.url = f"postgresql+psycopg:///{self.name}"
        mount = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", str(self.folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            with create_engine("postgresql+psycopg:///postgres").connect() as connection:
                data = connection.scalar(text("show data_directory"))
            server = Path(str(data)).stat()
            place = self.folder / "tables"
            place.mkdir(mode=0o700)
            for folder in (self.folder, place):
                os.chown(folder, server.st_uid, server.st_gid)
            run_on_server(f"create tablespace {self.name} location '{place}'")
            run_on_server(f"create database {self.name} template {template} tablespace {self.name}")
        else:
            self.kind = "trigger"
            run_on_server(f"create database {self.name} template {template}")

    def fill(self) -> None:
        if self.kind == "tmpfs":
            with (
                pytest.raises(OSError, match="No space"),
                (self.folder / "ballast").open("wb", buffering=0) as file,
            ):
                while True:
                    file.write(b"x" * 4096)
        else:
            self._run(
                "create function full_disk() returns trigger language plpgsql as "
                "$$ begin raise exception 'no room' using errcode = '53100'; end $$"
            )
            self._run(
                "create trigger full_disk before insert on change execute function full_disk()"
            )

    def clear(self) -> None:
        if self.kind == "tmpfs":
            (self.folder / "ballast").unlink()
        else:
            self._run("drop function full_disk() cascade")

    def close(self) -> None:
        run_on_server(f"drop database {self.name} with (force)")
        if self.kind == "tmpfs":
            run_on_server(f"drop tablespace {self.name}")
            subprocess.run(["umount", str(self.folder)], check=True)
        self.folder.rmdir()

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def servers_disk(with_demo: Callable[[str], str | Path]) -> Iterator[ServersDisk]:
    found = ServersDisk(str(with_demo("postgresql")))
    yield found
    found.close()


def test_a_full_disk_loses_nothing_and_says_so(
    with_demo: Callable[[str], str | Path],
    disk: Disk,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("disk", disk.kind)
    file = disk.folder / "intake.sqlite"
    shutil.copy(with_demo("sqlite"), file)
    url = f"sqlite:///{file}"
    app = create_app(settings_for(disk.folder, url))
    disk.bind(app)
    kept = _full_and_cleared(app, disk)
    app.extensions["intake.engine"].dispose()
    assert sqlite3.connect(file).execute("pragma integrity_check").fetchone() == ("ok",)
    assert check_all(disk.folder, url, kept, kept) == len(kept)


def test_a_full_disk_of_postgresql_loses_nothing_and_says_so(
    servers_disk: ServersDisk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("disk", servers_disk.kind)
    app = create_app(settings_for(tmp_path, servers_disk.url))
    kept = _full_and_cleared(app, servers_disk)
    app.extensions["intake.engine"].dispose()
    assert check_all(tmp_path, servers_disk.url, kept, kept) == len(kept)


def _full_and_cleared(app: Flask, disk: Disk | ServersDisk) -> list[Save]:
    """Saves until the disk is full, and goes on when there is room again; gives what was acknowledged."""
    ana = _sign_in(app)
    kept = [_save(ana, f"antes {number}") for number in range(3)]
    disk.fill()
    typed = dict(form_fields(ana.open(SECTION))) | {CHECK: "no", f"{CHECK}.note": "x" * 3000}
    refused = ana.client.post(SECTION, data=typed)
    for more in range(60):  # what is left of a page may hold a save or two
        if refused.status_code != 302:
            break
        kept.append(
            Save(str(typed["operation"]), "TAP-2026-0001", CHECK, str(typed[f"{CHECK}.note"]))
        )
        typed = dict(form_fields(ana.open(SECTION))) | {f"{CHECK}.note": f"{more % 10}" * 3000}
        refused = ana.client.post(SECTION, data=typed)
    assert refused.status_code == 507
    assert "Nada de lo que escribió se ha perdido" in refused.text
    assert "disco del servidor" in refused.text
    carried = form_fields(refused.text)
    assert carried[f"{CHECK}.note"] == typed[f"{CHECK}.note"]
    assert carried["operation"] == typed["operation"]
    assert kept[-1].note in ana.open(SECTION)  # reading goes on
    disk.clear()
    assert ana.client.post(SECTION, data=carried).status_code == 302
    kept.append(
        Save(str(carried["operation"]), "TAP-2026-0001", CHECK, str(carried[f"{CHECK}.note"]))
    )
    kept.append(_save(ana, "después"))
    return kept


@pytest.mark.parametrize(
    ("state", "code"), [("53100", NO_ROOM), ("57P01", AWAY), ("08006", AWAY), ("40001", AWAY)]
)
def test_postgresql_says_in_its_own_way_what_is_wrong(state: str, code: int) -> None:
    fault = Exception()
    fault.sqlstate = state  # type: ignore[attr-defined]
    assert _code(OperationalError("", None, fault)) == code


def _sign_in(app: Flask) -> Person:
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
    assert token
    typed = {"email": "ana@intake.example", "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", data=typed).status_code == 302
    return Person(client)


def _save(person: Person, note: str) -> Save:
    fields = dict(form_fields(person.open(SECTION))) | {CHECK: "no", f"{CHECK}.note": note}
    assert person.client.post(SECTION, data=fields).status_code == 302
    return Save(str(fields["operation"]), "TAP-2026-0001", CHECK, note)
