"""The words of published figures on paper and in tables, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from intake.checklist.indicators import UNKNOWN
from intake.checklist.parts import Language
from intake.checklist.register import Register

HELD = "*"
"""Stands in the place of a figure that is held back."""
_KEPT = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
WORDS: dict[str, dict[Language, str]] = _KEPT["words"]
QUARTERS: dict[Language, list[str]] = _KEPT["quarters"]
ABOUT: dict[Language, list[str]] = _KEPT["about"]
"""How the figures were counted, and what is held back."""


@dataclass(frozen=True)
class FigureWords:
    """Says the codes of published figures in one language, by the register in force; a code it dropped stays a code."""

    register: Register
    language: Language

    def say(self, word: str, **values: object) -> str:
        """A word of the figures."""
        return WORDS[word][self.language].format(**values)

    def quarter(self, quarter: str) -> str:
        """A quarter as it is read."""
        return f"{QUARTERS[self.language][int(quarter[-1]) - 1]} {'de ' if self.language == 'es' else ''}{quarter[:4]}"

    def country(self, code: str) -> str:
        """The name of a country."""
        if code == UNKNOWN:
            return self.say("country_unknown")
        return self._choice("country", code)

    def value(self, dimension: str, value: str) -> str:
        """A value of a breakdown."""
        if value == UNKNOWN:
            return self.say("unknown")
        match dimension:
            case "state":
                return self._choice("place", value)
            case "authority":
                return self._choice("custody", value)
            case "sex":
                return self._choice("sex", value)
            case "nationality":
                group = self.register.nationality_groups.get(value)
                return group.label[self.language] if group else value
        return self.say("adult") if value == "18+" else self.say("years", band=value)

    def length(self, hours: int) -> str:
        """A length of time: hours up to three days, then days."""
        return self.say("hour", n=hours) if hours <= 72 else self.say("days", n=round(hours / 24))

    def authority(self, code: str) -> str:
        """The name of a body that has to act."""
        known = self.register.authorities.get(code)
        return known.short[self.language] if known else code

    def _choice(self, fact_id: str, value: str) -> str:
        fact = self.register.facts.get(fact_id)
        choice = fact.choice(value) if fact else None
        return choice.label[self.language] if choice else value


__all__ = ["ABOUT", "HELD", "FigureWords"]
