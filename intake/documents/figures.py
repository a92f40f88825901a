"""Published figures as tables: what report, workbook and page show. Takes what was published, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from intake.checklist.indicator_parts import Indicator, Measure
from intake.checklist.indicators import DIMENSIONS, UNKNOWN
from intake.checklist.parts import SEVERITIES, Language
from intake.checklist.register import Register
from intake.checklist.tallies import ANY
from intake.documents.figure_words import HELD, FigureWords

_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Figure:
    """A number of children and of how many; ``held`` where it is not told, None and not held where there are none."""

    n: int | None = None
    of: int | None = None
    held: bool = False

    @property
    def share(self) -> int | None:
        """Per cent, rounded."""
        return round(100 * self.n / self.of) if self.n is not None and self.of else None

    @property
    def text(self) -> str:
        """As it stands in a table."""
        if self.held:
            return HELD
        if self.n is None:
            return "–"
        if not self.of:
            return str(self.n)
        return f"{self.n} / {self.of} ({self.share} %)".replace(" ", _NO_BREAK)

    @property
    def short(self) -> str:
        """The same where the table says of how many."""
        return f"{self.n}{_NO_BREAK}({self.share}{_NO_BREAK}%)" if self.of and self.n else self.text


@dataclass(frozen=True)
class Row:
    """A row of figures, one for each country."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class TimeRow:
    """How long something took, in each country: median and 90th percentile in words, or why not."""

    label: str
    lengths: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class IndicatorTable:
    """One indicator: what it measures, its rows and its times."""

    id: str
    title: str
    measures: str
    recommendations: str
    rows: tuple[Row, ...]
    times: tuple[TimeRow, ...]
    product: str | None


