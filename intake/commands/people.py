"""`intake users`: the people who may sign in."""

from __future__ import annotations

import click

from intake.services.rights import RIGHTS


@click.group()
def users() -> None:
    """Add people and list them."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(sorted(RIGHTS)), required=True)
@click.option(
    "--team", default=None, help="The team's name; it must exist (see `intake users team`)."
)
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@click.password_option(help="At least 12 characters; asked for when left out.")
def add(email: str, name: str, role: str, team: str | None, language: str, password: str) -> None:
    """Add a person who may sign in."""
    from intake.app import create_app
    from intake.services.people import PeopleError, add_person

    with create_app().app_context():
        try:
            add_person(
                email=email, name=name, role=role, team=team, language=language, password=password
            )
        except PeopleError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{email} may sign in as {role}.")


@users.command("team")
@click.argument("name")
@click.option("--prefix", required=True, help="Begins the team's case numbers, such as TAP.")
@click.option("--country", type=click.Choice(["MX", "US"]), default="MX", show_default=True)
@click.option("--zone", default="America/Mexico_City", show_default=True)
def team(name: str, prefix: str, country: str, zone: str) -> None:
    """Add a team."""
    from intake.app import create_app
    from intake.services.people import PeopleError, add_team

    with create_app().app_context():
        try:
            add_team(name=name, prefix=prefix, country=country, zone=zone)
        except PeopleError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"Team {name} exists.")
