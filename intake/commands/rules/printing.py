"""``intake rules print``: the whole register on paper, for those who review it with a pen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.output import write_output
from intake.commands.rules.folder import folder_argument, open_rules, phrases_in

if TYPE_CHECKING:
    from intake.documents.rendering import PageSize


@click.command("print")
@folder_argument
@click.option(
    "--lang",
    "language",
    type=click.Choice(["es", "en", "both"]),
    default="es",
    show_default=True,
    help="One language, or both side by side.",
)
@click.option(
    "--paper",
    type=click.Choice(["Letter", "A4"]),
    default="Letter",
    show_default=True,
    help="The size of the paper.",
)
@click.option("-o", "--output", metavar="FILE.pdf", required=True, help="Write to this file.")
def print_rules(folder: Path | None, language: str, paper: PageSize, output: str) -> None:
    """Print the register as a PDF to be reviewed on paper, with room for remarks.

    FOLDER is another register than the program's.
    """
    from intake.checklist.parts import LANGUAGES
    from intake.documents.register import render_register

    register = open_rules(folder)
    languages = tuple(one for one in LANGUAGES if language in (one, "both"))
    phrases = tuple(phrases_in(register, one) for one in languages)
    write_output(render_register(register, phrases, paper), output)
    if output != "-":
        click.echo(f"Register {register.version} is printed to {output}", err=True)
