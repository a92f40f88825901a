"""``intake rules``: what a lawyer runs after changing a file of the register."""

from __future__ import annotations

from pathlib import Path

import click

from intake.commands.publishing import impact, publish


@click.group()
def rules() -> None:
    """The register of checks, kept as data in rules/."""


rules.add_command(impact)
rules.add_command(publish)


@rules.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check the register whole and name every problem (FOLDER: another one than the program's)."""
    from intake.checklist.loading import load_register
    from intake.checklist.reading import RulesError
    from intake.resources import resource_dir

    try:
        register = load_register(folder or resource_dir("rules"))
    except RulesError as error:
        for problem in error.problems:
            click.echo(f"intake: {problem}", err=True)
        raise click.exceptions.Exit(1) from error
    counts = {
        "checks": register.checks,
        "sections": register.sections,
        "gates": register.gates,
        "recommendations": register.recommendations,
        "indicators": register.indicators,
        "instruments": register.instruments,
    }
    click.echo(f"ok: register {register.version}, sha256 {register.sha256}")
    click.echo(", ".join(f"{len(parts)} {name}" for name, parts in counts.items()))
