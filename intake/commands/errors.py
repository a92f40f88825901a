"""How every command says that it could not do what was asked."""

from __future__ import annotations

from typing import NoReturn

import click


def fail(key: str, reason: str, status: int = 2) -> NoReturn:
    """Ends the program with one line on standard error: ``intake: KEY: reason``."""
    line = " ".join(f"intake: {key}: {reason}".split())
    click.echo(line.encode("utf-8", "backslashreplace").decode(), err=True)
    raise click.exceptions.Exit(status)
