"""In which cells of the running totals a coded case stands: of its team's board, and of the figures of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from intake.checklist.indicators import DIMENSIONS, Coded

CASES, GAP, GATE, OVERDUE = "case", "gap", "gate", "overdue"
"""What is counted beside the measures and timings of the rules."""
OPEN, SHUT = "open", "shut"
ANY = "any"
"""In the place of a section: a gap in whichever."""


class Cell(NamedTuple):
    """One running total."""

    quarter: str
    country: str
    measure: str
    dimension: str
    """Empty for the total."""
    value: str
    cell: str


def team_cells(coded: Coded) -> Iterator[Cell]:
    """Where the case stands on its team's board: totals only."""
    for measure, cell in (*_counted(coded), *_board(coded)):
        yield Cell(coded.quarter, coded.country, measure, "", "", cell)


def national_cells(coded: Coded) -> Iterator[Cell]:
    """Where the child stands in the figures of all: the measures by each trait as well. An adult stands nowhere."""
    if not coded.child:
        return
    yield from team_cells(coded)
    for measure, cell in _counted(coded):
        for dimension, value in zip(DIMENSIONS, coded.traits, strict=True):
            yield Cell(coded.quarter, coded.country, measure, dimension, value, cell)


def _counted(coded: Coded) -> Iterator[tuple[str, str]]:
    yield CASES, ""
    yield from coded.groups.items()
    for timing, step in coded.steps.items():
        yield timing, str(step)


def _board(coded: Coded) -> Iterator[tuple[str, str]]:
    yield from ((GAP, gap) for gap in coded.gaps)
    for severity in sorted({gap.rpartition(":")[2] for gap in coded.gaps}):
        yield GAP, f"{ANY}:{severity}"
    for gate, is_open in coded.gates.items():
        yield GATE, f"{gate}:{OPEN if is_open else SHUT}"
    yield from ((OVERDUE, authority) for authority in coded.overdue)


def changes(team_id: int, before: Coded | None, after: Coded | None) -> Counter[tuple[int, Cell]]:
    """What a case's change does to the totals of its team and of all; team 0 stands for all."""
    counted: Counter[tuple[int, Cell]] = Counter()
    for coded, sign in ((before, -1), (after, 1)):
        if coded is None:
            continue
        for cell in national_cells(coded):
            counted[0, cell] += sign
        if team_id:
            for cell in team_cells(coded):
                counted[team_id, cell] += sign
    return counted


__all__ = [
    "ANY",
    "CASES",
    "GAP",
    "GATE",
    "OPEN",
    "OVERDUE",
    "SHUT",
    "Cell",
    "changes",
    "national_cells",
    "team_cells",
]
