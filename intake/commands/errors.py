"""How every command says that it could not do what was asked."""

from __future__ import annotations

from typing import NoReturn

import click

LONGEST = 1000


def fail(key: str, reason: str, status: int = 2) -> NoReturn:
    """Ends the program with one line on standard error: ``intake: KEY: reason``."""
    line = " ".join(f"intake: {key}: {reason}".split())
    line = line.encode("utf-8", "backslashreplace").decode()[:LONGEST]
    # what was typed may hold signs that steer a terminal
    shown = (mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in line)
    click.echo("".join(shown), err=True)
    raise click.exceptions.Exit(status)
