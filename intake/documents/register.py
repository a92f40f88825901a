"""The register on paper, for those who review it with a pen: every part with room for remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.checklist.clauses import Clause
from intake.checklist.comparison_words import name_of
from intake.checklist.description import Describer, Named
from intake.checklist.indicator_words import indicator_lines
from intake.checklist.parts import (
    Alert,
    Check,
    FactDefinition,
    Gate,
    Instrument,
    NamedCondition,
    Part,
    Recommendation,
    Text,
)
from intake.checklist.register import Register
from intake.checklist.wording import Phrases, citation_label
from intake.documents.rendering import PageSize, render_pdf

MOST_VALUES = 20
"""A longer list of choices lies in a file of its own and is only counted."""

Lines = tuple[tuple[int, str], ...]
"""How deep each line stands, and the line."""


@dataclass(frozen=True)
class Row:
    """One key of a part: its name, and its lines in each language."""

    labels: tuple[str, ...]
    cells: tuple[Lines, ...]
    severity: str = ""


@dataclass(frozen=True)
class ReviewRow:
    """Something to be ticked once it is reviewed."""

    names: tuple[str, ...]
    waiting: bool = False
    """Whether no lawyer has compared it with the official text yet."""


@dataclass(frozen=True)
class Entry:
    """A part of the register: its id, its name in each language, its keys, what to review in it."""

    id: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    reviews: tuple[ReviewRow, ...]


@dataclass(frozen=True)
class Chapter:
    """Entries under one heading; ``rows`` are the chapter's own keys."""

    anchor: str
    titles: tuple[str, ...]
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...] = ()


def render_register(
    register: Register, phrases: Sequence[Phrases], page_size: PageSize = "Letter"
) -> bytes:
    """The register as a tagged PDF (PDF/UA-1), in the languages of the phrases, side by side.

    The same register gives the same bytes. Raises ValueError for another paper.
    """
    return render_pdf(
        "pdf/register.html",
        page_size,
        register=register,
        languages=[one.language for one in phrases],
        chapters=tuple(_Pages(register, phrases).chapters()),
    )


