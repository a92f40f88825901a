"""``intake print``: sheets that are about no case, from the rules alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from intake.commands.errors import fail
from intake.commands.output import write_output
from intake.commands.rules.folder import open_rules, phrases_in

if TYPE_CHECKING:
    from intake.checklist.leaflet import Ages
    from intake.checklist.parts import Language
    from intake.documents.styles import PageSize

_paper = click.option(
    "--paper",
    type=click.Choice(["Letter", "A4"]),
    default="Letter",
    show_default=True,
    help="The size of the paper.",
)
_output = click.option(
    "-o", "--output", metavar="FILE", help="Write to this file, not to the screen."
)


@click.group("print")
def print_sheet() -> None:
    """Print a sheet that is about no case."""


@print_sheet.command("leaflet")
@click.option(
    "--lang",
    "language",
    default="es",
    show_default=True,
    metavar="CODE",
    help="es, en, or a language that the rules have a translation in.",
)
@_paper
@click.option(
    "--ages",
    type=click.Choice(["6-11", "12-17"]),
    default="6-11",
    show_default=True,
    help="How old the children are.",
)
@click.option(
    "--caseworker", default="", help="Who the child can ask; left out, a line to write on."
)
@click.option("--phone", default="", help="Their phone.")
@_output
def print_leaflet(
    language: str, paper: PageSize, ages: Ages, caseworker: str, phone: str, output: str | None
) -> None:
    """Print what a child is told of their rights, on the two sides of one sheet."""
    from intake.documents.leaflet import render_leaflet
    from intake.issuing.leaflet import leaflet_context, leaflet_languages

    register = open_rules(None)
    languages = leaflet_languages(register)
    if language not in languages:
        fail("--lang", f"the leaflet is not written in {language}, but in {', '.join(languages)}")
    context = leaflet_context(register, language, ages, caseworker=caseworker, phone=phone)
    write_output(render_leaflet(context, paper), output)


@print_sheet.command("checklist")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["es", "en"]),
    default="es",
    show_default=True,
    help="The language of the sheet.",
)
@_paper
@click.option(
    "--country", type=click.Choice(["MX", "US"]), help="Leave out what another rules out."
)
@click.option("--stage", metavar="STAGE", help="Leave out what comes later.")
@click.option(
    "--section", "sections", multiple=True, metavar="ID", help="Only this section; can be repeated."
)
@_output
def print_checklist(
    language: Language,
    paper: PageSize,
    country: str | None,
    stage: str | None,
    sections: tuple[str, ...],
    output: str | None,
) -> None:
    """Print the checklist blank, to be filled in by hand and typed in later."""
    from intake.documents.blank_checklist import render_blank
    from intake.issuing.blank_checklist import UnknownPart, blank_checklist_context

    register = open_rules(None)
    try:
        context = blank_checklist_context(
            register,
            phrases_in(register, language),
            sections=sections,
            country=country,
            stage=stage,
        )
    except UnknownPart as error:
        fail(f"--{error.kind}", f"the register has no {error.name}")
    write_output(render_blank(context, paper), output)
