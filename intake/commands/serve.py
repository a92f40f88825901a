"""`intake serve`: brings the database up to date and serves the app on this machine."""

from __future__ import annotations

import os
import socket

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535)
)
def serve(host: str, port: int) -> None:
    """Migrate, load the demo the first time (unless DEMO=0), and serve."""
    _refuse_taken_port(host, port)
    from intake.app import create_app
    from intake.checklist.reading import RulesError
    from intake.config import ConfigError, read_settings

    try:
        settings = read_settings()
        app = create_app(settings)
    except (ConfigError, RulesError) as error:
        raise click.ClickException(str(error)) from error
    from intake.commands.demo import PASSWORD, load_demo, sign_ins
    from intake.migrations import one_at_a_time, upgrade
    from intake.models import learn_sizes

    engine = app.extensions["intake.engine"]
    with one_at_a_time(engine, settings.instance), app.app_context():
        upgrade(engine)
        _settle_keys()
        learn_sizes(engine)
        click.echo(_publish_first(demo=settings.demo))
        if settings.demo:
            loaded = load_demo()
            people = sign_ins()
            click.echo("Demo cases loaded." if loaded else "Demo cases were loaded before.")
            click.echo("Sign in with one of these (fictional people), password: " + PASSWORD)
            for email, role in people:
                click.echo(f"  {email:32} {role}")
    click.echo(f"Intake is at http://{host}:{port}  (Ctrl+C stops it)")
    engine.dispose()
    _run(host, port)


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
        with click.progressbar(length=cases_to_rewrap(desk()), label="Indexing names") as bar:
            for done in rewrap_cases(desk()):
                bar.update(done)
        put_in_force(desk(), key_id)
    except SealBroken as error:
        raise click.ClickException(f"INTAKE_MASTER_KEY: {error}") from error


def _publish_first(*, demo: bool) -> str:
    """Puts the register of rules/ in force where none is; a demonstration always follows rules/."""
    from intake.services.registers import publish, published
    from intake.services.versions import move_all_cases
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


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({error.strerror}); choose another, as in PORT=8001 make run"
            ) from error


def _run(host: str, port: int) -> None:
    """Hands the process over to gunicorn: one process with threads, since throttles are kept in memory."""
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
        "--log-level",
        "warning",
        "intake.app:create_app()",
    )


def _gunicorn() -> str:
    import sys
    from pathlib import Path

    beside = Path(sys.executable).with_name("gunicorn")
    return str(beside) if beside.exists() else "gunicorn"
