"""`intake due`: what supervisors have to decide on the end of cases, counted; for a timer that reminds them."""

from __future__ import annotations

import datetime as dt

import click

from intake.commands.errors import fail

SUBJECT = "Intake: expedientes por decidir / cases to decide on"
TEXT = """\
Expedientes cerrados cuyo plazo de conservación terminó: {over}
Propuestas de eliminar o anonimizar que esperan a una segunda persona: {waiting}
{link}

Closed cases that were to be kept until a day that has come: {over}
Proposed erasures that wait for a second person: {waiting}
"""


@click.command()
@click.option("--mail", is_flag=True, help="Also send the counts to the supervisors of each team.")
def due(mail: bool) -> None:
    """Count closed cases past the day until which they are kept, and proposed ends that wait, by team.

    Neither the lines nor the mails name a case. Exit status 1 where a mail could not be sent.
    """
    from intake.app import create_app
    from intake.services.due import due_by_team, told_of
    from intake.web.guard import desk

    app = create_app()
    post, settings = app.extensions["intake.post"], app.extensions["intake.settings"]
    if mail and post is None:
        fail("--mail", "needs INTAKE_SMTP_URL", 1)
    failed = 0
    with app.test_request_context():
        found = due_by_team(desk(), dt.datetime.now(dt.UTC).date())
        for one in found:
            click.echo(
                f"{one.team}: {one.over} closed cases past their day, {one.waiting} proposed ends waiting"
            )
            text = TEXT.format(
                over=one.over, waiting=one.waiting, link=f"{settings.public_url}/retention"
            )
            for address in told_of(desk(), one) if mail else ():
                failed += not post.send(address, SUBJECT, text)
    if not found:
        click.echo("Nothing is due.")
    if failed:
        fail("--mail", f"{failed} mails could not be sent", 1)
