"""What a register needs before it is fit for use, beyond being whole: nothing idle, nothing untranslated.

:mod:`intake.checklist.consistency` refuses what cannot work; this names what works and is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from string import Formatter

from pydantic import BaseModel

from intake.checklist.coverage import checks_for, indicators_for
from intake.checklist.parts import FactDefinition, Part, Section, Text
from intake.checklist.reading import Place
from intake.checklist.register import Register

Problem = tuple[Part | None, Place, str]
"""The part (none: words.yaml), where inside it, and what is wrong there."""

_WORD = re.compile(r"[^\W\d_]+")


def problems(
    register: Register, alike: Iterable[str], place: Callable[[Part | None, Place, str], str]
) -> list[str]:
    """One sentence for each thing that is missing, in the order of the rules.

    ``alike`` are the words that are the same in both languages.
    """
    known = frozenset(word.casefold() for word in alike)
    return [place(*problem) for problem in (*_idle(register), *_untranslated(register, known))]


def _idle(register: Register) -> Iterator[Problem]:
    for check in register.checks.values():
        if not check.recommendations and not check.basis:
            yield check, (), "has neither a recommendation nor a legal basis"
    for recommendation in register.recommendations.values():
        carried = checks_for(register, recommendation) or indicators_for(register, recommendation)
        if not carried:
            yield recommendation, (), "no check and no indicator carries it out"


def _untranslated(register: Register, alike: frozenset[str]) -> Iterator[Problem]:
    for part in _with_texts(register):
        for where, text in _texts(part, ()):
            for reason in _text(text, alike):
                yield part, where, reason
    for name, text in register.words.items():
        for reason in (*_text(text, alike), *_places(text)):
            yield None, (name,), reason


def _with_texts(register: Register) -> Iterator[Part]:
    """Every part whose texts are sentences; names of laws, authorities and languages may be alike."""
    for field in fields(register):
        value = getattr(register, field.name)
        if field.name in ("instruments", "authorities", "leaflet_translations"):
            continue
        for part in value.values() if isinstance(value, dict) else value:
            if isinstance(part, Section):
                yield part
                yield from part.checks
            elif isinstance(part, Part) and not isinstance(part, Text):
                yield part


def _texts(value: object, where: Place) -> Iterator[tuple[Place, Text]]:
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _texts(part, (*where, index))
    elif isinstance(value, BaseModel):
        # the lists in choices/ are names of countries, languages and places
        listed = isinstance(value, FactDefinition) and value.choices_from is not None
        for name, field in type(value).model_fields.items():
            if name == "checks" or (name == "choices" and listed):
                continue
            yield from _texts(getattr(value, name), (*where, field.alias or name))


def _text(text: Text, alike: frozenset[str]) -> Iterator[str]:
    for language in ("en", "es"):
        if not text[language].strip():
            yield f"the text in {language} is empty"
    words = _WORD.findall(_without_places(text.en))
    if text.en == text.es and not all(word.casefold() in alike for word in words):
        yield "the same text in both languages: translate it, or name its words under alike in register.yaml"


def _places(text: Text) -> Iterator[str]:
    found = {}
    for language in ("en", "es"):
        try:
            parsed = [
                name for _, name, _, _ in Formatter().parse(text[language]) if name is not None
            ]
        except ValueError:
            yield f"the braces in {language} do not pair"
            return
        found[language] = set(parsed)
        if any(not name.isidentifier() for name in parsed):
            yield f"a place in braces in {language} has no name"
    for language, other in (("en", "es"), ("es", "en")):
        for name in sorted(found[language] - found[other]):
            yield f"{{{name}}} stands in {language} and is missing in {other}"


def _without_places(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", " ", text)
