"""A team's board: what its cases say today and by quarter. Reads running totals only, never a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from intake.checklist.indicator_parts import REST
from intake.checklist.register import Register
from intake.checklist.steps import median, p90
from intake.checklist.tallies import ANY, OPEN
from intake.models import Tally, TallyState, User
from intake.services.counts import fold_all
from intake.services.desk import Desk

QUARTERS = 8
"""The newest so many are told one by one."""


@dataclass(frozen=True)
class Lengths:
    """How long something took: of how many children, the median and the 90th percentile in hours."""

    n: int
    median: int | None
    p90: int | None

    @classmethod
    def of(cls, steps: Mapping[int, int]) -> Lengths:
        """The lengths of that table of steps."""
        return cls(sum(steps.values()), median(steps), p90(steps))


@dataclass(frozen=True)
class Share:
    """How many children counted stand in a group."""

    measure: str
    group: str
    n: int
    of: int


@dataclass(frozen=True)
class Board:
    """The figures of one team. Quarters are those of the first contact, oldest first."""

    quarters: tuple[str, ...]
    cases: int
    cases_by_quarter: Mapping[str, int]
    gaps: Mapping[tuple[str, str], int]
    """Children with a gap, by section and severity."""
    gaps_by_quarter: Mapping[tuple[str, str], int]
    """Children with a gap, by quarter and severity."""
    gates: Mapping[tuple[str, bool], int]
    overdue: Mapping[str, int]
    lengths: Mapping[str, Lengths]
    lengths_by_quarter: Mapping[tuple[str, str], Lengths]
    """By timing and quarter."""
    shares: tuple[Share, ...]
    whole: bool
    """Whether every case is counted, and every save so far."""


def timings_of(register: Register) -> tuple[str, ...]:
    """The timings that run from the first contact: what a board shows."""
    return tuple(
        f"{indicator.id}.{timing.id}"
        for indicator in register.indicators.values()
        for timing in indicator.timings
        if timing.from_ == "encounter_at"
    )


def board_of(desk: Desk, person: User) -> Board:
    """The board of the person's team, up to the last save."""
    folded = fold_all(desk)
    session, register = desk.session, desk.register
    rows = session.execute(
        select(Tally.quarter, Tally.measure, Tally.cell, func.sum(Tally.n))
        .where(Tally.team_id == (person.team_id or -1), Tally.dimension == "")
        .group_by(Tally.quarter, Tally.measure, Tally.cell)
    ).all()
    complete = session.scalar(select(TallyState.complete).where(TallyState.id == 1))
    return _board(register, [(q, m, c, int(n)) for q, m, c, n in rows], folded and bool(complete))


def _board(register: Register, rows: list[tuple[str, str, str, int]], whole: bool) -> Board:
    timings = timings_of(register)
    all_quarters = sorted({quarter for quarter, *_rest in rows})
    shown = tuple(all_quarters[-QUARTERS:])
    cases: Counter[str] = Counter()
    gaps: Counter[tuple[str, str]] = Counter()
    by_severity: Counter[tuple[str, str]] = Counter()
    gates: Counter[tuple[str, bool]] = Counter()
    overdue: Counter[str] = Counter()
    steps: dict[str, Counter[int]] = {timing: Counter() for timing in timings}
    steps_in: dict[tuple[str, str], Counter[int]] = {}
    groups: Counter[tuple[str, str]] = Counter()
    for quarter, measure, cell, n in rows:
        match measure:
            case "case":
                cases[quarter] += n
            case "gap":
                section, severity = cell.split(":")
                if section == ANY:
                    by_severity[quarter, severity] += n
                else:
                    gaps[section, severity] += n
            case "gate":
                gate, state = cell.split(":")
                gates[gate, state == OPEN] += n
            case "overdue":
                overdue[cell] += n
            case _ if measure in steps:
                steps[measure][int(cell)] += n
                steps_in.setdefault((measure, quarter), Counter())[int(cell)] += n
            case _:
                groups[measure, cell] += n
    return Board(
        quarters=shown,
        cases=cases.total(),
        cases_by_quarter=cases,
        gaps=gaps,
        gaps_by_quarter=by_severity,
        gates=gates,
        overdue=overdue,
        lengths={timing: Lengths.of(steps[timing]) for timing in timings},
        lengths_by_quarter={key: Lengths.of(counted) for key, counted in steps_in.items()},
        shares=tuple(_shares(register, groups)),
        whole=whole,
    )


def _shares(register: Register, groups: Counter[tuple[str, str]]) -> list[Share]:
    found = []
    for indicator in register.indicators.values():
        for measure in indicator.counts:
            key = f"{indicator.id}.{measure.id}"
            ids = [*(group.id for group in measure.groups), REST]
            keys = {key}
            if measure.by_authority:
                keys = {one for one, _group in groups if one.startswith(f"{key}.")}
            for one in sorted(keys):
                of = sum(groups[one, group] for group in ids)
                found += [
                    Share(one, group.id, groups[one, group.id], of) for group in measure.groups
                ]
    return found


__all__ = ["QUARTERS", "Board", "Lengths", "Share", "board_of", "timings_of"]
