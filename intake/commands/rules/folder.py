"""What the commands of ``intake rules`` share: the folder, the language, the width of the screen."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intake.commands.errors import fail

if TYPE_CHECKING:
    from intake.checklist.parts import Language
    from intake.checklist.register import Register
    from intake.checklist.wording import Phrases

folder_argument = click.argument("folder", required=False, type=click.Path(path_type=Path))

language_option: Callable[..., Any] = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "es"]),
    default="en",
    show_default=True,
    help="The language of the words in it.",
)


def open_rules(folder: Path | None) -> Register:
    """The register of that folder, or the program's own. Ends the program where it is broken."""
    from intake.checklist.loading import load_register
    from intake.checklist.reading import RulesError
    from intake.resources import resource_dir

    try:
        return load_register(folder or resource_dir("rules"))
    except RulesError as error:
        fail("rules", f"{error.problems[0]} (`intake rules check` lists every problem)")


def phrases_in(register: Register, language: Language) -> Phrases:
    """The phrases of that register; those it does not have yet are the program's own."""
    from intake.checklist.wording import Phrases

    own = open_rules(None).words
    return Phrases({**own, **register.words}, language)


def screen_width() -> int:
    """How many columns to write: those of the terminal, from 80 to 120."""
    return min(120, max(80, shutil.get_terminal_size((100, 24)).columns))


def wrapped(text: str, width: int, indent: int = 0, *, then: int | None = None) -> str:
    """The text broken to the width, its later lines indented by ``then``."""
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if then is None else then),
        break_long_words=False,
        break_on_hyphens=False,
    )
