"""``intake backup`` and ``intake restore``: everything that is kept, in one sealed file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intake.commands.errors import fail

if TYPE_CHECKING:
    from flask import Flask

    from intake.services.backup import Step
    from intake.services.desk import Desk
    from intake.services.erased import Tombstone
    from intake.services.files import FileStore
    from intake.services.sealed_file import Lock

PASSPHRASE = click.option(
    "--passphrase",
    is_flag=True,
    help="Seal with a passphrase (INTAKE_BACKUP_PASSPHRASE, or asked for) instead of the master key.",
)
FILE = click.argument("file", type=click.Path(path_type=Path))
SHORTEST = 16
"""Characters of a passphrase: unlike a password, it can be guessed at leisure by whoever has the file."""


@click.group(invoke_without_command=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@PASSPHRASE
@click.pass_context
def backup(context: click.Context, output: Path | None, passphrase: bool) -> None:
    """Write a sealed backup of the database and the papers while the app goes on working, and read it back.

    Without -o it goes into backups/ of the instance folder, where seven daily, four weekly and twelve monthly ones
    are kept. Cases that were erased since are taken out of those. It holds no master key: keep that elsewhere, or the
    backup is of no use, or of use to a thief.
    """
    if context.invoked_subcommand is None:
        _make(output, passphrase)


@backup.command()
@FILE
@PASSPHRASE
def verify(file: Path, passphrase: bool) -> None:
    """Read a backup from end to end and say what it holds."""
    from intake.services.backup import verify_backup

    with _app() as app, _told(file), _bar("Reading") as (begin, step):
        found = verify_backup(file, _lock(app, passphrase), begin=begin, step=step)
    click.echo(
        f"ok: made {found.made_at:%Y-%m-%d %H:%M} UTC, {sum(found.rows.values())} rows, "
        f"{found.rows.get('child_case', 0)} cases, {found.papers or 0} papers, "
        f"schema {found.revision}, master key {found.key_id}"
    )
    _tell_papers(found.missing, found.damaged)


@click.command()
@FILE
@PASSPHRASE
@click.option(
    "--erased",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A list of erased cases (erased.log) kept elsewhere, or a later backup.",
)
def restore(file: Path, passphrase: bool, lists: tuple[Path, ...]) -> None:
    """Fill an empty database, and the folder of papers, from a backup, whole or not at all.

    Cases that were erased after it was made do not come back: those on the instance folder's erased.log, and on every
    list given with --erased.
    """
    from intake.config import Settings
    from intake.services.backup import fingerprint, note_backup
    from intake.services.restore import restore_backup
    from intake.web.guard import desk

    with _app() as app:
        settings, engine = app.extensions["intake.settings"], app.extensions["intake.engine"]
        assert isinstance(settings, Settings)  # noqa: S101 - app.py puts it there
        made = Path(engine.url.database) if engine.dialect.name == "sqlite" else None
        fresh = made is not None and not made.exists()
        done = False
        try:
            lock, files = _lock(app, passphrase), app.extensions["intake.files"]
            listed = files.erased.exists() or bool(lists)
            erased = [one for path in (files.erased, *lists) for one in _erased_on(path, lock)]
            with _told(file), _bar("Restoring") as (begin, step):
                restored = restore_backup(
                    engine,
                    app.extensions["intake.registers"],
                    files,
                    file,
                    lock,
                    erased=erased,
                    begin=begin,
                    step=step,
                )
            done = True
            found = restored.contents
            note_backup(desk(), "backup.restored", found)
        finally:
            if fresh and made is not None and not done:
                engine.dispose()
                for ending in ("", "-wal", "-shm"):
                    Path(f"{made}{ending}").unlink(missing_ok=True)
    click.echo(
        f"{found.rows.get('child_case', 0) - len(restored.erased)} cases restored, "
        f"as of {found.made_at:%Y-%m-%d %H:%M} UTC."
    )
    if restored.erased:
        click.echo(f"Erased again, as they were since: {', '.join(restored.erased)}.")
    elif not listed:
        click.echo(
            "No list of erased cases was found: whatever was erased after the backup was made is back. "
            "Give erased.log or a later backup with --erased.",
            err=True,
        )
    if restored.shut:
        click.echo(
            f"{restored.shut} cases do not open; they did not where the backup was made.", err=True
        )
    _tell_papers(restored.missing, restored.damaged)
    if found.salt != fingerprint(settings.password_salt):
        click.echo(
            "INTAKE_PASSWORD_SALT is another than where the backup was made: no password will be accepted.",
            err=True,
        )


def _make(output: Path | None, passphrase: bool) -> None:
    from sqlalchemy import inspect

    from intake.migrations import newest_revision
    from intake.models import now
    from intake.services.backup import backups_of, make_backup, next_path, note_backup, thin_out
    from intake.services.keys import check_keys
    from intake.web.guard import desk

    with _app() as app:
        settings, engine = app.extensions["intake.settings"], app.extensions["intake.engine"]
        files = app.extensions["intake.files"]
        path = output or next_path(settings.instance, now())
        with _told(path), _bar("Backing up") as (begin, step):
            # a backup is what one makes before an upgrade, so an older schema is left as it is
            if not inspect(engine).has_table("audit_entry"):
                fail("database", "is empty: there is nothing to back up")
            has_keys = inspect(engine).has_table("master_key")
            key_id = check_keys(desk()) if has_keys else desk().vault.primary
            desk().session.rollback()
            contents = make_backup(
                engine,
                files,
                path,
                _lock(app, passphrase, key_id),
                key_id=key_id,
                salt=settings.password_salt,
                begin=begin,
                step=step,
            )
        if contents.revision == newest_revision():
            note_backup(desk(), "backup.made", contents)
        gone = thin_out(backups_of(settings.instance)) if output is None else []
        size = path.stat().st_size / 1_000_000
        click.echo(
            f"{path}: {sum(contents.rows.values())} rows, {contents.papers} papers, {size:.1f} MB, read back whole."
        )
        _tell_papers(contents.missing, contents.damaged)
        if gone:
            click.echo(f"{len(gone)} older backups removed.")
        if inspect(engine).has_table("erasure"):
            with _told(files.erased):
                _forget(settings.instance, files, desk())


def _forget(instance: Path, files: FileStore, desk: Desk) -> None:
    """Takes what was erased out of the instance's backups, and says of which that cannot be done."""
    from intake.keyfiles import alone
    from intake.services.backup import backups_of
    from intake.services.erased import note_erasures
    from intake.services.forgetting import forget_erased

    erased = note_erasures(desk.session, files.erased)
    with alone(instance):
        done = list(forget_erased(backups_of(instance), desk.vault, erased))
    rewritten = [path for path, forgotten in done if forgotten]
    if rewritten:
        click.echo(f"Erased cases were taken out of {len(rewritten)} older backups.")
    for path in (path for path, forgotten in done if not forgotten):
        click.echo(
            f"{path.name} opens under no key given here: what was erased since it was made stays in it. "
            "`intake restore` erases it again.",
            err=True,
        )


