"""Days and moments as a reader of the document writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime, format_timedelta

from intake.checklist.parts import Language

_LOCALES: dict[Language, str] = {"es": "es_MX", "en": "en_US"}
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Times:
    """Writes times in one language and zone, such as 2 nov 2026, 14:00 (UTC-06:00)."""

    language: Language
    zone: tzinfo

    def moment(self, moment: datetime) -> str:
        """The moment in the document's zone, with its distance from UTC. Day and hour are kept on one line."""
        return f"{self.clock(moment)} ({_distance(moment.astimezone(self.zone))})"

    def clock(self, moment: datetime) -> str:
        """The moment in the document's zone, which the document names elsewhere."""
        local = moment.astimezone(self.zone)
        clock = format_datetime(local, "HH:mm", locale=self._locale)
        return f"{self.day(local)},{_NO_BREAK}{clock}"

    def day(self, day: date) -> str:
        """The day alone."""
        return format_date(day, "d MMM y", locale=self._locale).replace(" ", _NO_BREAK)

    def short_day(self, moment: datetime) -> str:
        """The day in the document's zone, without its year."""
        return format_date(moment.astimezone(self.zone), "d MMM", locale=self._locale)

    def distance(self, moment: datetime, since: datetime) -> str:
        """How far away the moment is from another, in the largest unit that fits: in 2 days, 6 hours ago."""
        return format_timedelta(
            moment - since, threshold=2, add_direction=True, locale=self._locale
        )

    def span(self, earlier: datetime, later: datetime) -> str:
        """How much time lies between, as short as it can be said: 6 h, 3 d."""
        return format_timedelta(
            later - earlier, threshold=2, format="narrow", locale=self._locale
        ).replace(" ", _NO_BREAK)

    @property
    def _locale(self) -> str:
        return _LOCALES[self.language]


def _distance(moment: datetime) -> str:
    offset = moment.utcoffset()
    seconds = round(offset.total_seconds()) if offset else 0
    minutes = abs(seconds) // 60
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
