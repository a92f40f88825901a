"""``intake rules explain``: everything about one check, gate or recommendation, to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intake.commands.errors import fail
from intake.commands.rules.folder import (
    folder_argument,
    language_option,
    open_rules,
    phrases_in,
    screen_width,
    wrapped,
)

if TYPE_CHECKING:
    from intake.checklist.clauses import Clause
    from intake.checklist.description import (
        CheckDescription,
        Cited,
        GateDescription,
        Named,
        NamedClause,
        RecommendationDescription,
        UsedBy,
    )
    from intake.checklist.parts import Language
    from intake.checklist.register import Register
    from intake.checklist.wording import Phrases

Lines = Iterator[tuple[int, str]]
"""How deep a line stands, and the line."""


@click.command()
@click.argument("part_id", metavar="CHECK|GATE|RECOMMENDATION")
@folder_argument
@language_option
def explain(part_id: str, folder: Path | None, language: Language) -> None:
    """Say everything about one check, gate or recommendation, by its id.

    FOLDER is another register than the program's.
    """
    register = open_rules(folder)
    _refuse_unknown(register, part_id)
    width = screen_width()
    for depth, line in _lines(register, part_id, phrases_in(register, language)):
        mark = "- " if depth > 1 else ""
        indent = 2 * depth
        click.echo(wrapped(mark + line, width, indent, then=indent + len(mark)) if line else "")


def _refuse_unknown(register: Register, part_id: str) -> None:
    from difflib import get_close_matches

    known = (*register.checks, *register.gates, *register.recommendations)
    if part_id in known:
        return
    spelt = {name.casefold(): name for name in known}
    close = [spelt[name] for name in get_close_matches(part_id.casefold(), spelt, n=3, cutoff=0.5)]
    hint = f"; did you mean {' or '.join(close)}?" if close else "; `intake rules list` names all"
    fail(part_id, f"no check, gate or recommendation has this id{hint}")


def _lines(register: Register, part_id: str, phrases: Phrases) -> Lines:
    from intake.checklist.description import Describer

    describe = Describer(register, phrases)
    if part_id in register.checks:
        yield from _check(describe.check(register.checks[part_id]), phrases)
    elif part_id in register.gates:
        yield from _gate(describe.gate(register.gates[part_id]), phrases)
    else:
        recommendation = register.recommendations[part_id]
        yield from _recommendation(describe.recommendation(recommendation), phrases)


def _check(said: CheckDescription, phrases: Phrases) -> Lines:
    yield 0, f"{said.id}  {said.title}"
    heading = _Headings(phrases)
    yield from heading("section", [said.section])
    yield from heading("question", [said.question])
    yield from heading("help", [said.help])
    yield from heading("answers", [phrases.either(said.answers)])
    yield from heading.clause("applies_if", said.applies)
    yield from heading.clause("gap_if", said.gap)
    yield from heading("severity", [said.severity])
    yield from heading("clocks", said.clocks or [phrases.say("said_no_clock")])
    yield from heading("action", [said.action])
    yield from heading("responsible", said.responsible)
    yield from heading("recommendations", _named(said.recommendations))
    yield from heading("basis", [_cited(one, phrases) for one in said.basis])
    yield from heading.conditions(said.conditions)
    yield from heading.uses(said.uses)


def _gate(said: GateDescription, phrases: Phrases) -> Lines:
    yield 0, f"{said.id}  {said.title}"
    heading = _Headings(phrases)
    yield from heading.clause("applies_if", said.applies)
    yield from heading.clause("opens_if", said.opens)
    yield from heading("shut", [said.shut])
    yield from heading("open", [said.open])
    yield from heading("recommendations", _named(said.recommendations))
    yield from heading.conditions(said.conditions)
    yield from heading.uses(said.uses)


def _recommendation(said: RecommendationDescription, phrases: Phrases) -> Lines:
    yield 0, f"{said.id}  {said.title}"
    heading = _Headings(phrases)
    yield from heading("text", [said.text])
    yield from heading("addressee", [said.addressee])
    yield from heading("level", [said.level])
    yield from heading("checks", _named(said.checks))
    yield from heading("indicators", _named(said.indicators))
    yield from heading("gates", _named(said.gates))


def _named(parts: Iterable[Named]) -> list[str]:
    return [f"{part.id}  {part.name}" for part in parts]


def _cited(cited: Cited, phrases: Phrases) -> str:
    mark = phrases.say("said_reviewed" if cited.reviewed else "said_unreviewed")
    return f"{cited.label}  {cited.title} [{mark}]"


class _Headings:
    """Writes one heading with what stands below it."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def __call__(self, field: str, lines: Sequence[str]) -> Lines:
        yield from self._heading(field)
        for line in lines or [self.phrases.say("said_nothing")]:
            yield 1, line

    def clause(self, field: str, clause: Clause) -> Lines:
        yield from self._heading(field)
        yield from clause.lines(1)

    def conditions(self, conditions: Sequence[NamedClause]) -> Lines:
        if not conditions:
            return
        yield from self._heading("conditions")
        for named in conditions:
            yield 1, f"{named.id}  {named.words}"
            yield from named.holds.lines(2)

    def uses(self, uses: Sequence[UsedBy]) -> Lines:
        yield from self("uses", [f"{use.kind} {use.id}  {use.name}: {use.where}" for use in uses])

    def _heading(self, field: str) -> Lines:
        word = self.phrases.say(f"field_{field}")
        yield 0, ""
        yield 0, word[:1].upper() + word[1:]
