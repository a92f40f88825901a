"""The course of a case: what happened and what is due, in time, as a drawing and as a list of the same.

Moments stand at even distances, with the time between them written: what is days apart and what is months apart can
both be read. Each mark carries the number under which the list says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Literal

from intake.documents.times import Times

Kind = Literal["event", "evidence", "overdue", "deadline", "review", "decision"]
LANES: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("event", ("event",)),
    ("evidence", ("evidence",)),
    ("deadline", ("overdue", "deadline")),
    ("review", ("review", "decision")),
)
"""The rows of the drawing, and the kinds that stand in each."""
COLUMNS = 13
"""Moments side by side; with more of them, the drawing goes on below."""
MOST_COLUMNS = 3 * COLUMNS
"""The drawing holds no more than these; the list holds all."""

LEAST_BESIDE, MOST_BESIDE, LONGEST = 4, 24, 2400
"""Lines, and letters in all of them, of a list that is set in two columns."""
WIDTH, LABEL, LANE, HEAD, FOOT = 720, 92, 19, 4, 30
"""Measures of the drawing, a quarter of a millimetre each."""


@dataclass(frozen=True)
class Happening:
    """Something at a moment, in the reader's words."""

    at: datetime
    kind: Kind
    words: str
    day_only: bool = False
    """Whether only the day is known; ``at`` is then its beginning."""


@dataclass(frozen=True)
class Line:
    """A line of the list: its number in the drawing, when, and what."""

    number: int
    when: str
    kind: Kind
    words: str


@dataclass(frozen=True)
class Mark:
    """A mark in the drawing: where, and the numbers it stands for."""

    x: float
    y: float
    kind: Kind
    numbers: str


@dataclass(frozen=True)
class Tick:
    """A moment on the axis; ``gap`` is the time since the one before, at ``gap_x``."""

    x: float
    day: str
    gap: str
    gap_x: float


@dataclass(frozen=True)
class Band:
    """One strip of the drawing, below the one before."""

    top: float
    lanes: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    now_x: float | None


@dataclass(frozen=True)
class Course:
    """All that is drawn, and all that is listed."""

    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    height: float
    drawn: int
    """How many of the list's lines the drawing shows."""

    @property
    def halves(self) -> tuple[tuple[Line, ...], ...]:
        """The list as it stands side by side; in one piece where it is too long for that."""
        count = len(self.lines)
        if (
            not LEAST_BESIDE <= count <= MOST_BESIDE
            or sum(len(one.words) for one in self.lines) > LONGEST
        ):
            return (self.lines,)
        middle = (count + 1) // 2
        return (self.lines[:middle], self.lines[middle:])

    @property
    def width(self) -> int:
        """Of the drawing."""
        return WIDTH


def course(happenings: Iterable[Happening], now: datetime, times: Times) -> Course:
    """The course of a case, with a line between what was and what is to come."""
    ordered = sorted(happenings, key=lambda one: (one.at, _lane(one.kind)))
    lines = tuple(
        Line(number, _when(one, times), one.kind, one.words)
        for number, one in enumerate(ordered, 1)
    )
    numbered = list(zip(ordered, lines, strict=True))
    columns = [list(group) for _at, group in groupby(numbered, key=lambda pair: pair[0].at)]
    shown = _nearest(columns, now)
    pieces = [shown[start : start + COLUMNS] for start in range(0, len(shown), COLUMNS)]
    bands = []
    top = 0.0
    for index, piece in enumerate(pieces):
        before = pieces[index - 1][-1] if index else None
        band = _band(piece, before, now, times, top, last=index == len(pieces) - 1)
        bands.append(band)
        top += HEAD + LANE * len(band.lanes) + FOOT
    return Course(tuple(bands), lines, top, sum(len(column) for column in shown))


def _when(one: Happening, times: Times) -> str:
    return times.day(one.at.astimezone(times.zone)) if one.day_only else times.clock(one.at)


Column = list[tuple[Happening, Line]]


def _lane(kind: Kind) -> int:
    return next(index for index, (_name, kinds) in enumerate(LANES) if kind in kinds)


def _nearest(columns: Sequence[Column], now: datetime) -> list[Column]:
    """As many as the drawing holds, of those nearest to now."""
    nearest = sorted(columns, key=lambda column: abs(column[0][0].at - now))[:MOST_COLUMNS]
    return sorted(nearest, key=lambda column: column[0][0].at)


def _band(
    piece: Sequence[Column],
    before: Column | None,
    now: datetime,
    times: Times,
    top: float,
    *,
    last: bool,
) -> Band:
    present = sorted({_lane(one.kind) for column in piece for one, _line in column})
    rows = {lane: top + HEAD + LANE * (place + 0.5) for place, lane in enumerate(present)}
    step = (WIDTH - LABEL) / max(len(piece), 6)
    places = [LABEL + step * (index + 0.5) for index in range(len(piece))]
    marks: list[Mark] = []
    ticks: list[Tick] = []
    earlier = before[0][0].at if before else None
    for x, column in zip(places, piece, strict=True):
        at = column[0][0].at
        gap = times.span(earlier, at) if earlier else ""
        ticks.append(Tick(x, times.short_day(at), gap, x - step / 2))
        marks += _marks(column, x, rows)
        earlier = at
    return Band(
        top,
        tuple((y, LANES[lane][0]) for lane, y in rows.items()),
        tuple(marks),
        tuple(ticks),
        _now_at(piece, places, step, now, before, last=last),
    )


def _marks(column: Column, x: float, rows: dict[int, float]) -> Iterator[Mark]:
    for lane, group in groupby(column, key=lambda pair: _lane(pair[0].kind)):
        pairs = list(group)
        first, final = pairs[0][1].number, pairs[-1][1].number
        numbers = str(first) if first == final else f"{first}\N{EN DASH}{final}"
        kind: Kind = min((one.kind for one, _line in pairs), key=LANES[lane][1].index)
        yield Mark(x, rows[lane], kind, numbers)


def _now_at(
    piece: Sequence[Column],
    places: Sequence[float],
    step: float,
    now: datetime,
    before: Column | None,
    *,
    last: bool,
) -> float | None:
    """Where the line between past and future stands in this band, if it stands in it."""
    moments = [column[0][0].at for column in piece]
    if now < moments[0]:
        here = before is None or now >= before[0][0].at
        return places[0] - step / 2 if here else None
    for place, (left, right) in zip(places, pairwise(moments), strict=False):
        if left <= now < right:
            return place + step / 2
    return places[-1] + step / 2 if last else None
