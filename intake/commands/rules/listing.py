"""``intake rules list``: everything in the register by its id, as tables or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.rules.folder import (
    folder_argument,
    language_option,
    open_rules,
    phrases_in,
    screen_width,
)

if TYPE_CHECKING:
    from intake.checklist.parts import Language

KINDS = (
    *("recommendations", "instruments", "checks", "gates", "indicators"),
    *("alerts", "authorities", "facts", "conditions"),
)


@click.command("list")
@folder_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to write.",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only these; all where it is left out.")
@language_option
def list_rules(folder: Path | None, form: str, kind: str | None, language: Language) -> None:
    """List what the register holds, by its ids.

    FOLDER is another register than the program's.
    """
    register = open_rules(folder)
    phrases = phrases_in(register, language)
    kinds = (kind,) if kind else KINDS
    if form == "json":
        import json

        from intake.commands.rules.entries import entries_of

        listed: dict[str, object] = {
            "register": {"version": register.version, "sha256": register.sha256},
            "language": language,
        }
        listed |= {one: entries_of(register, one, phrases) for one in kinds}
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    from intake.commands.rules.tables import tables_of

    for line in tables_of(register, kinds, phrases, screen_width()):
        click.echo(line)
