"""The phrases of words.yaml in one language, and what is put together from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.checklist.parts import Check, Citation, Clock, Language, Severity, Text
from intake.checklist.register import Register


@dataclass(frozen=True)
class Phrases:
    """Says things in one language.

    The words may be those of another register than the one spoken of: an old register lacks the
    words that later ones need.
    """

    words: Mapping[str, Text]
    language: Language

    def say(self, word: str, /, **values: object) -> str:
        """The phrase of that name, with its places filled."""
        phrase = self.words[word][self.language]
        return phrase.format(**values) if values else phrase

    def severity(self, severity: Severity) -> str:
        """The word for a severity."""
        return self.say(f"severity_{severity}")

    def quoted(self, word: str) -> str:
        """The word between the language's quotation marks."""
        return self.say("said_quoted", word=word)

    def either(self, words: Iterable[str]) -> str:
        """A, B or C."""
        return self._listed(list(words), "list_or", ", ")

    def together(self, words: Iterable[str]) -> str:
        """A, B and C."""
        return self._listed(list(words), "list_and", ", ")

    def all_of(self, clauses: Sequence[str]) -> str:
        """Whole clauses that must hold together, told apart by semicolons."""
        return self._listed(clauses, "said_and", "; ")

    def any_of(self, clauses: Sequence[str]) -> str:
        """Whole clauses of which one must hold, told apart by semicolons."""
        return self._listed(clauses, "said_or", "; ")

    def _listed(self, parts: Sequence[str], word: str, between: str) -> str:
        if len(parts) < 2:
            return "".join(parts)
        return self.say(word, first=between.join(parts[:-1]), last=parts[-1])

    def answers(self, check: Check, values: Iterable[str]) -> str:
        """The answers as the form shows them, one or the other of them."""
        return self.either(self.quoted(self.answer(check, value)) for value in values)

    def answer(self, check: Check, value: str) -> str:
        """One answer as the form shows it."""
        if check.type == "yn":
            return self.say(f"answer_{value}")
        choice = check.choice(value)
        return choice.label[self.language] if choice else value

    def span(self, register: Register, clock: Clock) -> str:
        """How long after which event, such as 24 h after first contact."""
        within, fact = clock.within, register.facts[clock.from_]
        event = (fact.event or fact.short)[self.language]
        if within.hours is not None:
            span = self.say("span_hours", n=within.hours) if within.hours else ""
            span = span or self.say("span_at_once")
        elif within.days is not None:
            span = self.say("span_days", n=within.days)
        else:
            span = self.say("span_business_days", n=within.business_days)
        said = f"{span} {event}"
        if within.calendar is None:
            return said
        country = self.say(f"country_{within.calendar}")
        return self.say("said_calendar", span=said, country=country)


def citation_label(
    register: Register, citation: Citation, language: str, *, space: str = " "
) -> str:
    """The instrument by its short name, and the article as one cites it, with that space between."""
    instrument = register.instruments[citation.instrument]
    parts = [instrument.short[language], citation.article]
    if citation.article[:1].isdigit() and instrument.kind in ("treaty", "law", "regulation"):
        parts.insert(1, "art.")
    return space.join(part for part in parts if part)
