"""What differs between two registers, in the words of those who keep them."""

from __future__ import annotations

from dataclasses import dataclass

from intake.checklist.comparison import KINDS, Change, Comparison, Difference, Value
from intake.checklist.conditions import Node
from intake.checklist.description import Describer
from intake.checklist.indicator_parts import NationalityGroup
from intake.checklist.parts import (
    Authority,
    Cause,
    Check,
    Choice,
    Citation,
    FactDefinition,
    Gate,
    NamedCondition,
    Part,
    Text,
)
from intake.checklist.register import Register
from intake.checklist.uses import touched_by
from intake.checklist.wording import Phrases, citation_label


@dataclass(frozen=True)
class ChangeSaid:
    """One change in words: which value, what it was and is, and all of it as a sentence."""

    change: Change
    value: str
    old: str
    new: str
    sentence: str


@dataclass(frozen=True)
class DifferenceSaid:
    """A part that came, went or changed, in words."""

    difference: Difference
    name: str
    state: str
    changes: tuple[ChangeSaid, ...]
    touches: tuple[str, ...]
    """The ids of the checks, gates and alerts that a changed condition moves."""


@dataclass(frozen=True)
class ComparisonSaid:
    """A comparison in words, its parts gathered under the name of their kind."""

    head: tuple[ChangeSaid, ...]
    kinds: tuple[tuple[str, tuple[DifferenceSaid, ...]], ...]


def say_comparison(comparison: Comparison, phrases: Phrases) -> ComparisonSaid:
    """The comparison in the phrases' language."""
    sayer = _Sayer(comparison, phrases)
    kinds: list[tuple[str, tuple[DifferenceSaid, ...]]] = []
    for kind in KINDS:
        parts = tuple(sayer.difference(part) for part in comparison.of(kind))
        if parts:
            kinds.append((phrases.say(f"kinds_{kind}"), parts))
    return ComparisonSaid(tuple(map(sayer.head, comparison.head)), tuple(kinds))


class _Sayer:
    def __init__(self, comparison: Comparison, phrases: Phrases) -> None:
        self.comparison, self.phrases = comparison, phrases
        self.old = _Values(comparison.old, phrases)
        self.new = _Values(comparison.new, phrases)

    def head(self, change: Change) -> ChangeSaid:
        return self._change(change, None, None)

    def difference(self, part: Difference) -> DifferenceSaid:
        touches: tuple[str, ...] = ()
        if part.kind == "condition" and part.state == "changed":
            touched = touched_by(self.comparison.new, "condition", part.id)
            touches = tuple(touched_id for _, touched_id in touched)
        shown = part.new or part.old
        return DifferenceSaid(
            part,
            name_of(shown, self.phrases.language) if shown else part.id,
            self.phrases.say(f"diff_{part.state}"),
            tuple(self._change(change, part.old, part.new) for change in part.changes),
            touches,
        )

    def _change(self, change: Change, old: Part | None, new: Part | None) -> ChangeSaid:
        value = self._path(change.path)
        was = self.old.said(change.path, change.old, old)
        now = self.new.said(change.path, change.new, new)
        sentence = self.phrases.say("diff_change", value=value, old=was, new=now)
        return ChangeSaid(change, value, was, now, sentence)

    def _path(self, path: tuple[str, ...]) -> str:
        """The keys that lead to a value, in words; the language in brackets."""
        phrases = self.phrases
        words: list[str] = []
        keys = path[:-1] if path[-1] in ("en", "es") else path
        for index, key in enumerate(keys or ("text",)):
            if index == 1 and keys[0] == "choices":
                words[-1] += f" {phrases.quoted(key)}"
            else:
                words.append(
                    phrases.say(f"field_{key}") if f"field_{key}" in phrases.words else key
                )
        said = ", ".join(words)
        return said if path == keys else f"{said} ({phrases.say(f'language_{path[-1]}')})"


@dataclass(frozen=True)
class _Values:
    """Says the values of one of the two registers."""

    register: Register
    phrases: Phrases

    def said(self, path: tuple[str, ...], value: Value, part: Part | None) -> str:
        describe, say = Describer(self.register, self.phrases), self.phrases.say
        if isinstance(part, Check) and path == ("clocks",):
            return "; ".join(describe.clocks(part)) or say("said_no_clock")
        if isinstance(part, Check) and path == ("gap_if",):
            return describe.gap(part).sentence
        if isinstance(part, Check | Gate) and path == ("applies_if",):
            return describe.clause(part.applies_if).sentence
        match path:
            case ("section",):
                section = self.register.section(str(value))
                return self.phrases.quoted(section.title[self.phrases.language] if section else "")
            case ("responsible", _):
                return self.register.authorities[str(value)].name[self.phrases.language]
            case ("severity" | "overdue",) if value:
                return say(f"severity_{value}")
            case ("reviewed",):
                return say("said_reviewed" if value else "said_unreviewed")
            case ("level",):
                return say(f"level_{value}")
            case ("addressee",) if isinstance(value, tuple):
                return self.phrases.together(say(f"country_{one}") for one in value)
        quoted = path[-1] in ("en", "es")
        return self.phrases.quoted(str(value)) if quoted else self._plain(value)

    def _plain(self, value: Value) -> str:
        say, language = self.phrases.say, self.phrases.language
        match value:
            case None | ():
                return say("said_nothing")
            case bool():
                return say("flag_yes" if value else "flag_no")
            case Text():
                return self.phrases.quoted(value[language])
            case Node():
                return Describer(self.register, self.phrases).clause(value).sentence  # type: ignore[arg-type]
            case Citation():
                return citation_label(self.register, value, language)
            case Choice():
                return self.phrases.quoted(value.label[language])
            case Part():
                values = [getattr(value, key) for key in type(value).model_fields]
                first, *rest = [self._plain(one) for one in values if one not in (None, ())]
                return f"{first} ({', '.join(rest)})" if rest else first
            case tuple():
                between = "; " if isinstance(value[0], Part) else ", "
                return between.join(self._plain(one) for one in value)
        return str(value)


def name_of(part: Part, language: str) -> str:
    """What a reader calls the part."""
    match part:
        case Text():
            return part[language]
        case NamedCondition():
            return part.because.yes[language]
        case FactDefinition():
            return part.short[language]
        case Authority():
            return part.name[language]
        case Cause() | NationalityGroup():
            return part.label[language]
    title = getattr(part, "title", None)
    return title[language] if isinstance(title, Text) else str(getattr(part, "id", ""))
