"""``intake keys``: the master key that wraps every case's own key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.errors import fail

if TYPE_CHECKING:
    from intake.config import Settings
    from intake.services.desk import Desk


@click.group()
def keys() -> None:
    """Make, show and replace the master key. The key itself is never shown."""


@keys.command()
def new() -> None:
    """Print a fresh master key, for INTAKE_MASTER_KEY or for `rotate --take`."""
    from intake.keyfiles import new_key

    click.echo(new_key())


@keys.command()
def show() -> None:
    """Show the ids of the master keys given and what is still under each."""
    from intake.services.keys import cases_to_rewrap, is_settled
    from intake.vault import KeyMissing

    with at_desk() as (desk, settings):
        where = str(settings.master_key_file) if settings.master_key_file else "the environment"
        click.echo(f"keys from {where}")
        in_force = _in_force(desk)
        for key_id in dict.fromkeys([in_force, *desk.vault.key_ids]):
            given = "given" if key_id in desk.vault.key_ids else "missing"
            force = ", in force" if key_id == in_force and is_settled(desk) else ""
            click.echo(f"{key_id}  {given}{force}")
        try:
            click.echo(f"{cases_to_rewrap(desk)} cases are not under the key in force")
        except KeyMissing as error:
            fail("INTAKE_MASTER_KEY", str(error))


@keys.command()
@click.option(
    "--take", type=click.Path(path_type=Path), help="A file that holds the new key (mode 0600)."
)
def rotate(take: Path | None) -> None:
    """Replace the master key, while the app goes on working. Stopped at any point, run it again: it goes on.

    With key files in the instance folder a new key is made. Where the environment gives the key, start the app with
    the new one as INTAKE_MASTER_KEY and the present one as INTAKE_MASTER_KEY_OLD, then run this.
    """
    from intake.config import ConfigError, read_settings
    from intake.keyfiles import SecretError, alone
    from intake.services.backup import backups_of, rewrap_backups
    from intake.services.keys import cases_to_rewrap, check_keys, put_in_force, rewrap_cases
    from intake.vault import KeyMissing, SealBroken, key_id_of

    try:
        settings = read_settings()
        with alone(settings.instance):
            with at_desk() as (desk, _settings):
                check_keys(desk)  # the keys of today fit the database, before anything is changed
            if settings.master_key_file is not None:
                _exchange_files(settings.master_key_file, take)
            elif take is not None:
                fail("--take", "the environment gives the key: set INTAKE_MASTER_KEY instead")
            elif settings.old_master_key is None:
                fail("INTAKE_MASTER_KEY_OLD", "must hold the present key, beside the new one")
            with at_desk() as (desk, settings):
                key_id = key_id_of(settings.master_key)
                put_in_force(desk, key_id)
                with click.progressbar(
                    length=cases_to_rewrap(desk), label="Re-wrapping case keys", file=sys.stderr
                ) as bar:
                    for done in rewrap_cases(desk):
                        bar.update(done)
                kept = rewrap_backups(backups_of(settings.instance), desk.vault, key_id)
                left = cases_to_rewrap(desk)
            if left:
                fail("keys", f"{left} cases are under another key still; run this again", 1)
            if settings.master_key_file is not None:
                _drop_old(settings.master_key_file)
    except (ConfigError, SecretError) as error:
        fail("keys", str(error))
    except KeyMissing as error:
        fail("INTAKE_MASTER_KEY", str(error))
    except SealBroken as error:
        fail("keys", f"a case does not open, so the old key is kept: {error}", 1)
    click.echo(f"Master key {key_id} is in force; every case and {kept} backups are under it.")
    if settings.old_master_key is not None or settings.master_key_file is not None:
        old = settings.old_master_key
        named = f" {key_id_of(old)}" if old and settings.master_key_file is None else ""
        click.echo(
            f"The old key{named} is no longer needed here. Backups kept elsewhere that were made "
            "before today open only with it."
        )


def _exchange_files(path: Path, take: Path | None) -> None:
    """Puts a new key beside the present one, each step whole; one that was put there before is kept."""
    from intake.config import old_key_file
    from intake.keyfiles import SecretError, as_master_key, new_key, read_secret, write_secret

    present, old = read_secret(path), read_secret(old_key_file(path))
    taken = read_secret(take) if take else None
    if take and taken is None:
        raise SecretError(f"{take}: there is no such file")
    if taken is not None:
        as_master_key(taken)
    if present is None:
        raise SecretError(f"{path}: there is no such file")
    if old is not None and old != present:
        if taken is not None and taken != present:
            raise SecretError("another rotation is under way; finish it first, without --take")
        click.echo("A rotation was begun before; going on with it.", err=True)
        return
    if taken == present:
        raise SecretError("the key to take is the one in force already")
    write_secret(old_key_file(path), present)
    write_secret(path, taken or new_key())


def _drop_old(path: Path) -> None:
    from intake.config import old_key_file
    from intake.keyfiles import sync_folder

    old_key_file(path).unlink(missing_ok=True)
    sync_folder(path.parent)


def _in_force(desk: Desk) -> str:
    from intake.services.keys import check_keys
    from intake.vault import KeyMissing

    try:
        return check_keys(desk)
    except KeyMissing as error:
        return error.key_id


@contextmanager
def at_desk() -> Iterator[tuple[Desk, Settings]]:
    """The desk and the settings of the app over its database, brought up to date."""
    from intake.app import create_app
    from intake.checklist.reading import RulesError
    from intake.config import ConfigError
    from intake.migrations import upgrade
    from intake.web.guard import desk

    try:
        app = create_app()
    except (ConfigError, RulesError) as error:
        fail("settings", str(error))
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        yield desk(), app.extensions["intake.settings"]
    app.extensions["intake.engine"].dispose()