class _Pages:
    def __init__(self, register: Register, phrases: Sequence[Phrases]) -> None:
        self.register, self.phrases = register, tuple(phrases)
        self.describers = tuple(Describer(register, one) for one in phrases)

    def chapters(self) -> Iterator[Chapter]:
        register = self.register
        for section in register.sections:
            intro = self._text("intro", section.intro)
            entries = tuple(self._check(check) for check in section.checks)
            yield Chapter(f"section-{section.id}", self._in(section.title), entries, (intro,))
        yield self._chapter("gate", map(self._gate, register.gates.values()))
        yield self._chapter("alert", map(self._alert, register.alerts))
        yield self._chapter("condition", map(self._condition, register.conditions.values()))
        yield self._chapter(
            "recommendation", map(self._recommendation, register.recommendations.values())
        )
        yield self._chapter(
            "indicator",
            (
                self._entry(
                    one,
                    self._text("measures", one.measures),
                    self._lines(
                        "counts", [tuple(indicator_lines(say, one)) for say in self.describers]
                    ),
                    self._same("recommendations", ", ".join(one.recommendations)),
                )
                for one in register.indicators.values()
            ),
        )
        yield self._chapter("instrument", map(self._instrument, register.instruments.values()))
        yield self._chapter(
            "authority",
            (
                self._entry(one, self._text("short", one.short), self._same("country", one.country))
                for one in register.authorities.values()
            ),
        )
        yield self._chapter("fact", map(self._fact, register.facts.values()))

    def _chapter(self, kind: str, entries: Iterable[Entry]) -> Chapter:
        return Chapter(f"kind-{kind}", self._each(f"kinds_{kind}"), tuple(entries))

    def _check(self, check: Check) -> Entry:
        said = [describe.check(check) for describe in self.describers]
        no_clock = self._each("said_no_clock")
        answers = self._lines("answers", [one.answers for one in said])
        rows = (
            self._text("question", check.question),
            self._text("help", check.help),
            *((answers,) if check.type != "yn" else ()),
            self._clauses("applies_if", [one.applies for one in said]),
            self._clauses("gap_if", [one.gap for one in said]),
            replace(
                self._lines("severity", [(one.severity,) for one in said]), severity=check.severity
            ),
            self._lines(
                "clocks",
                [one.clocks or (none,) for one, none in zip(said, no_clock, strict=True)],
            ),
            self._text("action", check.action),
            self._lines("responsible", [one.responsible for one in said]),
            self._named("recommendations", [one.recommendations for one in said]),
        )
        reviews = [
            ReviewRow(
                tuple(citation_label(self.register, one, p.language) for p in self.phrases),
                not self.register.instruments[one.instrument].reviewed,
            )
            for one in check.basis
        ]
        return self._entry(check, *rows, reviews=reviews)

    def _gate(self, gate: Gate) -> Entry:
        said = [describe.gate(gate) for describe in self.describers]
        return self._entry(
            gate,
            self._clauses("applies_if", [one.applies for one in said]),
            self._clauses("opens_if", [one.opens for one in said]),
            self._text("shut", gate.shut),
            self._text("open", gate.open),
            self._named("recommendations", [one.recommendations for one in said]),
        )

    def _alert(self, alert: Alert) -> Entry:
        return self._entry(alert, self._clauses("if", self._say(lambda one: one.alert(alert))))

    def _condition(self, named: NamedCondition) -> Entry:
        holds = self._say(lambda one: one.condition(named).holds)
        no = named.because.no
        rows = (self._text("no", no),) if no is not None else ()
        return self._entry(named, self._clauses("is", holds), *rows)

    def _recommendation(self, part: Recommendation) -> Entry:
        said = [describe.recommendation(part) for describe in self.describers]
        return self._entry(
            part,
            self._text("text", part.text),
            self._lines("addressee", [(one.addressee,) for one in said]),
            self._lines("level", [(one.level,) for one in said]),
            self._named("checks", [one.checks for one in said]),
            self._named("indicators", [one.indicators for one in said]),
            self._named("gates", [one.gates for one in said]),
        )

    def _instrument(self, part: Instrument) -> Entry:
        cited = [
            check.id
            for check in self.register.checks.values()
            if any(citation.instrument == part.id for citation in check.basis)
        ]
        return self._entry(
            part,
            self._text("short", part.short),
            self._text("published", part.published),
            self._same("checks", ", ".join(cited)),
            reviews=[ReviewRow(self._in(part.title), not part.reviewed)],
        )

    def _fact(self, fact: FactDefinition) -> Entry:
        values: tuple[Row, ...] = ()
        if len(fact.choices) > MOST_VALUES:
            counted = f"choices/{fact.choices_from}.yaml: {len(fact.choices)}"
            values = (self._same("choices", counted),)
        elif fact.choices:
            choices = [
                tuple(f"{choice.label[p.language]} ({choice.value})" for choice in fact.choices)
                for p in self.phrases
            ]
            values = (self._lines("choices", choices),)
        hint = (self._text("hint", fact.hint),) if fact.hint else ()
        return self._entry(
            fact,
            self._text("label", fact.label),
            *hint,
            self._same("kind", f"{fact.group}, {fact.kind}"),
            *values,
        )

    def _entry(self, part: Part, *rows: Row, reviews: Iterable[ReviewRow] = ()) -> Entry:
        part_id = str(getattr(part, "id", ""))
        names = tuple(name_of(part, one.language) for one in self.phrases)
        wording = ReviewRow(self._each("review_wording"))
        return Entry(part_id, names, rows, (*reviews, wording))

    def _labels(self, field: str) -> tuple[str, ...]:
        return tuple(word[:1].upper() + word[1:] for word in self._each(f"field_{field}"))

    def _text(self, field: str, text: Text) -> Row:
        return self._lines(field, [(words,) for words in self._in(text)])

    def _same(self, field: str, words: str) -> Row:
        return self._lines(field, [(words,) if words else ()] * len(self.phrases))

    def _named(self, field: str, named: Iterable[Sequence[Named]]) -> Row:
        return self._lines(field, [[f"{one.id} {one.name}" for one in some] for some in named])

    def _lines(self, field: str, lines: Iterable[Sequence[str]]) -> Row:
        pairs = zip(lines, self.phrases, strict=False)
        cells = tuple(tuple(some) or (one.say("said_nothing"),) for some, one in pairs)
        return Row(self._labels(field), tuple(tuple((0, line) for line in cell) for cell in cells))

    def _clauses(self, field: str, clauses: Iterable[Clause]) -> Row:
        return Row(self._labels(field), tuple(tuple(clause.lines()) for clause in clauses))

    def _say(self, what: Callable[[Describer], Clause]) -> list[Clause]:
        return [what(describe) for describe in self.describers]

    def _each(self, word: str) -> tuple[str, ...]:
        return tuple(one.say(word) for one in self.phrases)

    def _in(self, text: Text) -> tuple[str, ...]:
        return tuple(text[one.language] for one in self.phrases)
