"""The national data set: published figures by their codes, what each column and code means, and how they were counted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Any

from intake.checklist.indicator_parts import REST
from intake.checklist.indicators import DIMENSIONS
from intake.checklist.parts import LANGUAGES
from intake.documents.figure_tables import guarded
from intake.documents.figure_words import ABOUT, FigureWords
from intake.documents.figures import FigureContext

COLUMNS = {
    "quarter": "Calendar quarter of the first contact / Trimestre natural del primer contacto",
    "country": "MX, US or unknown: where the child is / dónde se encuentra",
    "table": "children, measure, timing, gap, gate or overdue: what is told / qué se informa",
    "indicator": "The indicator's id in the register / identificador del indicador",
    "measure": "Measure, timing, section, decision or authority / medida, tiempo, sección, decisión o autoridad",
    "group": "Group of children, or severity / grupo o gravedad",
    "breakdown": "total, state, authority, nationality, age or sex / desglose",
    "value": "Value of the breakdown / valor del desglose",
    "children": "Numerator; empty where held back / numerador; vacío si se reserva",
    "of": "Denominator; empty where held back / denominador; vacío si se reserva",
    "median_hours": "Half took no longer, in hours / la mitad no tardó más, en horas",
    "p90_hours": "Nine of ten took no longer, in hours / nueve de cada diez no tardaron más, en horas",
    "held_back": "1 where a figure is held back, else 0 / 1 si se reserva una cifra, si no 0",
}
"""The data set's columns, each with what it holds."""


def data_set(context: FigureContext) -> bytes:
    """The national data set as a ZIP: the figures by their codes, what each column and code means, and metadata.

    The same figures give the same bytes.
    """
    target = io.BytesIO()
    files = {
        f"intake-{context.quarter}.csv": _csv(COLUMNS, data_rows(context.content)),
        "dictionary.csv": _csv(("column", "code", "en", "es"), _dictionary(context)),
        "metadata.json": json.dumps(metadata(context), ensure_ascii=False, indent=2) + "\n",
    }
    moment = context.published_at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def data_rows(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each published figure, and each that is held back, as a row of the data set."""
    for country, told in content["countries"].items():
        start = {"quarter": content["quarter"], "country": country}

        def row(table: str, of: int | None, n: int | None, **more: Any) -> dict[str, Any]:
            return {
                **start,  # noqa: B023 - used up before the next country
                "table": table,
                "breakdown": "total",
                **more,
                "children": n,
                "of": of,
                "held_back": int(n is None),
            }

        yield row("children", None, told["children"])
        for dimension, values in told["rows"].items():
            for value, n in values.items():
                yield row("children", None, n, breakdown=dimension, value=value)
        for key, found in told["measures"].items():
            indicator, measure = _split(key)
            named = {"indicator": indicator, "measure": measure}
            if found["groups"] is None:
                yield row("measure", found["children"], None, **named)
            for group, n in (found["groups"] or {}).items():
                yield row("measure", found["children"], n, **named, group=group)
            for dimension, values in found["rows"].items():
                by = {**named, "breakdown": dimension}
                for value, groups in values.items():
                    if groups is None:
                        yield row("measure", None, None, **by, value=value)
                    for group, n in (groups or {}).items():
                        of = sum((groups or {}).values())
                        yield row("measure", of, n, **by, value=value, group=group)
        for key, found in told["timings"].items():
            indicator, measure = _split(key)
            named = {"indicator": indicator, "measure": measure}
            yield _timed(row("timing", None, None, **named), found["lengths"])
            for dimension, values in found["rows"].items():
                for value, lengths in values.items():
                    by = {**named, "breakdown": dimension, "value": value}
                    yield _timed(row("timing", None, None, **by), lengths)
        for key, n in told["gaps"].items():
            section, severity = key.split(":")
            yield row("gap", told["children"], n, measure=section, group=severity)
        for gate, states in told["gates"].items():
            for state in ("open", "shut"):
                yield row("gate", states["children"], states[state], measure=gate, group=state)
        for authority, n in told["overdue"].items():
            yield row("overdue", told["children"], n, measure=authority)


def _timed(row: dict[str, Any], lengths: Mapping[str, int] | None) -> dict[str, Any]:
    if lengths is not None:
        row |= {"median_hours": lengths["median"], "p90_hours": lengths["p90"], "held_back": 0}
    return row


def _split(key: str) -> tuple[str, str]:
    """``ind.heard.heard`` as indicator and measure."""
    first, second, rest = key.split(".", 2)
    return f"{first}.{second}", rest


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(columns), restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: guarded(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
        )
    return target.getvalue()


def _dictionary(context: FigureContext) -> Iterator[dict[str, str]]:
    """What each column holds, and what each code of it means."""
    for column, holds in COLUMNS.items():
        english, _slash, spanish = holds.partition(" / ")
        yield {"column": column, "code": "", "en": english, "es": spanish or english}
    words = {one: FigureWords(context.register, one) for one in LANGUAGES}
    for dimension in DIMENSIONS:
        values = {
            value
            for country in context.countries
            for value in context.of(country)["rows"].get(dimension, {})
        }
        for value in sorted(values):
            yield {
                "column": "value",
                "code": f"{dimension}: {value}",
                "en": words["en"].value(dimension, value),
                "es": words["es"].value(dimension, value),
            }
    for indicator in context.register.indicators.values():
        title = indicator.title
        yield {"column": "indicator", "code": indicator.id, "en": title.en, "es": title.es}
        for measure in indicator.counts:
            code = f"{indicator.id}: {measure.id}"
            yield {
                "column": "measure",
                "code": code,
                "en": measure.title.en,
                "es": measure.title.es,
            }
            for group in (*measure.groups, None):
                label = group.label if group else measure.rest
                code = f"{indicator.id}: {measure.id}: {group.id if group else REST}"
                yield {"column": "group", "code": code, "en": label.en, "es": label.es}
        for timing in indicator.timings:
            code = f"{indicator.id}: {timing.id}"
            yield {"column": "measure", "code": code, "en": timing.label.en, "es": timing.label.es}


def metadata(context: FigureContext) -> dict[str, Any]:
    """What the data set is, how it was counted, and by which rules."""
    return {
        "title": {
            language: FigureWords(context.register, language).say("title") for language in LANGUAGES
        },
        "quarter": context.quarter,
        "published_at": context.published_at.astimezone(UTC).isoformat(),
        "sha256_of_figures": context.digest,
        "checklist": dict(context.content["register"]),
        "held_back": {
            "fewer_than": context.content["least"],
            "rule": (
                "A figure is held back where a group, or those of the same children who are not in it, are fewer"
                " than this, none included, and where it could be worked out from the total and the figures"
                " beside it. Nothing is added up over countries, quarters or measures. Times are told without"
                " the number of children."
            ),
        },
        "counted": {language: list(ABOUT[language]) for language in LANGUAGES},
        "columns": list(COLUMNS),
        "steps_of_times": "1 h to 24 h, 4 h to 72 h, 24 h to 14 days, 7 days to 12 weeks, then 30 days",
        "indicators": {
            indicator.id: {
                "measures": {"en": indicator.measures.en, "es": indicator.measures.es},
                "recommendations": list(indicator.recommendations),
                "counts": [
                    measure.model_dump(mode="json", by_alias=True, exclude_none=True)
                    for measure in indicator.counts
                ],
                "timings": [
                    timing.model_dump(mode="json", by_alias=True, exclude_none=True)
                    for timing in indicator.timings
                ],
            }
            for indicator in context.register.indicators.values()
        },
    }


__all__ = ["COLUMNS", "data_rows", "data_set", "metadata"]
