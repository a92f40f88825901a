"""``intake rules diff``: what differs between two registers, in words or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intake.commands.rules.folder import (
    language_option,
    open_rules,
    phrases_in,
    screen_width,
    wrapped,
)

if TYPE_CHECKING:
    from intake.checklist.comparison import Comparison
    from intake.checklist.comparison_words import ChangeSaid, ComparisonSaid
    from intake.checklist.parts import Language
    from intake.checklist.wording import Phrases

LONGEST_LINE = 100
"""A change that is longer than this stands on two lines, before and after."""


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@language_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to write.",
)
def diff(old: Path, new: Path, language: Language, kind: str) -> None:
    """Say what differs between the registers in the folders OLD and NEW.

    The exit status is 0 where they are the same, 1 where they differ, 2 where one is broken.
    """
    from intake.checklist.comparison import compare
    from intake.checklist.comparison_words import say_comparison

    comparison = compare(open_rules(old), open_rules(new))
    phrases = phrases_in(comparison.new, language)
    said = say_comparison(comparison, phrases)
    if kind == "json":
        import json

        click.echo(json.dumps(_as_json(comparison, said), indent=2, ensure_ascii=False))
    else:
        for line in _lines(comparison, said, phrases):
            click.echo(line)
    if not comparison.same_files:
        raise click.exceptions.Exit(1)


def _lines(comparison: Comparison, said: ComparisonSaid, phrases: Phrases) -> Iterator[str]:
    width = screen_width()
    for sign, register in (("-", comparison.old), ("+", comparison.new)):
        yield f"{sign} {register.version}  {register.sha256}"
    if comparison.same_files:
        yield phrases.say("diff_same")
    elif comparison.same_meaning:
        yield wrapped(phrases.say("diff_layout"), width)
    for change in said.head:
        yield from _change(change, phrases, width, 0)
    for title, parts in said.kinds:
        yield ""
        yield title.upper()
        for part in parts:
            state = "" if part.difference.state == "changed" else f"{part.state}: "
            sign = {"added": "+", "removed": "-", "changed": " "}[part.difference.state]
            yield wrapped(f"{sign} {state}{part.difference.id}  {part.name}", width, then=4)
            for change in part.changes:
                yield from _change(change, phrases, width, 4)
            if part.touches:
                touches = phrases.say("diff_touches", ids=", ".join(part.touches))
                yield wrapped(f"({touches})", width, 4)


def _change(change: ChangeSaid, phrases: Phrases, width: int, indent: int) -> Iterator[str]:
    if len(change.sentence) + indent <= min(width, LONGEST_LINE):
        yield " " * indent + change.sentence
        return
    yield f"{' ' * indent}{change.value}:"
    for word, value in (("diff_before", change.old), ("diff_after", change.new)):
        yield wrapped(f"{phrases.say(word)}: {value}", width, indent + 2, then=indent + 4)


def _as_json(comparison: Comparison, said: ComparisonSaid) -> dict[str, Any]:
    return {
        "old": {"version": comparison.old.version, "sha256": comparison.old.sha256},
        "new": {"version": comparison.new.version, "sha256": comparison.new.sha256},
        "same_files": comparison.same_files,
        "same_meaning": comparison.same_meaning,
        "register": [_change_as_json(change) for change in said.head],
        "parts": [
            {
                "kind": part.difference.kind,
                "id": part.difference.id,
                "name": part.name,
                "state": part.difference.state,
                "changes": [_change_as_json(change) for change in part.changes],
                "touches": list(part.touches),
            }
            for _, parts in said.kinds
            for part in parts
        ],
    }


def _change_as_json(said: ChangeSaid) -> dict[str, Any]:
    return {
        "path": list(said.change.path),
        "old": _plain(said.change.old),
        "new": _plain(said.change.new),
        "sentence": said.sentence,
    }


def _plain(value: object) -> Any:
    """The value as it stands in the rules."""
    from pydantic import BaseModel

    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
