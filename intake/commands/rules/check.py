"""``intake rules check``: whether the register is whole, complete and told in both languages."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check the register whole and name every problem.

    FOLDER is another register than the program's. Each problem is one line: file, line, key and
    reason; the exit status is then 1.
    """
    from intake.checklist.loading import load_register
    from intake.checklist.reading import RulesError
    from intake.resources import resource_dir

    try:
        register = load_register(folder or resource_dir("rules"), complete=True)
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
