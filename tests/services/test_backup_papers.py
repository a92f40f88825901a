"""Papers and photos are in a backup as they lie sealed on the disk, and come back with it."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from intake.app import create_app
from intake.models import Attachment
from intake.services import attachments
from intake.services.backup import make_backup, verify_backup
from intake.services.backup_papers import Paper, write_paper
from intake.services.desk import Desk
from intake.services.files import FileStore
from intake.services.rows import as_line, whole
from intake.services.sealed_file import BackupError, Lock, SealedReader, SealedWriter
from intake.vault import Vault
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.services.conftest import SALT, Run, find, nothing
from tests.test_cleaning import photo

NUMBER = "TAP-2026-0001"


def bring(here: Desk, files: FileStore, number: str = NUMBER) -> str:
    """Adds a photo to the case; its id."""
    case = find(here, number)
    return attachments.add_attachment(
        here, files, case, case.caseworker, photo(),
        kind="photo", description="Una foto", operation=str(uuid.uuid4()),
    )  # fmt: skip


@pytest.fixture
def two(app: Flask) -> list[tuple[str, bytes]]:
    """The ids and the sealed content of two photos of two cases."""
    files = app.extensions["intake.files"]
    with app.test_request_context():
        found = []
        for number in (NUMBER, "TIJ-2026-0001"):
            name = bring(desk(), files, number)
            found.append((name, files.read(find(desk(), number).id, name)))
        return found


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file there, by its name."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_papers_come_back_sealed_and_open_under_another_master_key(
    run: Run, two: list[tuple[str, bytes]], other_url: str, tmp_path: Path
) -> None:
    made = tmp_path / "one.backup"
    assert "2 papers" in run("backup", "-o", str(made), "--passphrase",
                             INTAKE_BACKUP_PASSPHRASE="lluvia sobre el río Suchiate").stdout  # fmt: skip
    fresh = {"INTAKE_MASTER_KEY": _text(os.urandom(32)), "instance": "other"}
    said = run("restore", str(made), "--passphrase", DATABASE_URL=other_url, **fresh)
    assert "does not open" not in said.stderr
    assert "no file" not in said.stderr
    assert files_below(tmp_path / "other" / "attachments") == dict(two)
    for path in (tmp_path / "other" / "attachments").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    app = create_app()
    with app.test_request_context():
        case = find(desk(), NUMBER)
        content = attachments.content_of(
            desk(), app.extensions["intake.files"], case.id, case.wrapped_key, two[0][0]
        )
        assert content.startswith(b"\xff\xd8")
    app.extensions["intake.engine"].dispose()


def test_a_paper_damaged_or_lost_on_the_disk_is_named_and_the_rest_is_kept(
    run: Run, two: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    made, places = tmp_path / "one.backup", {
        path.name: path for path in (tmp_path / "attachments").rglob("*") if path.is_file()
    }  # fmt: skip
    content = two[0][1]
    places[two[0][0]].write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    places[two[1][0]].unlink()
    said = run("backup", "-o", str(made)).stderr
    assert f"{two[0][0]} does not open: it is damaged." in said
    assert f"{two[1][0]} has no file any more." in said
    assert run("backup", "verify", str(made)).stderr.splitlines()[-2:] == said.splitlines()[-2:]
    url = f"sqlite:///{tmp_path / 'other' / 'new.sqlite'}"
    again = run("restore", str(made), instance="other", DATABASE_URL=url)
    assert set(again.stderr.splitlines()) >= set(said.splitlines()[-2:])
    assert list(files_below(tmp_path / "other" / "attachments")) == [two[0][0]]


def test_a_damaged_or_foreign_file_leaves_no_paper_behind(
    run: Run, two: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    made, bad = tmp_path / "one.backup", tmp_path / "bad.backup"
    run("backup", "-o", str(made))
    whole = made.read_bytes()
    url = f"sqlite:///{tmp_path / 'other' / 'new.sqlite'}"
    for place in (len(whole) - 1, len(whole) - 20_000):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        run("restore", str(bad), status=2, instance="other", DATABASE_URL=url)
        run("backup", "verify", str(bad), status=2)
    wrong = {"INTAKE_MASTER_KEY": _text(os.urandom(32))}
    run("restore", str(made), status=2, instance="other", DATABASE_URL=url, **wrong)
    assert files_below(tmp_path / "other" / "attachments") == {}
    assert not (tmp_path / "other" / "new.sqlite").exists()


def test_a_restore_that_fails_late_takes_its_papers_away_and_leaves_those_of_before(
    run: Run,
    two: list[tuple[str, bytes]],
    other_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("backup", "-o", str(tmp_path / "one.backup"))
    before = tmp_path / "other" / "attachments" / str(uuid.uuid4()) / "before"
    before.parent.mkdir(parents=True)
    before.write_bytes(b"x")
    written = []

    def full(self: FileStore, case_id: str, name: str, sealed: bytes) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(name)
        keep(self, case_id, name, sealed)

    keep = FileStore.write
    monkeypatch.setattr(FileStore, "write", full)
    said = run("restore", str(tmp_path / "one.backup"), status=2, instance="other",
               DATABASE_URL=other_url).stderr  # fmt: skip
    assert "No space left" in said
    assert len(written) == 1
    assert list(files_below(tmp_path / "other" / "attachments")) == ["before"]


def test_papers_added_and_destroyed_while_a_backup_is_made_are_of_one_moment(
    app: Flask, two: list[tuple[str, bytes]], run: Run, tmp_path: Path
) -> None:
    files, engine = app.extensions["intake.files"], app.extensions["intake.engine"]
    vault = app.extensions["intake.vault"]
    lock, stop, faults = Lock(vault, vault.primary), threading.Event(), []

    def change() -> None:
        try:
            while not stop.is_set():
                with app.test_request_context():
                    here = desk()
                    name = bring(here, files)
                    case = find(here, NUMBER)
                    attachments.remove_attachment(here, files, case, name, case.caseworker)
        except Exception as fault:
            faults.append(fault)

    def destroy_first(_rows: int) -> None:
        """Once the rows are being read, the first photo is destroyed."""
        with app.test_request_context():
            case = find(desk(), NUMBER)
            attachments.remove_attachment(desk(), files, case, two[0][0], case.caseworker)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        contents = make_backup(engine, files, tmp_path / "one.backup", lock, key_id=vault.primary, salt=SALT,
                               begin=destroy_first, step=nothing)  # fmt: skip
    finally:
        stop.set()
        thread.join()
    assert not faults
    assert contents.missing == contents.damaged == ()
    url = f"sqlite:///{tmp_path / 'other' / 'new.sqlite'}"
    run("restore", str(tmp_path / "one.backup"), instance="other", DATABASE_URL=url)
    assert two[1][0] in files_below(tmp_path / "other" / "attachments")
    copy = create_app(settings_for(tmp_path / "other", url))
    with copy.test_request_context():
        here, held = desk(), files_below(tmp_path / "other" / "attachments")
        rows = here.session.scalars(select(Attachment)).all()
        assert {row.id for row in rows if row.removed_at is None} == set(held)
        case = find(here, NUMBER)
        assert {one.id for one in attachments.attachments(here, case)} >= {two[0][0]}
    copy.extensions["intake.engine"].dispose()


def test_the_paper_of_a_row_that_is_not_there_is_not_restored(run: Run, two: list[tuple[str, bytes]],
                                                               database_url: str, tmp_path: Path) -> None:  # fmt: skip
    forged = Paper(str(uuid.uuid4()), str(uuid.uuid4()), b"x")
    kept = write_paper

    def change(write: Callable[[bytes], None], paper: Paper) -> None:
        kept(write, forged if paper.id == two[0][0] else paper)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("intake.services.backup_papers.write_paper", change)
        run("backup", "-o", str(tmp_path / "one.backup"))
    url = f"sqlite:///{tmp_path / 'other' / 'new.sqlite'}"
    said = run(
        "restore", str(tmp_path / "one.backup"), status=2, instance="other", DATABASE_URL=url
    )
    assert "does not fit its own schema" in said.stderr


@pytest.mark.parametrize(
    "lines",
    [
        [b'{"papers": 1}\n', b'{"end": 0}\n'],
        [b'{"papers": 1}\n', b'{"paper": ["a", "b"], "size": 2}\n', b'["eA=="]\n', b'{"end": 0}\n'],
        [
            b'{"papers": 1}\n',
            b'{"paper": ["a", "b"], "size": 1}\n',
            b'["\xc3\xb1"]\n',
            b'{"end": 0}\n',
        ],
        [b'{"papers": 1}\n', b'{"paper": ["a", "b"], "size": 1}\n', b"[7]\n", b'{"end": 0}\n'],
        [b'{"papers": 1}\n', b'{"paper": ["a", "b"], "gone": "missing"}\n'],
        [b'{"papers": 1}\n', b'{"paper": ["a", "b"], "gone": "missing"}\n', b'{"more": 1}\n'],
        [
            b'{"papers": 1}\n',
            b'{"paper": ["a", "b"], "gone": "missing"}\n',
            b'{"end": 0}\n',
            b"[]\n",
        ],
    ],
)
def test_papers_that_are_not_what_was_announced_are_refused(
    tmp_path: Path, lines: list[bytes]
) -> None:
    vault = Vault(b"k" * 32)
    lock = Lock(vault, vault.primary)
    with (tmp_path / "forged.backup").open("wb") as file:
        writer = SealedWriter(file, lock)
        writer.write(b'{"made_at": "2026-11-24T10:00:00+00:00", "revision": "", "key_id": "", "salt": "", '
                     b'"columns": {}, "rows": {}, "papers": 1}\n')  # fmt: skip
        for line in lines:
            writer.write(line)
        writer.finish()
    with pytest.raises(BackupError):
        verify_backup(tmp_path / "forged.backup", lock, begin=nothing, step=nothing)


def test_a_backup_from_before_there_were_papers_is_restored(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "new.backup", tmp_path / "old.backup"
    run("backup", "-o", str(new))
    vault = Vault(b"k" * 32)
    lock = Lock(vault, vault.primary)
    monkeypatch.setattr("intake.services.sealed_file.FORM", 1)
    with old.open("wb") as target:
        writer = SealedWriter(target, lock)
        monkeypatch.undo()
        with new.open("rb") as source:
            reader, cases = SealedReader(source, lock), False
            for line in reader.lines():
                said = json.loads(line)
                if isinstance(said, dict):
                    cases = said.get("table") == "child_case"
                    said.pop("forgotten", None)
                    said.pop("papers", None)
                elif cases:
                    values = [whole(value) for value in said]
                    place = next(i for i, value in enumerate(values) if isinstance(value, bytes))
                    values[place] = vault.hand_on(
                        values[place], values[0], reader.inner_key, writer.inner_key
                    )
                    said = json.loads(as_line(dict(enumerate(values))))  # type: ignore[arg-type]
                if said != {}:
                    writer.write(json.dumps(said).encode() + b"\n")
        writer.finish()
    assert b'"intake-backup": 1' in old.read_bytes()[:40]
    run("backup", "verify", str(old))
    url = f"sqlite:///{tmp_path / 'other' / 'new.sqlite'}"
    said = run("restore", str(old), instance="other", DATABASE_URL=url)
    assert "5 cases restored" in said.stdout
    assert "do not open" not in said.stderr


def test_a_paper_whose_file_is_lost_is_a_sentence_and_no_fault(
    app: Flask, two: list[tuple[str, bytes]], sign_in: Callable[[str], object], tmp_path: Path
) -> None:
    ana = sign_in("ana")
    for path in (tmp_path / "attachments").rglob("*"):
        if path.name == two[0][0]:
            path.write_bytes(b"\x02damaged")
    path = f"/cases/{NUMBER}/attachments/{two[0][0]}"
    for change in (lambda _p: None, lambda p: p.unlink()):
        for file in list((tmp_path / "attachments").rglob("*")):
            if file.name == two[0][0]:
                change(file)
        answer = ana.client.get(path, follow_redirects=True)  # type: ignore[attr-defined]
        assert answer.status_code == 200
        assert "Falta este archivo o está dañado" in answer.text


def _text(key: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(key).decode()


def test_the_rows_of_an_older_schema_have_no_papers(tmp_path: Path) -> None:
    from intake.migrations import upgrade
    from intake.models import open_engine
    from intake.services.backup_papers import papers_of

    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    upgrade(engine, "0005")
    with engine.connect() as connection:
        assert papers_of(connection) == []
    engine.dispose()
