"""``intake rules impact`` and ``intake rules publish``: what a register would change, and putting it in force."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.at_once import PROCESSES
from intake.commands.errors import fail
from intake.commands.rules.folder import phrases_in

if TYPE_CHECKING:
    from flask import Flask

    from intake.checklist.parts import Language
    from intake.checklist.register import Register
    from intake.services.desk import Desk
    from intake.services.versions import Impact

FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))
LANGUAGE = click.option(
    "--lang", "language", type=click.Choice(["en", "es"]), default="en", show_default=True
)


@click.command()
@FOLDER
@LANGUAGE
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
def impact(folder: Path | None, language: Language, kind: str) -> None:
    """Count over the stored cases what the register in FOLDER would change, before it is published."""
    from intake.resources import resource_dir

    folder = folder or resource_dir("rules")
    with _desk() as desk:
        register = _read(folder)
        found = _count(desk, register)
        if kind == "json":
            click.echo(json.dumps({"register": register.sha256, **found.as_json()}, indent=2))
        else:
            click.echo("\n".join(_told(found, desk.register, register, language)))


@click.command()
@FOLDER
@click.option(
    "--move-cases", is_flag=True, help="Also move every case to it (else each is moved by hand)."
)
@PROCESSES
def publish(folder: Path | None, move_cases: bool, processes: int) -> None:
    """Put the register in FOLDER in force: kept whole, used for every case opened from now on."""
    from intake.checklist.reading import read_files
    from intake.commands.reevaluate import go_over
    from intake.jobs import reevaluation
    from intake.resources import resource_dir
    from intake.services.registers import PublishError, published
    from intake.services.registers import publish as put_in_force
    from intake.services.versions import cases_elsewhere
    from intake.web.guard import desk as at_desk

    folder = folder or resource_dir("rules")
    with opened() as app:
        desk, job_id = at_desk(), None
        register = _read(folder)
        try:
            with desk.writing() as session:
                newest = published(session)
                if not (move_cases and newest and newest[0].sha256 == register.sha256):
                    put_in_force(session, register, read_files(folder))
        except PublishError as error:
            fail("rules", str(error), 1)
        click.echo(f"Register {register.version} is in force, sha256 {register.sha256}")
        left = cases_elsewhere(desk, register) if move_cases else 0
        if left:
            job_id = reevaluation.ask(desk, move=True)
    if job_id is not None:
        go_over(app, job_id, processes)
    if move_cases:
        click.echo(f"{left} cases moved.")


def _read(folder: Path) -> Register:
    from intake.checklist.loading import load_register
    from intake.checklist.reading import RulesError

    try:
        return load_register(folder)
    except RulesError as error:
        for problem in error.problems:
            click.echo(f"intake: {problem}", err=True)
        raise click.exceptions.Exit(1) from error


@contextmanager
def _desk() -> Iterator[Desk]:
    from intake.web.guard import desk

    with opened():
        yield desk()


@contextmanager
def opened() -> Iterator[Flask]:
    """The app over the database of the settings, which there has to be; brought up to date."""
    from sqlalchemy import inspect
    from sqlalchemy.exc import DBAPIError

    from intake.app import create_app
    from intake.checklist.reading import RulesError
    from intake.config import ConfigError, database_file
    from intake.migrations import upgrade
    from intake.models import Case

    # where a folder is mistyped, a new one with secrets and an empty database must not come to be
    kept = database_file()
    if kept is not None and not kept.is_file():
        fail(
            "INTAKE_INSTANCE",
            f"{kept.parent}: no Intake is here; name the folder it is served from",
        )
    try:
        app = create_app()
        if not inspect(app.extensions["intake.engine"]).has_table(Case.__tablename__):
            fail("DATABASE_URL", "this database holds no Intake")
        upgrade(app.extensions["intake.engine"])
    except (ConfigError, RulesError) as error:
        fail("settings", str(error))
    except DBAPIError as error:
        fail("DATABASE_URL", f"the database cannot be used: {error.orig}")
    with app.app_context():
        yield app


def _count(desk: Desk, register: Register) -> Impact:
    from intake.models import now
    from intake.services.versions import Impact, count_cases
    from intake.services.versions import impact as add_up

    found = Impact()
    with click.progressbar(
        add_up(desk, register, now()), count_cases(desk), label="Evaluating", file=sys.stderr
    ) as running:
        for found in running:  # noqa: B007 - the last one is the whole
            pass
    return found


def _told(found: Impact, old: Register, new: Register, language: Language) -> Iterator[str]:
    say = phrases_in(new, language).say
    yield say(
        "impact_cases",
        cases=found.cases,
        changed=found.changed,
        old=old.version,
        new=new.version,
    )
    for word, counted in (
        ("impact_appears", found.appearing),
        ("impact_goes", found.going),
        ("impact_gained", found.gained),
        ("impact_lost", found.lost),
        ("impact_severity", found.severities),
        ("impact_deadline", found.deadlines),
    ):
        for check_id, number in counted.most_common():
            check = new.checks.get(check_id) or old.checks[check_id]
            yield say(word, check=check.title[language], id=check_id, n=number)
    for word, counted in (
        ("impact_gate_opened", found.gates_opened),
        ("impact_gate_shut", found.gates_shut),
        ("impact_gate_blocked", found.gates_blocked),
    ):
        for gate_id, number in counted.most_common():
            gate = new.gates.get(gate_id) or old.gates[gate_id]
            yield say(word, gate=gate.title[language], id=gate_id, n=number)