@dataclass(frozen=True)
class FigureContext:
    """The published figures of a quarter, to be shown in one language by the register in force."""

    content: Mapping[str, Any]
    register: Register
    language: Language
    published_at: datetime
    digest: str

    @cached_property
    def words(self) -> FigureWords:
        """Says its codes."""
        return FigureWords(self.register, self.language)

    @property
    def quarter(self) -> str:
        """The quarter, such as 2026-Q3."""
        return str(self.content["quarter"])

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The codes of the countries that have children."""
        found: Mapping[str, Any] = self.content["countries"]
        return tuple(sorted(found, key=lambda code: (code == UNKNOWN, code)))

    @property
    def country_names(self) -> tuple[str, ...]:
        """Their names, in the same order."""
        return tuple(self.words.country(code) for code in self.countries)

    def of(self, country: str) -> Mapping[str, Any]:
        """What was published of that country."""
        found: Mapping[str, Any] = self.content["countries"][country]
        return found

    @property
    def children(self) -> tuple[Figure, ...]:
        """The number of children of each country."""
        return tuple(_plain(self.of(one)["children"]) for one in self.countries)

    def children_by(self, dimension: str) -> tuple[Row, ...]:
        """The children of each country by a breakdown."""
        by = [self.of(one)["rows"].get(dimension, {}) for one in self.countries]
        values = sorted({value for rows in by for value in rows}, key=_unknown_last)
        return tuple(
            Row(
                self.words.value(dimension, value),
                tuple(_plain(rows[value]) if value in rows else Figure() for rows in by),
            )
            for value in values
        )

    def indicators(self) -> Iterator[IndicatorTable]:
        """Every indicator of the register, in its order."""
        for indicator in self.register.indicators.values():
            yield IndicatorTable(
                indicator.id,
                indicator.title[self.language],
                indicator.measures[self.language],
                ", ".join(indicator.recommendations),
                tuple(self._rows(indicator)),
                tuple(self._times(indicator)),
                indicator.product,
            )

    def _rows(self, indicator: Indicator) -> Iterator[Row]:
        for key, measure, authority in self.measures_of(indicator):
            by = [self.of(one)["measures"].get(key) for one in self.countries]
            for group in measure.groups:
                words = group.label[self.language]
                yield Row(
                    f"{self.words.authority(authority)}: {words}" if authority else words,
                    tuple(figure_of(found, group.id) for found in by),
                )

    def measures_of(self, indicator: Indicator) -> Iterator[tuple[str, Measure, str]]:
        """The measures that were published of an indicator: key, measure, and the authority it is told for."""
        for measure in indicator.counts:
            key = f"{indicator.id}.{measure.id}"
            if not measure.by_authority:
                yield key, measure, ""
                continue
            found = {name for one in self.countries for name in self.of(one)["measures"]}
            for name in sorted(one for one in found if one.startswith(f"{key}.")):
                yield name, measure, name.removeprefix(f"{key}.")

    def _times(self, indicator: Indicator) -> Iterator[TimeRow]:
        for timing in indicator.timings:
            by = [
                self.of(one)["timings"].get(f"{indicator.id}.{timing.id}") for one in self.countries
            ]
            yield TimeRow(timing.label[self.language], tuple(self._length(found) for found in by))

    def _length(self, found: Mapping[str, Any] | None) -> tuple[str, str]:
        if found is None:
            return ("–", "–")
        lengths = found["lengths"]
        if lengths is None:
            return (HELD, HELD)
        return (self.words.length(lengths["median"]), self.words.length(lengths["p90"]))

    def gaps(self, country: str) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
        """Children with a gap: a row for any section, then for each, in columns by severity."""
        told, children = self.of(country)["gaps"], self.of(country)["children"]
        rows = [(self.words.say("any"), ANY)]
        rows += [(one.title[self.language], one.id) for one in self.register.sections]
        return tuple(
            (
                label,
                tuple(_part(told, f"{key}:{severity}", children) for severity in self.severities),
            )
            for label, key in rows
            if any(f"{key}:{severity}" in told for severity in self.severities)
        )

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that there are checks of."""
        known = {check.severity for check in self.register.checks.values()} - {"none"}
        return tuple(one for one in SEVERITIES if one in known)

    def severity_words(self) -> tuple[str, ...]:
        """The same in words."""
        return tuple(self.register.say(f"severity_{one}", self.language) for one in self.severities)

    def gates(self) -> tuple[Row, ...]:
        """Of each decision that is considered, for how many children its conditions are met."""
        found = []
        for gate in self.register.gates.values():
            by = [
                self.of(one)["gates"].get(gate.id, {"open": None, "children": None})
                for one in self.countries
            ]
            found.append(
                Row(
                    gate.title[self.language],
                    tuple(Figure(one["open"], one["children"], one["open"] is None) for one in by),
                )
            )
        return tuple(found)

    def overdue(self) -> tuple[Row, ...]:
        """Children with a passed deadline, by who has to act."""
        by = [(self.of(one)["overdue"], self.of(one)["children"]) for one in self.countries]
        bodies = sorted({body for told, _children in by for body in told}, key=self.words.authority)
        return tuple(
            Row(self.words.authority(body), tuple(_part(told, body, n) for told, n in by))
            for body in bodies
        )

    def breakdowns(self) -> Iterator[tuple[str, str, str, str, str, Figure]]:
        """Every measure by every breakdown: country, indicator, group, breakdown, value, figure."""
        for country in self.countries:
            told = self.of(country)["measures"]
            for indicator in self.register.indicators.values():
                for key, measure, authority in self.measures_of(indicator):
                    rows = told.get(key, {}).get("rows", {})
                    for dimension in DIMENSIONS:
                        for value in sorted(rows.get(dimension, {}), key=_unknown_last):
                            for group in measure.groups:
                                words = group.label[self.language]
                                if authority:
                                    words = f"{self.words.authority(authority)}: {words}"
                                yield (
                                    self.words.country(country),
                                    indicator.title[self.language],
                                    words,
                                    self.words.say(dimension),
                                    self.words.value(dimension, value),
                                    _figure(rows[dimension][value], group.id),
                                )


def figure_of(found: Mapping[str, Any] | None, group: str) -> Figure:
    """The total of a measure's group; ``found``: what was published of the measure, None where nobody is counted."""
    if found is None:
        return Figure()
    if found["groups"] is None:
        return Figure(None, found["children"], held=True)
    return Figure(found["groups"][group], found["children"])


def _figure(groups: Mapping[str, int] | None, group: str) -> Figure:
    return Figure(held=True) if groups is None else Figure(groups[group], sum(groups.values()))


def _plain(n: int | None) -> Figure:
    return Figure(n, held=n is None)


def _part(told: Mapping[str, int | None], key: str, children: int | None) -> Figure:
    if key not in told:
        return Figure()
    return Figure(told[key], children, held=told[key] is None)


def _unknown_last(value: str) -> tuple[bool, Sequence[object]]:
    first, _dash, _rest = value.partition("-")
    return value == UNKNOWN, (int(first) if first.isdigit() else 0, value)


__all__ = ["Figure", "FigureContext", "IndicatorTable", "Row", "TimeRow", "figure_of"]
