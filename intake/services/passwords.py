"""Which passwords are refused: short ones, and those an attacker tries first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

SHORTEST = 12
LONGEST = 128
FEWEST_DIFFERENT = 5
Weakness = Literal["short", "long", "common"]

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Why the password is refused; None where it is not. ``about``: names and addresses that must not be all of it."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = _plain(password)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    words = {_letters(text) for text in (plain, *(t.translate(LOOKALIKES) for t in (plain, core)))}
    own = {_letters(part) for text in about for part in re.split(r"[\s@.]+", _plain(text))}
    guessed = (
        len(set(plain)) < FEWEST_DIFFERENT
        or _repeats(plain)
        or any(_walks(part) for part in re.split(r"[\W_]+", plain) if len(part) >= SHORTEST - 4)
        or any(_made_of(word, _common() | own) for word in words)
    )
    return "common" if guessed else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def _repeats(text: str) -> bool:
    """Whether the text is one piece of at most half its length, again and again."""
    return re.fullmatch(r"(.{1,8}?)\1+.{0,3}", text, re.S) is not None


def _walks(text: str) -> bool:
    """Whether the text goes along the alphabet, the numbers or a row of the keyboard, either way."""
    rows = [row for one in ROWS for row in (one, one[::-1])]
    steps = sum(any(text[at : at + 3] in row for row in rows) for at in range(len(text) - 2))
    return steps >= 0.7 * (len(text) - 2)


def _made_of(letters: str, words: frozenset[str] | set[str]) -> bool:
    """Whether nothing but one common word, up to three times, is left when figures and signs are taken away."""
    return letters == "" or any(
        letters == word * times for word in words if len(word) > 2 for times in (1, 2, 3)
    )


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(word for word in lines.split() if not word.startswith("#"))
