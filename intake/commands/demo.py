"""`intake demo`: fictional people and children, so that every page has something to show."""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml
from flask import current_app, g
from sqlalchemy import select

from intake.commands.errors import fail

PASSWORD = "demo-frontera-2026"  # noqa: S105 - printed at start; production never loads the demo
TEAMS = (
    {"name": "Albergue Tapachula", "prefix": "TAP", "country": "MX", "zone": "America/Mexico_City"},
    {"name": "Oficina Tijuana", "prefix": "TIJ", "country": "MX", "zone": "America/Tijuana"},
)
PEOPLE = (
    ("ana@intake.example", "Ana Cruz Solís", "caseworker", "Albergue Tapachula", "es"),
    ("beto@intake.example", "Beto Ramírez Luna", "caseworker", "Albergue Tapachula", "es"),
    ("sofia@intake.example", "Sofía Méndez Prado", "supervisor", "Albergue Tapachula", "es"),
    ("carmen@intake.example", "Carmen Ortiz Vela", "caseworker", "Oficina Tijuana", "es"),
    ("david@intake.example", "David Hill", "supervisor", "Oficina Tijuana", "en"),
    ("admin@intake.example", "Inés Robles", "administrator", None, "es"),
    ("auditor@intake.example", "Marco Vidal", "auditor", None, "es"),
)


@click.command()
@click.option(
    "--cases",
    type=click.IntRange(0, 5_000_000),
    default=0,
    help="Beside the few that are always there, so many fictional children of several teams.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same children."
)
def demo(cases: int, seed: int) -> None:
    """Load the demo into an empty database."""
    from intake.app import create_app
    from intake.config import ConfigError
    from intake.migrations import upgrade

    try:
        app = create_app()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    if cases and not app.config["DEMO"]:
        fail("--cases", "only where DEMO is set: fictional children have no place among real ones")
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        loaded = load_demo()
    click.echo("Demo cases loaded." if loaded else "Nothing was loaded: this database has people.")
    if cases and loaded:
        with app.test_request_context():
            load_population(cases, seed)


def load_population(cases: int, seed: int, at_once: int = 500) -> None:
    """Adds so many fictional cases to the demo, some hundreds in a transaction."""
    from intake.commands.population import NoNames, Population
    from intake.models import learn_sizes
    from intake.web.guard import desk

    now = dt.datetime.now(dt.UTC)
    try:
        population = Population(desk(), seed, PASSWORD, now)
    except NoNames as error:
        fail("--cases", str(error))
    with click.progressbar(length=cases, label="Cases", file=sys.stderr) as running:
        for start in range(0, cases, at_once):
            wanted = min(at_once, cases - start)
            running.update(population.writer.write(population.plans(wanted)))
    learn_sizes(current_app.extensions["intake.engine"])
    click.echo(f"{cases} fictional cases loaded.")


def sign_ins() -> list[tuple[str, str]]:
    """The demo's sign-ins that this database has, and what each is."""
    from intake.extensions import db
    from intake.models import User

    here = set(db.scalars(select(User.email)))
    return [(email, role) for email, _name, role, _team, _language in PEOPLE if email in here]


def load_demo() -> bool:
    """Loads the whole demo where nobody is in the database yet; says whether it did.

    A start that is interrupted leaves nothing of it behind.
    """
    from intake.extensions import db
    from intake.services.people import anybody
    from intake.web.guard import desk

    _end_session()
    engine = current_app.extensions["intake.engine"].execution_options(writes=True)
    with engine.begin() as connection:
        # what the services commit are steps inside this one transaction
        db(bind=connection, join_transaction_mode="create_savepoint")
        try:
            if wanted := not anybody(desk()):
                _load()
        finally:
            _end_session()
    return wanted


def _end_session() -> None:
    from intake.extensions import db

    g.pop("desk", None)
    db.remove()


def _load() -> None:
    from intake.extensions import db
    from intake.models import User
    from intake.services import people
    from intake.web.guard import desk

    for team in TEAMS:
        people.add_team(
            desk(),
            name=team["name"],
            prefix=team["prefix"],
            country=team["country"],
            zone=team["zone"],
        )
    for email, name, role, team_name, language in PEOPLE:
        people.add_person(
            desk(),
            email=email,
            name=name,
            role=role,
            team=team_name,
            language=language,
            password=PASSWORD,
        )
    from intake.services.review import submit_for_review
    from intake.services.save import open_case, save

    now = dt.datetime.now(dt.UTC).replace(microsecond=0, second=0)
    for number, child in enumerate(_children()):
        by = db.scalars(select(User).where(User.email == child["by"])).unique().one()
        # in the zone of the team, as its form would give it: business days end there
        zone = ZoneInfo(by.team.zone if by.team else "UTC")
        first = (now - dt.timedelta(hours=child["hours"])).astimezone(zone)
        values: dict[str, Any] = {
            "identity.name": child["name"],
            "profile.encounter_at": first.isoformat(),
        }
        values |= {f"profile.{name}": value for name, value in child["profile"].items()}
        case = open_case(desk(), by, values, str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-{number}")))
        answers = {f"answers.{check}": kept for check, kept in child["answers"].items()}
        if answers:
            operation = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-answers-{number}"))
            save(
                desk(),
                case,
                by,
                answers,
                base=case.version,
                operation=operation,
                kind="section-saved",
            )
        if child["submitted"]:
            operation = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-submit-{number}"))
            submit_for_review(desk(), case, by, base=case.version, operation=operation)


def _children() -> list[dict[str, Any]]:
    children: list[dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("demo_children.yaml").read_text(encoding="utf-8")
    )
    return children
