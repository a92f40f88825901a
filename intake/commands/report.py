"""`intake report`: published figures as files."""

from __future__ import annotations

from pathlib import Path

import click

from intake.commands.errors import fail


@click.group()
def report() -> None:
    """Published figures as files."""


@report.command("quarter")
@click.argument("quarter")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to.",
)
def quarter(quarter: str, folder: Path) -> None:
    """Publish a quarter, such as 2026Q3, and write its report, tables and data set.

    A quarter is published once, after it is over, and its figures never change: called again, the same is written.
    """
    from intake.app import create_app
    from intake.checklist.parts import LANGUAGES
    from intake.documents.data_set import data_set
    from intake.documents.figure_tables import workbook
    from intake.documents.quarter_report import render_quarter_report
    from intake.issuing.figures import figure_context
    from intake.services import publishing
    from intake.services.desk import Refused
    from intake.web.guard import desk

    wanted = publishing.read_quarter(quarter)
    if wanted is None:
        fail("QUARTER", f"must be a quarter such as 2026Q3, not {quarter[:20]}")
    files = {}
    with create_app().test_request_context():
        try:
            kept = publishing.publish(desk(), wanted, None)
        except Refused as refused:
            reasons = {
                "quarter_not_over": f"{wanted} is not over yet",
                "not_all_counted": "not every case is counted yet: call `intake indicators recount`",
            }
            fail("QUARTER", reasons[refused.reason])
        for language in LANGUAGES:
            context = figure_context(desk(), kept, language)
            files[f"intake-{wanted}-report-{language}.pdf"] = render_quarter_report(context)
            files[f"intake-{wanted}-tables-{language}.xlsx"] = workbook(context)
        files[f"intake-{wanted}-data.zip"] = data_set(context)
        digest = kept.digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            click.echo(folder / name)
    except OSError as error:
        fail("--output", error.strerror or "cannot be written")
    click.echo(f"SHA-256 of the figures: {digest}")
