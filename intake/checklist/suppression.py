"""Which figures are published, so that none tells of fewer than ten children, by itself or by subtraction.

What is published of one quarter and one country, of each measure: how many children each group has, and the same by
each breakdown (state, authority, nationality, age, sex). Nothing is ever added up over countries, quarters or measures,
and breakdowns are never crossed: the only sums that a reader can use are those of one breakdown to its total.

- A breakdown's row is held back where any of its groups, numerator or the rest, has fewer than ten children; none is
  as telling as few, so a group of none is held back too.
- Then rows are held back beside it, the smallest first, until two or more are, which together hold at least ten children
  in each group. So the difference between the total and the rows that are shown is never about fewer than ten, and
  never about one row.
- A row whose number of children is held back is held back in every measure of the same children, so that no other
  measure tells it.

Then every group of every row held back could be any of at least ten numbers, as far as the published figures tell
(``tests/checklist/test_suppression.py`` tries all tables that would look the same). A quarter is published once, and
never again with other figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

LEAST = 10
"""Fewer children are never told of."""

Counts = tuple[int, ...]
"""How many children stand in each group, the rest last."""
Rows = Mapping[str, Counts]
"""By the value of a breakdown."""


@dataclass(frozen=True)
class Shown:
    """What is published of a measure: None where it is held back."""

    children: int | None
    groups: Counts | None
    rows: Mapping[str, Mapping[str, Counts | None]]
    """By breakdown, and by its value. Values of no children are left out."""


def held_back_children(rows: Mapping[str, int]) -> frozenset[str]:
    """The rows of a breakdown whose number of children is not told."""
    present = {value: n for value, n in rows.items() if n}
    small = {value for value, n in present.items() if n < LEAST}
    return _with_company({value: (n,) for value, n in present.items()}, small)


def held_back(rows: Rows, already: frozenset[str]) -> frozenset[str]:
    """The rows of a breakdown whose groups are not told; ``already``: those whose number of children is not."""
    present = {value: counts for value, counts in rows.items() if sum(counts)}
    small = {value for value, counts in present.items() if min(counts) < LEAST}
    return _with_company(present, small | (already & present.keys()))


Some = TypeVar("Some", bound=tuple[int, ...])


def _with_company(rows: Mapping[str, Some], wanted: set[str]) -> frozenset[str]:
    """The rows to hold back, with as many more beside them as it takes that subtraction tells nothing."""
    held = set(wanted)
    waiting = sorted(rows.keys() - held, key=lambda value: (sum(rows[value]), value))
    while held and waiting and not _safe([rows[value] for value in held]):
        held.add(waiting.pop(0))
    return frozenset(held)


def _safe(rows: list[Some]) -> bool:
    """Whether the sum of what is held back tells of no row, and of no fewer than ten children in a group.

    A row whose number of children is told has ten or more, and so have the others beside it together: that is enough
    for each of its groups to be any of ten numbers. One row alone is never enough, having fewer in a group.
    """
    columns: list[int] = [sum(column) for column in zip(*rows, strict=True)]
    return min(columns) >= LEAST


def show(
    groups: Counts, breakdowns: Mapping[str, Rows], hidden: Mapping[str, frozenset[str]]
) -> Shown:
    """What is published of a measure; ``hidden``: by breakdown, the rows whose number of children is not told."""
    children = sum(groups)
    if children < LEAST:
        return Shown(None, None, {})
    if min(groups) < LEAST:
        return Shown(children, None, {})
    rows: dict[str, dict[str, Counts | None]] = {}
    for dimension, values in breakdowns.items():
        held = held_back(values, hidden.get(dimension, frozenset()))
        rows[dimension] = {
            value: None if value in held else counts
            for value, counts in values.items()
            if sum(counts)
        }
    return Shown(children, groups, rows)


__all__ = ["LEAST", "Counts", "Rows", "Shown", "held_back", "held_back_children", "show"]
