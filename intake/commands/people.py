"""`intake users`: the people who may sign in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from intake.services.rights import RIGHTS

role_option = click.option("--role", type=click.Choice(sorted(RIGHTS)), required=True)
team_option = click.option(
    "--team", default=None, help="The team's name; it must exist (see `intake users team`)."
)
language_option = click.option(
    "--language", type=click.Choice(["es", "en"]), default="es", show_default=True
)


@click.group()
def users() -> None:
    """Add, invite, list and shut out people; add teams."""


@contextmanager
def _at_work() -> Iterator[None]:
    """The app, as if asked at its public address; an error in what was asked for is one line."""
    from intake.app import create_app
    from intake.config import ConfigError
    from intake.services.people import PeopleError

    try:
        app = create_app()
        base = app.config["PUBLIC_URL"] or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        with app.test_request_context(base_url=base):
            yield
    except (ConfigError, PeopleError) as error:
        raise click.ClickException(str(error)) from error


@users.command("add")
@click.argument("email")
@click.option("--name", required=True)
@role_option
@team_option
@language_option
@click.password_option(help="At least 12 characters; asked for when left out.")
def add(email: str, name: str, role: str, team: str | None, language: str, password: str) -> None:
    """Add a person who may sign in."""
    with _at_work():
        from intake.services.people import add_person
        from intake.web.guard import desk

        add_person(
            desk(),
            email=email,
            name=name,
            role=role,
            team=team,
            language=language,
            password=password,
        )
    click.echo(f"{email} may sign in as {role}.")


@users.command("invite")
@click.argument("email")
@click.option("--name", required=True)
@role_option
@team_option
@language_option
def invite(email: str, name: str, role: str, team: str | None, language: str) -> None:
    """Invite a person, who chooses a password through a link that works once.

    The link is sent where mails are set up (INTAKE_SMTP_URL), and printed otherwise.
    """
    with _at_work():
        from intake.services.people import add_person
        from intake.web.guard import desk

        person = add_person(
            desk(), email=email, name=name, role=role, team=team, language=language, password=None
        )
        _give_link(person.email)


@users.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Give a person a new link to choose a password; older links and their sessions end."""
    with _at_work():
        _give_link(email)


@users.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Shut a person out at once: their sessions end."""
    with _at_work():
        from intake.services import people
        from intake.web.guard import desk

        people.deactivate(desk(), people.find_person(desk().session, email), by=None)
    click.echo(f"{email} is shut out.")


@users.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove a lost authenticator app, passkeys and recovery codes."""
    with _at_work():
        from intake.services import people
        from intake.web.guard import desk
        from intake.web.notices import tell_owners

        people.remove_second_factor(desk(), people.find_person(desk().session, email), by=None)
        tell_owners()
    click.echo(f"{email} has no second factor now.")


@users.command("list")
def list_people() -> None:
    """List the people: address, role, team, state."""
    with _at_work():
        from intake.services.people import everybody
        from intake.web.guard import desk

        for person in everybody(desk().session):
            state = "invited" if person.password is None else "active"
            team = person.team.name if person.team else "-"
            click.echo(
                f"{person.email}\t{person.role}\t{team}\t{state if person.active else 'shut out'}"
            )


@users.command("team")
@click.argument("name")
@click.option("--prefix", required=True, help="Begins the team's case numbers, such as TAP.")
@click.option("--country", type=click.Choice(["MX", "US"]), default="MX", show_default=True)
@click.option("--zone", default="America/Mexico_City", show_default=True)
def team(name: str, prefix: str, country: str, zone: str) -> None:
    """Add a team."""
    with _at_work():
        from intake.services.people import add_team
        from intake.web.guard import desk

        add_team(desk(), name=name, prefix=prefix, country=country, zone=zone)
    click.echo(f"Team {name} exists.")


def _give_link(email: str) -> None:
    from intake.services import people
    from intake.web import letters
    from intake.web.guard import desk

    person = people.find_person(desk().session, email)
    token = people.new_link(desk(), person, by=None)
    if letters.send_link(person, token):
        click.echo(f"A mail with the link is sent to {person.email}.")
    else:
        click.echo("Hand over this link; it works once, within 24 hours:")
        click.echo(letters.link(token))
