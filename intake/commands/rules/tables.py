"""The parts of a register as tables that fit a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from intake.checklist.clauses import Clause
from intake.checklist.comparison_words import name_of
from intake.checklist.description import Describer
from intake.checklist.indicator_parts import Indicator
from intake.checklist.parts import (
    Alert,
    Authority,
    Check,
    FactDefinition,
    Gate,
    Instrument,
    NamedCondition,
    Recommendation,
    Section,
)
from intake.checklist.register import Register
from intake.checklist.wording import Phrases, citation_label

GAP, INDENT = 2, "  "
MOST_VALUES = 12
"""A longer list of values is only counted."""
LONGEST_WORD = 11
"""A longer word may be broken where the screen is narrow."""

COLUMNS: dict[str, tuple[tuple[str, int], ...]] = {
    "recommendations": (("title", 4), ("addressee", 2), ("level", 2), ("checks", 4)),
    "instruments": (("title", 5), ("kind", 1), ("reviewed", 2), ("published", 3)),
    "checks": (
        *(("title", 5), ("type", 1), ("severity", 2), ("clocks", 3)),
        *(("recommendations", 2), ("basis", 3), ("applies_if", 4)),
    ),
    "gates": (("title", 2), ("applies_if", 2), ("opens_if", 5)),
    "indicators": (("title", 3), ("measures", 5), ("recommendations", 2)),
    "alerts": (("title", 3), ("if", 6)),
    "authorities": (("name", 5), ("short", 3), ("country", 1)),
    "facts": (("label", 5), ("group", 1), ("kind", 1), ("choices", 4)),
    "conditions": (("because", 4), ("is", 6)),
}
"""The columns of each kind and how much room each asks for; an id stands over the first."""


def tables_of(
    register: Register, kinds: Sequence[str], phrases: Phrases, width: int
) -> Iterator[str]:
    """The lines of one table a kind, none wider than ``width`` unless an id is."""
    rows = _Rows(register, phrases)
    for index, kind in enumerate(kinds):
        if index:
            yield ""
        kept = getattr(register, kind)
        parts: list[Any] = list(kept.values() if isinstance(kept, dict) else kept)
        title = phrases.say(f"kinds_{_singular(kind)}")
        yield f"{title.upper()} ({len(parts)})"
        write: Callable[[Any], tuple[str, ...]] = getattr(rows, kind)
        heads = [_head(name, phrases) for name, _ in COLUMNS[kind]]
        cells = [write(part) for part in parts]
        shares = [share for _, share in COLUMNS[kind]]
        widths = _widths(heads, cells, shares, width - len(INDENT))
        yield from _row(heads, widths)
        yield INDENT + (" " * GAP).join("-" * one for one in widths)
        section: Section | None = None
        for part, row in zip(parts, cells, strict=True):
            if kind == "checks" and register.section_of[part.id] is not section:
                section = register.section_of[part.id]
                yield ""
                yield f"[{section.id}] {section.title[phrases.language]}"
            yield part.id
            yield from _row(row, widths)


def _head(name: str, phrases: Phrases) -> str:
    short = f"column_{name}"
    return phrases.say(short if short in phrases.words else f"field_{name}")


def _singular(kind: str) -> str:
    return "authority" if kind == "authorities" else kind.removesuffix("s")


def _widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int], width: int
) -> list[int]:
    """No column breaks a word of usual length or is wider than its longest line; the rest is shared."""
    columns = [[head, *cells] for head, *cells in zip(heads, *rows, strict=True)]
    least = [
        min(LONGEST_WORD, max(len(word) for cell in column for word in cell.split()))
        for column in columns
    ]
    natural = [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]
    room = width - GAP * (len(shares) - 1)
    widths, waiting = [0] * len(shares), set(range(len(shares)))
    while waiting:
        asked = sum(shares[index] for index in waiting)
        fair = {index: room * shares[index] // asked for index in waiting}
        fixed = {i: least[i] for i in waiting if fair[i] < least[i]}
        fixed = fixed or {i: natural[i] for i in waiting if natural[i] <= fair[i]} or fair
        for index, one in fixed.items():
            widths[index] = one
            room -= one
        waiting -= set(fixed)
    return widths


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    broken = [
        [part for line in cell.split("\n") for part in _broken(line, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for height in range(max(1, *map(len, broken))):
        parts = [lines[height] if height < len(lines) else "" for lines in broken]
        padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
        yield INDENT + (" " * GAP).join(padded).rstrip()


def _broken(line: str, width: int) -> list[str]:
    later = " " * (len(line) - len(line.lstrip(" -")))
    # an id is not broken at its hyphens where there is room for it
    narrow = width < 2 * LONGEST_WORD
    return textwrap.wrap(line, width, subsequent_indent=later, break_on_hyphens=narrow)


def _outline(clause: Clause) -> str:
    """The clause on one line; where it has parts, each on a line of its own."""
    return "\n".join(
        f"{'  ' * (depth - 1)}- {line}" if depth else line for depth, line in clause.lines()
    )


class _Rows:
    """One method for each kind, of the kind's name: the cells in the order of its columns."""

    def __init__(self, register: Register, phrases: Phrases) -> None:
        self.register, self.phrases = register, phrases
        self.describe, self.language = Describer(register, phrases), phrases.language

    def recommendations(self, part: Recommendation) -> tuple[str, ...]:
        said = self.describe.recommendation(part)
        carried = ", ".join(one.id for one in (*said.checks, *said.indicators))
        return (said.title, said.addressee, said.level, carried)

    def instruments(self, part: Instrument) -> tuple[str, ...]:
        mark = self.phrases.say("said_reviewed" if part.reviewed else "said_unreviewed")
        return (part.title[self.language], part.kind, mark, part.published[self.language])

    def checks(self, part: Check) -> tuple[str, ...]:
        cited = (citation_label(self.register, one, self.language) for one in part.basis)
        return (
            part.title[self.language],
            part.type,
            self.phrases.severity(part.severity),
            "; ".join(self.describe.clocks(part)),
            ", ".join(part.recommendations),
            "; ".join(cited),
            self.describe.clause(part.applies_if).sentence,
        )

    def gates(self, part: Gate) -> tuple[str, ...]:
        applies = _outline(self.describe.clause(part.applies_if))
        opens = _outline(self.describe.clause(part.opens_if))
        return (part.title[self.language], applies, opens)

    def indicators(self, part: Indicator) -> tuple[str, ...]:
        recommendations = ", ".join(part.recommendations)
        return (part.title[self.language], part.measures[self.language], recommendations)

    def alerts(self, part: Alert) -> tuple[str, ...]:
        return (part.title[self.language], _outline(self.describe.alert(part)))

    def authorities(self, part: Authority) -> tuple[str, ...]:
        return (part.name[self.language], part.short[self.language], part.country)

    def facts(self, part: FactDefinition) -> tuple[str, ...]:
        values = ", ".join(part.values) if len(part.values) <= MOST_VALUES else ""
        values = values or (str(len(part.values)) if part.values else "")
        return (part.label[self.language], part.group, part.kind, values)

    def conditions(self, part: NamedCondition) -> tuple[str, ...]:
        return (name_of(part, self.language), _outline(self.describe.clause(part.is_)))
