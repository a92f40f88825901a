"""`intake serve`: brings the database up to date and serves the app on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask


class _Port(click.IntRange):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(
                f"{value!r} is no port; give a number from 1 to 65535, as in PORT=8001 make run",
                param,
                ctx,
            )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=_Port(1, 65535))
def serve(host: str, port: int) -> None:
    """Migrate, load the demo the first time (unless DEMO=0), and serve."""
    _refuse_taken_port(host, port)
    with _in_one_sentence():
        from intake.app import create_app
        from intake.migrations import one_at_a_time, upgrade
        from intake.models import learn_sizes

        app = create_app()
        demo, engine = app.config["DEMO"], app.extensions["intake.engine"]
        instance = app.extensions["intake.settings"].instance
        with one_at_a_time(engine, instance), app.app_context():
            upgrade(engine)
            _settle_keys()
            _list_erasures(app)
            learn_sizes(engine)
            click.echo(_publish_first(demo=demo))
            click.echo(_who_may_sign_in(demo=demo))
    workers = app.extensions["intake.settings"].workers
    if app.extensions["intake.settings"].metrics_token:
        _count_together(instance, f"{host}-{port}")
    click.echo(_who_works(workers))
    click.echo(f"Intake is at http://{host}:{port}  (Ctrl+C stops it)")
    engine.dispose()
    _run(host, port, workers)


def _settle_keys() -> None:
    """Refuses a master key that is not the database's; brings a database from before keys had ids under one."""
    from intake.services.keys import (
        cases_to_rewrap,
        check_keys,
        is_settled,
        put_in_force,
        rewrap_cases,
    )
    from intake.vault import SealBroken
    from intake.web.guard import desk

    try:
        key_id = check_keys(desk())
        if is_settled(desk()):
            return
        # a new database holds no case yet, and of nothing no progress is to be told
        if left := cases_to_rewrap(desk()):
            with click.progressbar(length=left, label="Indexing names") as bar:
                for done in rewrap_cases(desk()):
                    bar.update(done)
        put_in_force(desk(), key_id)
    except SealBroken as error:
        raise click.ClickException(f"INTAKE_MASTER_KEY: {error}") from error


def _list_erasures(app: Flask) -> None:
    """Puts on the list of erased cases what a crash may have kept from it."""
    from intake.services.erased import note_erasures
    from intake.web.guard import desk

    path = app.extensions["intake.files"].erased
    try:
        note_erasures(desk().session, path)
    except ValueError as error:
        raise click.ClickException(f"{path}: {error}") from error


def _publish_first(*, demo: bool) -> str:
    """Puts the register of rules/ in force where none is; a demonstration always follows rules/."""
    from intake.services.all_cases import move_all_cases
    from intake.services.registers import publish, published
    from intake.web.guard import desk

    shelf = desk().shelf
    with desk().writing() as session:
        in_force = published(session)
        if in_force and in_force[0].sha256 == shelf.folder.sha256:
            return f"Register {in_force[0].version} is in force."
        if in_force and not demo:
            return (
                f"Register {in_force[0].version} is in force; rules/ holds another. "
                "`intake rules impact` shows what it would change, `intake rules publish` puts it in force."
            )
        publish(session, shelf.folder, shelf.files, draft=demo)
    move_all_cases(desk(), shelf.folder)
    return f"Register {shelf.folder.version} is now in force."


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """What stands in the way of a start is said in one sentence."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    from intake.checklist.reading import RulesError
    from intake.config import ConfigError

    try:
        yield
    except (ConfigError, RulesError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    except DBAPIError as error:
        raise click.ClickException(f"the database cannot be used: {error.orig}") from error
    except CommandError as error:
        raise click.ClickException(f"the database is of another version: {error}") from error


def _who_may_sign_in(*, demo: bool) -> str:
    """Loads the demo where it is wanted and nobody is there yet; the sign-ins an operator can use."""
    from intake.commands.demo import PASSWORD, load_demo, sign_ins
    from intake.services.people import anybody
    from intake.web.guard import desk

    if not demo:
        if anybody(desk()):
            return "Whoever was added before may sign in."
        return "Nobody may sign in yet; `intake users` (in .venv/bin) adds a team and people."
    loaded = load_demo()
    people = [f"  {email:32} {role}" for email, role in sign_ins()]
    if not people:
        return "No demo cases were loaded: this database has people of its own."
    return "\n".join(
        (
            "Demo cases loaded." if loaded else "Demo cases were loaded before.",
            "Sign in with one of these (fictional people), password: " + PASSWORD,
            *people,
        )
    )


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({error.strerror}); choose another, as in PORT=8001 make run"
            ) from error


def _count_together(instance: Path, where: str) -> None:
    """Gives the processes that this one becomes and begins one folder in which each counts what it does.

    In memory where that can be: on a disk that is full, a process would end over what it counts.
    """
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, which nobody else can enter or make for us
    kept = memory if os.access(memory, os.W_OK) else instance
    folder = kept / f"intake-metrics-{os.getuid()}-{where.replace(':', '_')}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:  # somebody else's
        folder = Path(tempfile.mkdtemp(prefix=folder.name, dir=kept))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _who_works(workers: int) -> str:
    if workers == 0:
        return "Nothing works in the background here (INTAKE_WORKERS=0); `intake work` does."
    several = "one process" if workers == 1 else f"{workers} processes"
    return f"{several.capitalize()} at low priority for work in the background."


def _run(host: str, port: int, workers: int) -> None:
    """Hands the process over to gunicorn: one process with threads, since throttles are kept in memory.

    What works in the background is begun before, as a child of the process that becomes gunicorn: it ends with it.
    """
    if workers:
        sys.stdout.flush()
        subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-m", "intake.cli", "work", "--beside", str(os.getpid())]
        )
    os.execlp(  # noqa: S606 - no shell is wanted
        _gunicorn(),
        "gunicorn",
        "--bind",
        f"{host}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--limit-request-line",
        "8190",
        "--log-level",
        "warning",
        "intake.app:create_app()",
    )


def _gunicorn() -> str:
    beside = Path(sys.executable).with_name("gunicorn")
    return str(beside) if beside.exists() else "gunicorn"
