"""Figures as drawings: where bars, points and labels lie. Drawn by templates/components/charts.html, on pages and paper.

Nothing is told by colour alone: bars carry their number, lines their name, each with a mark and a dash of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 340
_ROW, _BAR, _MOST = 38, 14, 270
_HEIGHT, _TOP, _LEFT, _RIGHT, _BOTTOM = 200, 12, 34, 108, 24
MARKS = ("square", "triangle", "diamond", "circle")
DASHES = ("none", "6 3", "2 3", "8 3 2 3")
_LABEL = 13
"""Least distance between two names at the end of lines."""


@dataclass(frozen=True)
class Bar:
    """One bar: its name above it, its number at its end."""

    label: str
    text: str
    y: int
    width: int
    pattern: int
    """Which of the four fillings."""
    href: str = ""


@dataclass(frozen=True)
class Bars:
    """Bars below each other."""

    bars: tuple[Bar, ...]
    height: int


def bars(rows: Sequence[tuple[str, int, str, int, str]]) -> Bars:
    """Bars of these rows: name, length, number as text, filling, address."""
    most = max((length for _label, length, *_rest in rows), default=0) or 1
    return Bars(
        tuple(
            Bar(label, text, place * _ROW, max(1, round(length / most * _MOST)), pattern, href)
            for place, (label, length, text, pattern, href) in enumerate(rows)
        ),
        len(rows) * _ROW,
    )


@dataclass(frozen=True)
class Point:
    """A value of a line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Line:
    """One line through its points; a column without a value is passed over."""

    name: str
    points: tuple[Point, ...]
    mark: str
    dash: str
    label_y: float

    @property
    def path(self) -> str:
        """The points as SVG takes them."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


@dataclass(frozen=True)
class Lines:
    """Several lines over the same quarters or months."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    """Height and text of the marks on the left."""
    columns: tuple[tuple[float, str], ...]
    """Place and text of the columns below."""
    height: int = _HEIGHT
    right: int = WIDTH - _RIGHT
    left: int = _LEFT


def lines(
    columns: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], unit: str = ""
) -> Lines:
    """Lines of these series: a name, and a value for each column or None."""
    most = max(
        (value for _name, values in series for value in values if value is not None), default=0
    )
    top = _rounded_up(most)
    span, depth = WIDTH - _RIGHT - _LEFT, _HEIGHT - _TOP - _BOTTOM
    step = span / max(1, len(columns) - 1)

    def x(column: int) -> float:
        return round(_LEFT + (column * step if len(columns) > 1 else span / 2), 1)

    def y(value: float) -> float:
        return round(_TOP + depth * (1 - value / top), 1)

    drawn = []
    for name, values in series:
        points = tuple(
            Point(x(place), y(value), f"{value:g}{unit}")
            for place, value in enumerate(values)
            if value is not None
        )
        if points:
            drawn.append((name, points))
    places = _apart([points[-1].y for _name, points in drawn])
    # every second or third name where there are many: they would run into each other
    every = 1 if len(columns) <= 4 else 2 if len(columns) <= 8 else 3
    return Lines(
        tuple(
            Line(name, points, MARKS[number % 4], DASHES[number % 4], places[number])
            for number, (name, points) in enumerate(drawn)
        ),
        tuple((y(top * part / 4), f"{top * part / 4:g}{unit}") for part in (0, 2, 4)),
        tuple(
            (x(place), text)
            for place, text in enumerate(columns)
            if (len(columns) - 1 - place) % every == 0
        ),
    )


def _rounded_up(most: float) -> int:
    for top in (4, 8, 20, 40, 60, 80, 100, 120, 200, 400, 800, 1200, 2000, 4000, 8000):
        if most <= top:
            return top
    return int(most)


def _apart(wanted: Sequence[float]) -> list[float]:
    """The heights with names kept apart, each as near to where it belongs as goes."""
    placed = list(wanted)
    last = float("-inf")
    for number in sorted(range(len(placed)), key=lambda one: placed[one]):
        placed[number] = last = max(placed[number], last + _LABEL)
    over = max(0.0, last - (_HEIGHT - _BOTTOM))
    return [height - over for height in placed]


__all__ = ["Bars", "Lines", "bars", "lines"]
