"""`intake indicators`: the running totals behind dashboards and reports."""

from __future__ import annotations

import sys

import click

SHOWN = 10


@click.group()
def indicators() -> None:
    """The running totals behind dashboards and reports."""


@indicators.command()
@click.option(
    "--check", is_flag=True, help="Only say whether anything differs; exit 1 where it does."
)
@click.option("--totals-only", is_flag=True, help="Trust the coded facts of each case.")
def recount(*, check: bool, totals_only: bool) -> None:
    """Count every case anew, and set the totals right.

    Cases are opened and coded by the rules in force; then the totals are added up from the coded facts. To be called
    after an upgrade from a release that did not count, and after new rules were published. From when to when gaps were
    open is told anew from the history of saves. Saves go on meanwhile, but for the adding up.
    """
    from intake.app import create_app
    from intake.services import gap_history
    from intake.services import recount as counting
    from intake.web.guard import desk

    with create_app().test_request_context():
        cases, coded, told = counting.number_of_cases(desk()), 0, gap_history.Recounted()
        if not totals_only:
            with click.progressbar(length=cases, label="Cases", file=sys.stderr) as running:
                coded = counting.code_all(desk(), running.update, check=check)
            with click.progressbar(length=cases, label="Histories", file=sys.stderr) as running:
                told = gap_history.tell_all(desk(), running.update, check=check)
        with click.progressbar(length=cases, label="Totals", file=sys.stderr) as running:
            found = list(counting.differences(desk(), running.update))
        for one in found[:SHOWN]:
            where = " ".join(part for part in one.cell if part)
            click.echo(f"team {one.team_id or 'all'}: {where}: {one.kept}, counted {one.counted}")
        if len(found) > SHOWN:
            click.echo(f"and {len(found) - SHOWN} more")
        if told.unknown:
            click.echo(
                f"of {told.unknown} cases early saves cannot be read: the oldest gaps of these may have begun before"
                " what is shown"
            )
        if check:
            if found or coded or told.differing:
                click.echo(
                    f"{coded} cases are coded otherwise, {len(found)} totals differ,"
                    f" the gaps of {told.differing} cases were open at other times"
                )
                raise click.exceptions.Exit(1)
            click.echo(f"the same: {cases} cases")
            return
        with click.progressbar(length=cases, label="Setting right", file=sys.stderr) as running:
            counted = counting.set_right(desk(), running.update)
    click.echo(
        f"counted {counted} cases; {coded} were coded otherwise, {len(found)} totals differed,"
        f" the gaps of {told.differing} were open at other times"
    )
