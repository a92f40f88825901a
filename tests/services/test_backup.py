"""A backup is whole, sealed, read back and thinned out; it is restored whole into an empty database, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, inspect, select, text

from intake.app import create_app
from intake.models import Case, User
from intake.services.backup import make_backup, thin_out, verify_backup
from intake.services.case_file import open_file
from intake.services.files import FileStore
from intake.services.names import called
from intake.services.sealed_file import BLOCK, BackupError, Lock, SealedWriter
from intake.services.verify import verify_trail
from intake.vault import Vault
from intake.web.guard import desk
from tests.conftest import KEY, settings_for
from tests.durability.checks import check_all
from tests.services.conftest import SALT, Run, find, nothing, put


def everything(url: str) -> dict[str, list[str]]:
    """Every row of a database but those that are made anew, as the app reads them."""
    from intake.services.rows import as_line, rows_of, tables_of

    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [as_line(dict(row)).decode() for row in rows_of(connection, table)]
            for table in tables_of(connection)
        }
    engine.dispose()
    for table in ("child_case", "master_key"):
        found[table] = [str(len(found[table]))]
    return found


def test_what_one_database_held_another_holds_afterwards(
    run: Run, database_url: str, other_url: str, tmp_path: Path
) -> None:
    made = tmp_path / "one.backup"
    run("backup", "-o", str(made))
    assert made.stat().st_mode & 0o777 == 0o600
    assert "5 cases" in run("backup", "verify", str(made)).stdout
    said = run("restore", str(made), instance="other", DATABASE_URL=other_url)
    assert "5 cases restored" in said.stdout
    before, after = everything(database_url), everything(other_url)
    for trail in ("audit_entry", "audit_head"):  # both tell of the backup itself
        before.pop(trail), after.pop(trail)
    assert after == before
    check_all(tmp_path / "other", other_url, [], [])
    app = create_app(settings_for(tmp_path / "other", other_url))
    with app.test_request_context():
        here = desk()
        assert here.session.scalars(select(Case.number).where(called(here, "yareli"))).all() == [
            "TAP-2026-0001"
        ]
        # numbers go on after those that came with the backup
        person = User(email="new@intake.example", name="New", active=True, fs_uniquifier="n")
        here.session.add(person)
        here.session.flush()
        assert person.id == 8
        here.session.rollback()
        put(here, "TAP-2026-0001", {"identity.other_names": "Nueva"})
        assert verify_trail(here.session) is None
    app.extensions["intake.engine"].dispose()
    refused = run("restore", str(made), status=2, instance="other", DATABASE_URL=other_url)
    assert "only be restored into an empty database" in refused.stderr


def test_a_backup_made_while_others_write_is_of_one_moment(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    app = create_app(settings_for(tmp_path, database_url))
    ending, faults = threading.Event(), []

    def write() -> None:
        number = 0
        try:
            while not ending.is_set():
                with app.test_request_context():
                    note = {"value": "no", "note": f"Nota {number}"}
                    put(desk(), "TAP-2026-0001", {"answers.rights.informed": note})
                number += 1
        except Exception as fault:
            faults.append(fault)

    writer = threading.Thread(target=write)
    writer.start()
    lock = Lock(app.extensions["intake.vault"], app.extensions["intake.vault"].primary)
    try:
        for number in range(5):
            make_backup(
                app.extensions["intake.engine"],
                app.extensions["intake.files"],
                tmp_path / f"{number}.backup",
                lock,
                key_id=lock.key_id,
                salt=SALT,
                begin=nothing,
                step=nothing,
            )
    finally:
        ending.set()
        writer.join()
    assert not faults
    app.extensions["intake.engine"].dispose()
    for number in range(5):
        url = f"sqlite:///{tmp_path / f'from{number}' / 'r.sqlite'}"
        run(
            "restore",
            str(tmp_path / f"{number}.backup"),
            instance=f"from{number}",
            DATABASE_URL=url,
        )
        check_all(tmp_path, url, [], [])


def test_a_damaged_or_foreign_file_is_refused_and_leaves_nothing(
    run: Run, other_url: str, tmp_path: Path
) -> None:
    made, bad = tmp_path / "one.backup", tmp_path / "bad.backup"
    run("backup", "-o", str(made))
    whole = made.read_bytes()
    step = max(1, len(whole) // 4)
    damaged = [whole[:length] for length in (0, 10, BLOCK, BLOCK + 20, len(whole) - 1)]
    damaged += [whole + b"x", b"SQLite format 3" + whole]
    for place in (5, 100, *range(BLOCK, len(whole), step), len(whole) - 1):
        damaged.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    where = {"instance": "other", "DATABASE_URL": other_url}
    for content in damaged:
        bad.write_bytes(content)
        said = run("restore", str(bad), status=2, **where).stderr.splitlines()[-1]
        assert said.startswith(f"intake: {bad}: ")
        run("backup", "verify", str(bad), status=2)
    another = Vault(os.urandom(32))
    wrong = run("restore", str(made), status=2, **where, INTAKE_MASTER_KEY=_text(os.urandom(32)))
    assert f"needs master key {Vault(b'k' * 32).primary}" in wrong.stderr
    with bad.open("wb") as file:
        SealedWriter(file, Lock(another, another.primary)).finish()
    run("restore", str(bad), status=2, **where)
    run("restore", str(tmp_path / "none.backup"), status=2, **where)
    if other_url.startswith("sqlite"):
        assert list((tmp_path / "other").glob("*.sqlite*")) == []
    else:
        assert inspect(create_engine(other_url)).get_table_names() == []
    run("restore", str(made), **where)


def _text(key: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(key).decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revision": "9999"}, "newer Intake"),
        ({"rows": {"team": 1}}, "does not hold what it says"),
        ({"columns": {"team": ["nothing"]}, "rows": {"team": 1}}, "does not fit its own schema"),
        ({"made_at": "yesterday"}, "damaged"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(
    tmp_path: Path, run: Run, change: dict[str, object], words: str
) -> None:
    from intake.migrations import newest_revision

    vault, path = Vault(b"k" * 32), tmp_path / "forged.backup"
    head = {"made_at": "2026-11-24T10:00:00+00:00", "revision": newest_revision(), "key_id": "", "salt": "",
            "columns": {}, "rows": {}}  # fmt: skip
    with path.open("wb") as file:
        writer = SealedWriter(file, Lock(vault, vault.primary))
        writer.write(json.dumps(head | change).encode() + b"\n")
        if "columns" in change:
            writer.write(b'{"table": "team"}\n["x"]\n')
        writer.write(b'{"end": 0}\n')
        writer.finish()
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert words in run("restore", str(path), status=2, DATABASE_URL=url).stderr
    assert not (tmp_path / "new.sqlite").exists()


def test_a_tampered_audit_trail_is_not_restored(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("update audit_entry set action = 'nothing' where id = 3"))
    engine.dispose()
    run("backup", "-o", str(tmp_path / "one.backup"))
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    said = run("restore", str(tmp_path / "one.backup"), status=2, DATABASE_URL=url)
    assert "from entry 3" in said.stderr
    assert not (tmp_path / "new.sqlite").exists()


def test_a_passphrase_opens_a_backup_where_no_key_is_left(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    made, words = (
        tmp_path / "one.backup",
        {"INTAKE_BACKUP_PASSPHRASE": "lluvia sobre el río Suchiate"},
    )
    run("backup", "-o", str(made), "--passphrase", status=2, INTAKE_BACKUP_PASSPHRASE="corta")
    run("backup", "-o", str(made), "--passphrase", **words)
    fresh = {"INTAKE_MASTER_KEY": _text(os.urandom(32)), "INTAKE_PASSWORD_SALT": "q" * 40}
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert "--passphrase" in run("restore", str(made), status=2, DATABASE_URL=url, **fresh).stderr
    wrong = {"INTAKE_BACKUP_PASSPHRASE": "lluvia sobre el río Usumacinta"}
    refused = run(
        "restore", str(made), "--passphrase", status=2, DATABASE_URL=url, **fresh, **wrong
    )
    assert "this passphrase" in refused.stderr
    said = run("restore", str(made), "--passphrase", DATABASE_URL=url, **fresh, **words)
    assert "INTAKE_PASSWORD_SALT is another" in said.stderr
    assert "do not open" not in said.stderr
    assert "given, in force" in run("keys", "show", DATABASE_URL=url, **fresh).stdout


def test_a_rotation_takes_the_backups_of_the_instance_along(
    run: Run, tmp_path: Path, other_url: str
) -> None:
    run("backup")
    new = _text(os.urandom(32))
    run("keys", "rotate", INTAKE_MASTER_KEY=new, INTAKE_MASTER_KEY_OLD=KEY.decode())
    (made,) = (tmp_path / "backups").iterdir()
    said = run("restore", str(made), instance="other", DATABASE_URL=other_url, INTAKE_MASTER_KEY=new,
               INTAKE_MASTER_KEY_OLD="")  # fmt: skip
    assert "do not open" not in said.stderr
    app = create_app()
    with app.test_request_context():
        assert open_file(desk(), find(desk(), "TAP-2026-0001")).name == "Yareli M."
    app.extensions["intake.engine"].dispose()


def test_no_room_leaves_no_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kept: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SealedWriter, "finish", full)
    said = run("backup", "-o", str(tmp_path / "one.backup"), status=2).stderr
    assert "No space left" in said
    assert list(tmp_path.glob("*.backup*")) + list(tmp_path.glob(".*part")) == []


def test_an_empty_database_is_not_backed_up(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert "is empty" in run("backup", status=2, DATABASE_URL=url).stderr


def test_seven_daily_four_weekly_and_twelve_monthly_are_kept(tmp_path: Path) -> None:
    newest = dt.datetime(2026, 11, 24, 3)
    for day in range(500):
        for hour in (0, 12):
            moment = newest - dt.timedelta(days=day, hours=hour)
            (tmp_path / f"intake-{moment:%Y%m%d-%H%M%S}.backup").touch()
    (tmp_path / "mine.backup").touch()
    thin_out(tmp_path.iterdir())
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept.pop() == "mine.backup"
    days = [(day, 15) for day in range(18, 24)] + [(24, 3)]
    assert kept[-7:] == [f"intake-202611{day:02}-{hour:02}0000.backup" for day, hour in days]
    assert len({name[7:13] for name in kept}) == 12
    assert 7 + 11 <= len(kept) <= 7 + 4 + 12
    assert thin_out(tmp_path.iterdir()) == []


def test_a_large_database_is_never_whole_in_memory(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for number in range(300):
            connection.execute(
                text("insert into register_version (sha256, version, first_used_at, files) "
                     "values (:sha256, 'x', '2026-11-24 00:00:00', :files)"),
                {"sha256": f"{number:064}", "files": os.urandom(50_000).hex()},
            )  # fmt: skip
        count = connection.scalar(select(func.count()).select_from(text("register_version")))
    vault = Vault(b"k" * 32)
    lock = Lock(vault, vault.primary)
    tracemalloc.start()
    contents = make_backup(engine, FileStore(tmp_path), tmp_path / "large.backup", lock, key_id=vault.primary, salt=SALT,
                           begin=nothing, step=nothing)  # fmt: skip
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    engine.dispose()
    assert contents.rows["register_version"] == count
    assert most < 25_000_000  # of 30 MB of rows, with a hundred rows at a time
    with pytest.raises(BackupError):
        verify_backup(
            tmp_path / "large.backup", Lock(Vault(b"x" * 32)), begin=nothing, step=nothing
        )
