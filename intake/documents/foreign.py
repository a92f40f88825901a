"""Words of the other language inside a document, marked so that a voice says them as they are said."""

from __future__ import annotations

import re
from functools import cache

from intake.checklist.parts import Language

FOREIGN: dict[Language, tuple[str, tuple[str, ...]]] = {
    "en": ("es-MX", ("Procuraduría de Protección", "Procuraduría", "coadyuvancia", "suplencia")),
    "es": ("en", ("child advocate",)),
}
"""What the rules and documents of a language borrow, longest first. Names of people and places are no language's."""

_NOT_TEXT = r"<title>.*?</title>|<svg.*?</svg>|<style>.*?</style>|<[^>]*>"


def marked(html: str, language: Language) -> str:
    """The HTML of a document in that language, with each borrowed word inside a span that names its language."""
    tag, _words = FOREIGN[language]

    def mark(found: re.Match[str]) -> str:
        return f'<span lang="{tag}">{found[1]}</span>' if found[1] else found[0]

    return _pattern(language).sub(mark, html)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in FOREIGN[language][1])
    return re.compile(rf"{_NOT_TEXT}|\b({words})\b", re.S)
