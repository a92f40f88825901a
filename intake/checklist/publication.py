"""The figures of a quarter as they are published: every cell that could tell of few children held back. Pure.

Of each country by itself: nothing is added up over countries. What is held back is None. Times are told as median and
90th percentile, never with the number of children they are of, which would be one more sum to subtract from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from intake.checklist.indicator_parts import REST, Measure
from intake.checklist.indicators import DIMENSIONS
from intake.checklist.register import Register
from intake.checklist.steps import median, p90
from intake.checklist.suppression import LEAST, Counts, held_back_children, show
from intake.checklist.tallies import ANY, CASES, GAP, GATE, OPEN, OVERDUE, SHUT, Cell

FORMAT = 1
ByValue = dict[str, dict[str, Counter[str]]]
"""By breakdown and its value: how many in each group or step. The total stands under no breakdown."""


def figures(register: Register, quarter: str, cells: Iterable[tuple[Cell, int]]) -> dict[str, Any]:
    """What is published of the quarter, ready for JSON."""
    countries: dict[str, dict[str, ByValue]] = {}
    for cell, n in cells:
        by = countries.setdefault(cell.country, {}).setdefault(cell.measure, {})
        by.setdefault(cell.dimension, {}).setdefault(cell.value, Counter())[cell.cell] += n
    return {
        "format": FORMAT,
        "quarter": quarter,
        "least": LEAST,
        "register": {"version": register.version, "sha256": register.sha256},
        "countries": {
            country: _country(register, country, counted)
            for country, counted in sorted(countries.items())
        },
    }


def _country(register: Register, country: str, counted: Mapping[str, ByValue]) -> dict[str, Any]:
    everybody = counted.get(CASES, {})
    children = _total(everybody)[""]
    rows = {
        dimension: {value: n[""] for value, n in everybody.get(dimension, {}).items()}
        for dimension in DIMENSIONS
    }
    told = children >= LEAST
    return {
        "children": children if told else None,
        "rows": {dimension: _children(values) for dimension, values in rows.items()}
        if told
        else {},
        "measures": {
            key: _measure(measure, counted[key])
            for key, measure in _measures(register, counted)
            if key in counted
        },
        "timings": {
            f"{indicator.id}.{timing.id}": _timing(counted[f"{indicator.id}.{timing.id}"])
            for indicator in register.indicators.values()
            for timing in indicator.timings
            if f"{indicator.id}.{timing.id}" in counted
        },
        "gaps": _parts(_kinds_of_gap(register), children, _total(counted.get(GAP, {}))),
        "overdue": _parts(_bodies(register, country), children, _total(counted.get(OVERDUE, {}))),
        "gates": {
            gate: _of_two(
                _total(counted.get(GATE, {}))[f"{gate}:{OPEN}"],
                _total(counted.get(GATE, {}))[f"{gate}:{SHUT}"],
            )
            for gate in register.gates
        },
    }


def _total(by: ByValue) -> Counter[str]:
    return by.get("", {}).get("", Counter())


def _children(values: Mapping[str, int]) -> dict[str, int | None]:
    held = held_back_children(values)
    return {value: None if value in held else n for value, n in sorted(values.items()) if n}


def _measures(register: Register, counted: Mapping[str, ByValue]) -> Iterable[tuple[str, Measure]]:
    for indicator in register.indicators.values():
        for measure in indicator.counts:
            key = f"{indicator.id}.{measure.id}"
            if measure.by_authority:
                yield from ((one, measure) for one in sorted(counted) if one.startswith(f"{key}."))
            else:
                yield key, measure


def _measure(measure: Measure, by: ByValue) -> dict[str, Any]:
    ids = measure.group_ids

    def counts(found: Counter[str]) -> Counts:
        return tuple(found[one] for one in ids)

    breakdowns = {
        dimension: {value: counts(found) for value, found in by.get(dimension, {}).items()}
        for dimension in DIMENSIONS
    }
    hidden = {
        dimension: held_back_children({value: sum(n) for value, n in rows.items()})
        for dimension, rows in breakdowns.items()
    }
    shown = show(counts(_total(by)), breakdowns, hidden)
    return {
        "children": shown.children,
        "groups": None if shown.groups is None else dict(zip(ids, shown.groups, strict=True)),
        "rows": {
            dimension: {
                value: None if n is None else dict(zip(ids, n, strict=True))
                for value, n in sorted(rows.items())
            }
            for dimension, rows in shown.rows.items()
        },
    }


def _timing(by: ByValue) -> dict[str, Any]:
    total = _lengths(_total(by))
    rows = {
        dimension: {
            value: _lengths(steps)
            for value, steps in sorted(by.get(dimension, {}).items())
            if steps
        }
        for dimension in DIMENSIONS
    }
    return {"lengths": total, "rows": rows if total else {}}


def _lengths(steps: Counter[str]) -> dict[str, int | None] | None:
    if steps.total() < LEAST:
        return None
    known = {int(step): n for step, n in steps.items()}
    return {"median": median(known), "p90": p90(known)}


def _kinds_of_gap(register: Register) -> list[str]:
    """Each severity of which there is a check, in any section and in each."""
    found = {
        (section.id, check.severity) for section in register.sections for check in section.checks
    }
    found |= {(ANY, severity) for _section, severity in found}
    return sorted(f"{section}:{severity}" for section, severity in found if severity != "none")


def _bodies(register: Register, country: str) -> list[str]:
    """Who may have to act in that country."""
    return sorted(
        one.id for one in register.authorities.values() if one.country in (country, "any")
    )


def _parts(names: list[str], children: int, counted: Counter[str]) -> dict[str, int | None]:
    """Parts of all children, each told where it and the others are enough; a part of nobody is held back too."""
    parts = {name: counted[name] for name in (*names, *sorted(counted.keys() - set(names)))}
    return {part: n if min(n, children - n) >= LEAST else None for part, n in parts.items()}


def _of_two(is_open: int, shut: int) -> dict[str, int | None]:
    told = min(is_open, shut) >= LEAST
    both = is_open + shut
    return {
        OPEN: is_open if told else None,
        SHUT: shut if told else None,
        "children": both if both >= LEAST else None,
    }


__all__ = ["FORMAT", "REST", "figures"]
