"""Days and moments as a reader of the document writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime

from intake.checklist.parts import Language

_LOCALES: dict[Language, str] = {"es": "es_MX", "en": "en_US"}
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Times:
    """Writes times in one language and zone, such as 2 nov 2026, 14:00 (UTC-06:00)."""

    language: Language
    zone: tzinfo

    def moment(self, moment: datetime) -> str:
        """The moment in the document's zone. The day is kept on one line."""
        local = moment.astimezone(self.zone)
        clock = format_datetime(local, "HH:mm", locale=self._locale)
        return f"{self.day(local)}, {clock} ({_distance(local)})"

    def day(self, day: date) -> str:
        """The day alone."""
        pattern = "d MMM y" if self.language == "es" else "MMM d, y"
        return format_date(day, pattern, locale=self._locale).replace(" ", _NO_BREAK)

    @property
    def _locale(self) -> str:
        return _LOCALES[self.language]


def _distance(moment: datetime) -> str:
    offset = moment.utcoffset()
    seconds = round(offset.total_seconds()) if offset else 0
    minutes = abs(seconds) // 60
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
