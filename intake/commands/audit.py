"""``intake audit``: whether the trail and the histories are whole, and the head to note elsewhere."""

from __future__ import annotations

import sys

import click

from intake.commands.errors import fail

WORDS = {
    "edited": "was edited",
    "removed": "was removed",
    "inserted": "was inserted",
    "reordered": "was put in another place",
    "truncated": "is missing: the end was cut off",
    "head": "is not the newest that the head names: the head was edited",
}


class _Head(click.ParamType[tuple[int, str]]):
    """``NUMBER:DIGEST`` as ``intake audit head`` printed it."""

    name = "N:DIGEST"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        number, _colon, digest = str(value).strip().partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 16 and len(digest) == 64):
            self.fail("must be what `intake audit head` printed", param, ctx)
        return int(number), digest


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
def head() -> None:
    """Print the number and digest of the newest entry, to note where nobody can change it."""
    from intake.app import create_app
    from intake.extensions import db
    from intake.services.audit import head as newest

    with create_app().app_context():
        number, digest = newest(db())
    click.echo(f"{number}:{digest}")


@audit.command()
@click.option("--head", "noted", type=_Head(), help="A head noted before: finds a trail cut since.")
def verify(noted: tuple[int, str] | None) -> None:
    """Verify every entry, and the history of every case; exit 1 naming the first that is broken."""
    from intake.app import create_app
    from intake.extensions import db
    from intake.services.audit import head as newest
    from intake.services.verify import verify_histories, verify_trail
    from intake.services.versions import count_cases
    from intake.web.guard import desk

    with create_app().app_context():
        entries, digest = newest(db())
        with click.progressbar(length=entries, label="Audit trail", file=sys.stderr) as running:
            broken = verify_trail(db(), noted, advance=running.update)
        if broken:
            fail("audit", f"entry {broken.number} {WORDS[broken.kind]} ({broken.kind})", 1)
        cases = count_cases(desk())
        with click.progressbar(length=cases, label="Histories", file=sys.stderr) as running:
            broken = verify_histories(db(), running.update)
        if broken:
            told = f"{broken.what} {broken.number} {WORDS[broken.kind]} ({broken.kind})"
            fail("history", f"{broken.case}: {told}", 1)
    click.echo(f"whole: {entries} entries, {cases} histories; head {entries}:{digest}")
