"""What may stand on paper: every character is drawn, or shown by its code, or counted as left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont
from markupsafe import Markup

from intake.resources import resource_dir

TEXT_FACES = ("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic")
OTHER_SCRIPTS = ("NotoSansArabic-Regular", "NotoSansHebrew-Regular")
"""Fonts that a letter is taken from where the text's own lacks it; they have one weight."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, all but those that end a line
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of writing
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"  # selectors, tags, byte-order marks
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_LONG_WORD = re.compile(r"\S{60,}")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_MARKS}]{{3}})([{_MARKS}]+)")
"""More marks on a letter than any language writes would climb into the lines above."""
_STRIDE = 30
_FEW = 3


@dataclass(frozen=True)
class Drawable:
    """A document's HTML with nothing in it that its fonts cannot draw."""

    html: str
    by_code: tuple[str, ...]
    """The code points that are shown by their code, such as U+1F600, each once."""
    left_out: int
    """How many invisible characters were left out."""


def printable(value: object) -> object:
    """A text as a template puts it: one kind of line end, no empty lines, long words breakable."""
    if value is None:
        return ""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = _BLANK_LINES.sub("\n", _LINE_ENDS.sub("\n", value))
    return _LONG_WORD.sub(_breakable, text)


def drawable(html: str) -> Drawable:
    """The HTML with each character that has no glyph as its code, and without what cannot be seen.

    A code stands between single angle quotes, and says how often where it is repeated: ‹U+1F600 ×12›.
    """
    found: dict[str, None] = {}

    def by_code(run: str) -> str:
        code = f"U+{ord(run[0]):04X}"
        found[code] = None
        return f"‹{code}›" * len(run) if len(run) <= _FEW else f"‹{code} ×{len(run)}›"

    html, left_out = _INVISIBLE.subn("", html)
    html = _without_glyph().sub(lambda run: by_code(run[0]), html)
    html = _PILE.sub(lambda pile: pile[1] + "".join(by_code(run) for run in _runs(pile[2])), html)
    return Drawable(html, tuple(found), left_out)


def _breakable(word: re.Match[str]) -> str:
    """The word with places to break, none of them between a letter and its marks."""
    parts: list[str] = []
    since = 0
    for letter in word[0]:
        if since >= _STRIDE and not unicodedata.combining(letter):
            parts.append("\N{ZERO WIDTH SPACE}")
            since = 0
        parts.append(letter)
        since += 1
    return "".join(parts)


def _runs(text: str) -> Iterable[str]:
    return (run[0] for run in re.finditer(r"(.)\1*", text, re.S))


@cache
def _without_glyph() -> re.Pattern[str]:
    """Runs of one character that none of the fonts can draw."""
    covered = set.intersection(*(_characters(face) for face in TEXT_FACES))
    for face in OTHER_SCRIPTS:
        covered |= _characters(face)
    covered |= {ord("\t"), ord("\n")}
    ranges: list[list[int]] = []
    for code in sorted(covered):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    parts = "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in ranges)
    return re.compile(f"([^{parts}])\\1*")


def _characters(face: str) -> set[int]:
    with TTFont(resource_dir("static") / "fonts" / f"{face}.ttf", lazy=True) as font:
        return set(font.getBestCmap())
