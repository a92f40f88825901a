"""Measuring on a machine that others use too: the processor's time, each thing beside its floor, turn by turn.

What is compared takes turns within one run, so that a noisy moment meets both. The processor's time is told, not the
clock's, except where waiting is what is measured.
"""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Do = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Times:
    """How long something took, time after time, in milliseconds."""

    each: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def spread(self) -> tuple[float, float]:
        """The 10th and the 90th percentile."""
        in_order = sorted(self.each)
        last = len(in_order) - 1
        return in_order[round(0.1 * last)], in_order[round(0.9 * last)]


def children() -> float:
    """The processor's time of this process's children that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def turns(*things: Do, times: int, clock: Clock = time.process_time) -> list[Times]:
    """So many times each of them, turn by turn, after one turn that does not count."""
    for do in things:
        do()
    found: list[list[float]] = [[] for _thing in things]
    for _turn in range(times):
        for place, do in enumerate(things):
            # what one left behind is not for the next to clear away
            gc.collect(2 if times <= 12 else 0)
            began = clock()
            do()
            found[place].append((clock() - began) * 1000)
    return [Times(tuple(one)) for one in found]


@dataclass(frozen=True)
class Line:
    """One line of the results."""

    what: str
    took: Times | float
    floor: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    unit: str = "ms"

    def told(self) -> str:
        """The line as a row of a table in Markdown."""
        if isinstance(self.took, Times):
            low, high = self.took.spread
            median, spread = (
                f"{_short(self.took.median)} {self.unit}",
                f"{_short(low)}–{_short(high)}",
            )
        else:
            median, spread = f"{_short(self.took)} {self.unit}", ""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {None: "", True: "met", False: "**not met**"}[self.met]
        return f"| {self.what} | {median} | {spread} | {self.floor} | {ratio} | {self.target} | {met} |"


def _short(number: float) -> str:
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.3f}"


def against(
    what: str, took: Times, floor_name: str, floor: Times, *, target: float | None = None
) -> Line:
    """Something beside its floor; ``target`` is the ratio to reach."""
    ratio = took.median / max(floor.median, 1e-9)
    told = f"{floor_name}: {_short(floor.median)} ms"
    if target is None:
        return Line(what, took, told, ratio)
    return Line(what, took, told, ratio, f"at most {target} ×", ratio <= target)


def within(what: str, took: Times, most: float, floor: str = "") -> Line:
    """Something that may take so many milliseconds."""
    return Line(what, took, floor, None, f"at most {most:g} ms", took.median <= most)


def table(title: str, lines: Sequence[Line]) -> str:
    """A table of these lines."""
    head = "| What | Median | 10–90 % | Floor, in the same run | Ratio | Target | |\n|---|---|---|---|---|---|---|"
    return "\n".join((f"## {title}", "", head, *(line.told() for line in lines), ""))
