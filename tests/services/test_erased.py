"""A case that was erased does not come back, whatever backup is restored."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from intake.app import create_app
from intake.models import AnonymousCase, AuditEntry, Base, Case, Erasure, User, now
from intake.services import erasure
from intake.services.erased import Tombstone, add_to_list, read_list
from intake.services.forgetting import forget_erased
from intake.services.sealed_file import Lock, SealedReader
from intake.services.verify import verify_trail
from intake.vault import Vault
from intake.web.guard import desk
from tests.services.conftest import Run, find, put
from tests.services.test_backup_papers import bring

NUMBER = "TAP-2026-0001"
WORDS = {"INTAKE_BACKUP_PASSPHRASE": "lluvia sobre el río Suchiate"}
Erase = Callable[..., str]


@pytest.fixture
def erase(app: Flask) -> Erase:
    """Erases or anonymises the case, by two people; its id."""

    def end(kind: str = "erase") -> str:
        with app.test_request_context():
            here, files = desk(), app.extensions["intake.files"]

            def person(name: str) -> User:
                query = select(User).where(User.email == f"{name}@intake.example")
                return here.session.scalars(query).unique().one()

            case_id = find(here, NUMBER).id
            erasure.propose(
                here, find(here, NUMBER), person("sofia"),
                kind=kind, ground="retention", reason="Plazo", operation=str(uuid.uuid4()),
            )  # fmt: skip
            proposal = erasure.proposals(here, person("admin"))[0]
            erasure.confirm(here, files, proposal, person("admin"))
        return case_id

    return end


def restored(check: Callable[[Flask], None]) -> None:
    """Looks at the database restored last."""
    app = create_app()
    with app.test_request_context():
        check(app)
        assert verify_trail(desk().session) is None
    app.extensions["intake.engine"].dispose()


@pytest.mark.parametrize("kind", ["erase", "anonymise"])
@pytest.mark.parametrize("passphrase", [False, True])
def test_a_backup_from_before_does_not_bring_an_erased_case_back(
    run: Run, app: Flask, erase: Erase, other_url: str, tmp_path: Path, kind: str, passphrase: bool
) -> None:
    with app.test_request_context():
        bring(desk(), app.extensions["intake.files"])
    how = ["--passphrase"] if passphrase else []
    run("backup", *how, **WORDS)
    (made,) = (tmp_path / "backups").iterdir()
    case_id = erase(kind)
    listed = tmp_path / "erased.log"
    assert listed.stat().st_mode & 0o777 == 0o600
    assert "Plazo" not in listed.read_text()
    other = tmp_path / "other"
    other.mkdir()
    (other / "erased.log").write_bytes(listed.read_bytes())
    said = run("restore", str(made), *how, instance="other", DATABASE_URL=other_url, **WORDS)
    assert f"Erased again, as they were since: {NUMBER}." in said.stdout
    assert "4 cases restored" in said.stdout

    def check(copy: Flask) -> None:
        session = desk().session
        assert session.scalars(select(Case).where(Case.id == case_id)).all() == []
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "child_case" for key in column.foreign_keys):
                    assert session.execute(select(column).where(column == case_id)).all() == []
        tombstone = session.scalars(select(Erasure)).one()
        assert (tombstone.state, tombstone.kind, tombstone.sealed) == ("done", kind, None)
        assert len(session.scalars(select(AnonymousCase)).all()) == (kind == "anonymise")
        again = select(AuditEntry.case_id).where(AuditEntry.action == "case.erased-again")
        assert session.scalars(again).all() == [case_id]

    restored(check)
    assert not (other / "attachments" / case_id).exists()


def test_without_a_list_the_command_says_so_and_takes_one_or_a_later_backup(
    run: Run, app: Flask, erase: Erase, tmp_path: Path
) -> None:
    run("backup", "-o", str(tmp_path / "first.backup"))
    erase()
    run("backup", "-o", str(tmp_path / "second.backup"))
    first = str(tmp_path / "first.backup")
    for number, given in enumerate(([], [tmp_path / "erased.log"], [tmp_path / "second.backup"])):
        url = f"sqlite:///{tmp_path / f'i{number}' / 'new.sqlite'}"
        named = [part for path in given for part in ("--erased", str(path))]
        said = run("restore", first, *named, instance=f"i{number}", DATABASE_URL=url)
        assert ("Erased again" in said.stdout) is bool(given)
        assert ("No list of erased cases was found" in said.stderr) is not bool(given)
        # whatever was given is on the new instance's own list, so that it is not forgotten next time
        known = read_list(tmp_path / f"i{number}" / "erased.log")
        assert [one.case_number for one in known] == ([NUMBER] if given else [])
    for wrong in ("none.log", "first.txt"):
        (tmp_path / "first.txt").write_text('{"id": 1}\n')
        run("restore", first, "--erased", str(tmp_path / wrong), status=2, instance="i9",
            DATABASE_URL=f"sqlite:///{tmp_path / 'i9' / 'new.sqlite'}")  # fmt: skip
    assert not (tmp_path / "i9" / "new.sqlite").exists()


def test_the_next_backup_takes_the_erased_case_out_of_older_ones(
    run: Run, app: Flask, erase: Erase, other_url: str, tmp_path: Path
) -> None:
    with app.test_request_context():
        here = desk()
        paper = bring(here, app.extensions["intake.files"])
        sealed = app.extensions["intake.files"].read(find(here, NUMBER).id, paper)
        put(here, "TAP-2026-0004", {"identity.name": "Quien queda"})
    run("backup")
    (made,) = (tmp_path / "backups").iterdir()
    old = made.with_name("intake-20261101-030000.backup")
    made.rename(old)
    run(
        "backup",
        "-o",
        str(tmp_path / "backups" / "intake-20261102-030000.backup"),
        "--passphrase",
        **WORDS,
    )
    before = old.read_bytes()
    case_id = erase()
    said = run("backup")
    assert "Erased cases were taken out of 1 older backups." in said.stdout
    assert "intake-20261102-030000.backup opens under no key" in said.stderr
    assert old.read_bytes() != before
    assert old.stat().st_mode & 0o777 == 0o600
    content = _opened(old)
    assert case_id.encode() in content  # its row is there, and opens no more
    assert _base64(sealed[:30]) not in content
    assert _base64(sealed[:30]) in _opened_bytes(before, tmp_path)
    assert "1 papers" in run("backup", "verify", str(old)).stdout
    assert "taken out" not in run("backup").stdout  # once is enough
    # even where no list is at hand, it is erased; the other cases are as they were
    url = {"instance": "other", "DATABASE_URL": other_url}
    said = run("restore", str(old), **url)
    assert NUMBER in said.stdout
    assert "do not open" not in said.stderr

    def check(_copy: Flask) -> None:
        from intake.services.case_file import open_file

        assert desk().session.get(Case, case_id) is None
        assert open_file(desk(), find(desk(), "TAP-2026-0004")).name == "Quien queda"

    restored(check)


def test_a_case_that_was_being_erased_while_a_backup_began_is_taken_out_of_it(
    run: Run, erase: Erase, tmp_path: Path
) -> None:
    run("backup", "-o", str(tmp_path / "with.backup"))
    erase()
    run("backup", "-o", str(tmp_path / "without.backup"))
    (listed,) = read_list(tmp_path / "erased.log")
    early = [listed._replace(decided_at=listed.decided_at - dt.timedelta(minutes=2))]
    paths = [tmp_path / "with.backup", tmp_path / "without.backup"]
    done = list(forget_erased(paths, Vault(b"k" * 32), early))
    assert done == [(paths[0], True)]
    assert list(forget_erased(paths, Vault(b"k" * 32), early)) == []


def test_what_a_backup_cut_off_long_ago_left_is_cleared_away(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old, new = folder / ".intake-1.backup.part", folder / ".intake-2.backup.part"
    for part in (old, new):
        part.touch()
    os.utime(old, (0, 0))
    run("backup")
    assert not old.exists()
    assert new.exists()


def test_no_room_for_the_new_file_leaves_the_old_backup(
    run: Run, erase: Erase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup")
    (made,) = (tmp_path / "backups").iterdir()
    before = made.read_bytes()
    erase()
    monkeypatch.setattr(os, "replace", _full)
    monkeypatch.setattr(Path, "replace", _full)
    run("backup", "-o", str(tmp_path / "else.backup"), status=2)
    assert made.read_bytes() == before
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.name]


def _full(*_args: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_list_that_cannot_be_written_does_not_stop_an_erasure_and_is_made_up_for(
    app: Flask, erase: Erase, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "erased.log").mkdir()
    case_id = erase()
    with app.test_request_context():
        assert desk().session.get(Case, case_id) is None
    (tmp_path / "erased.log").rmdir()
    run("backup")
    assert [one.case_id for one in read_list(tmp_path / "erased.log")] == [case_id]


def tombstone(**changes: object) -> Tombstone:
    values = {
        "id": str(uuid.uuid4()), "case_id": str(uuid.uuid4()), "case_number": "TAP-2026-0009", "team_id": 1,
        "caseworker_id": 1, "kind": "erase", "ground": "asked", "proposed_at": now(), "proposed_by_id": 1,
        "decided_at": now() + dt.timedelta(minutes=1), "decided_by_id": 2,
    }  # fmt: skip
    return Tombstone(**values | changes)  # type: ignore[arg-type]


def test_a_line_cut_off_is_left_out_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    path, first, second = tmp_path / "erased.log", tombstone(), tombstone()
    assert read_list(path) == []
    assert add_to_list(path, [first, first._replace(id="again")]) == 2
    assert read_list(path) == [first]
    with path.open("a") as file:
        file.write('{"id": "cut o')
    assert read_list(path) == [first]
    assert add_to_list(path, [first, second]) == 1
    assert read_list(path) == [first, second]


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "[]",
        "{}",
        json.dumps(tombstone().as_json() | {"team_id": "1"}),
        json.dumps(tombstone().as_json() | {"decided_at": "2026-11-24"}),
    ],
)
def test_a_line_that_cannot_be_read_is_no_erasure_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "erased.log"
    add_to_list(path, [tombstone()])
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ValueError, match="line 2"):
        read_list(path)


def _opened(path: Path) -> bytes:
    vault = Vault(b"k" * 32)
    with path.open("rb") as file:
        return b"\n".join(SealedReader(file, Lock(vault, vault.primary)).lines())


def _opened_bytes(content: bytes, tmp_path: Path) -> bytes:
    (tmp_path / "copy").write_bytes(content)
    return _opened(tmp_path / "copy")


def _base64(content: bytes) -> bytes:
    import base64

    return base64.b64encode(content)