def _erased_on(path: Path, lock: Lock) -> list[Tombstone]:
    """The erased cases on a list, or on the one inside a later backup."""
    from intake.services.erased import read_list
    from intake.services.forgetting import erased_in

    with _told(path):
        try:
            if path.name != "erased.log" and not path.exists():
                fail(str(path), "there is no such file")
            return erased_in(path, lock) if _is_backup(path) else read_list(path)
        except ValueError as error:
            fail(str(path), str(error))


def _is_backup(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(16).startswith(b'{"intake-backup"')


def _tell_papers(missing: tuple[str, ...], damaged: tuple[str, ...]) -> None:
    """Names the papers that a backup does not hold as they should be."""
    for names, words in (
        (missing, "has no file any more"),
        (damaged, "does not open: it is damaged"),
    ):
        for name in names:
            click.echo(f"attachments/{name} {words}.", err=True)


def _lock(app: Flask, passphrase: bool, key_id: str = "") -> Lock:
    from intake.services.sealed_file import Lock

    words = None
    if passphrase:
        words = os.environ.get("INTAKE_BACKUP_PASSPHRASE") or click.prompt(
            "Passphrase", hide_input=True, confirmation_prompt=bool(key_id), err=True
        )
        if len(words) < SHORTEST:
            fail("--passphrase", f"needs at least {SHORTEST} characters")
    return Lock(app.extensions["intake.vault"], key_id, words)


@contextmanager
def _app() -> Iterator[Flask]:
    from intake.app import create_app
    from intake.checklist.reading import RulesError
    from intake.config import ConfigError

    try:
        app = create_app()
    except (ConfigError, RulesError) as error:
        fail("settings", str(error))
    with app.app_context():
        yield app
    app.extensions["intake.engine"].dispose()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Says on one line, after the file's name, why something could not be done with it."""
    from sqlalchemy.exc import OperationalError

    from intake.keyfiles import SecretError
    from intake.services.sealed_file import BackupError
    from intake.vault import KeyMissing

    try:
        yield
    except (BackupError, SecretError) as error:
        fail(str(file), str(error))
    except KeyMissing as error:
        fail("INTAKE_MASTER_KEY", str(error))
    except OSError as error:
        fail(str(file), error.strerror or "cannot be used")
    except OperationalError as error:
        fail("database", str(error.orig))


@contextmanager
def _bar(label: str) -> Iterator[tuple[Step, Step]]:
    """A progress bar that learns its length when the work begins."""
    with click.progressbar(length=1, label=label, file=sys.stderr, update_min_steps=500) as bar:
        running: Any = bar

        def begin(length: int) -> None:
            running.length = max(length, 1)

        yield begin, running.update
