"""The words of figures: quarters, lengths of time, and what a number of the queue was narrowed by."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from intake.checklist.register import Register


def quarter_label(quarter: str) -> str:
    """A quarter as it is read: July to September 2026."""
    year, _dash, number = quarter.partition("-Q")
    words = {
        "1": _("January to March %(year)s", year=year),
        "2": _("April to June %(year)s", year=year),
        "3": _("July to September %(year)s", year=year),
        "4": _("October to December %(year)s", year=year),
    }
    return words.get(number, quarter)


def short_quarter(quarter: str) -> str:
    """A quarter below a drawing."""
    year, _dash, number = quarter.partition("-Q")
    return _("Q%(number)s %(year)s", number=number, year=year[2:])


def day_label(day: dt.date) -> str:
    """A day as it is read in a table."""
    return format_date(day, "d MMM y", locale=_locale())


def short_month(day: dt.date) -> str:
    """The month of a day below a drawing."""
    return str(format_skeleton("MMM", day, locale=_locale())) + f" {day:%y}"


def _locale() -> str:
    return "es_MX" if str(get_locale()) == "es" else "en"


def duration(hours: int | None) -> str:
    """A length as it is read: hours up to three days, then days."""
    if hours is None:
        return _("not known")
    if hours <= 72:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", round(hours / 24))


def narrowed_by(register: Register, code: str, name: str, value: str) -> str:
    """One filter of the queue in words; what the register does not know stays as it is."""
    match name:
        case "section":
            section = register.section(value)
            return section.title[code] if section else value
        case "check":
            return register.checks[value].title[code] if value in register.checks else value
        case "gate":
            return register.gates[value].title[code] if value in register.gates else value
        case "gate_state":
            return _("Conditions met") if value == "open" else _("Has to wait")
        case "authority":
            known = register.authorities.get(value)
            return known.short[code] if known else value
        case "cause":
            return register.causes[value].label[code] if value in register.causes else value
        case "quarter":
            return quarter_label(value)
        case "open_on":
            return _("open at the end of %(day)s", day=day_label(dt.date.fromisoformat(value)))
        case "severity":
            return register.say(f"severity_{value}", code)
    for indicator in register.indicators.values():
        for timing in indicator.timings:
            if value == f"{indicator.id}.{timing.id}":
                return timing.label[code]
        for measure in indicator.counts:
            key, _colon, group = value.rpartition(":")
            if f"{key}.".startswith(f"{indicator.id}.{measure.id}."):
                return f"{indicator.title[code]}: {measure.label_of(group)[code]}"
    return value


__all__ = [
    "day_label",
    "duration",
    "narrowed_by",
    "quarter_label",
    "short_month",
    "short_quarter",
]
