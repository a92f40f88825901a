"""How every command says that it could not do what was asked."""

from __future__ import annotations

from typing import NoReturn

import click


def fail(key: str, reason: str, status: int = 2) -> NoReturn:
    """Ends the program with one line on standard error: ``intake: KEY: reason``."""
    words = " ".join(f"intake: {key}: {reason}".split())
    line = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in words)
    click.echo(line.encode("utf-8", "backslashreplace").decode(), err=True)
    raise click.exceptions.Exit(status)
