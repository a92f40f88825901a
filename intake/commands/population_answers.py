"""A fictional child's circumstances, and the answers that follow from them: what was done, what was not, and why."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.checklist.case_input import Answer, CaseInput, read_fact
from intake.checklist.evaluation import CaseWorld
from intake.checklist.parts import Check
from intake.checklist.register import Register

TIMED = {
    "rights.informed": 14.0,
    "counsel.assigned": 70.0,
    "care.alternative-placed": 60.0,
    "identification.authority-notified": 16.0,
    "gbv.services": 40.0,
    "asylum.comar-timely": 1500.0,
}
"""Hours that half of the children wait where the place works well, for what has a date of its own."""
LEAN_ON_CAPACITY = frozenset(
    {
        "counsel.assigned", "guardian.appointed", "care.alternative-placed", "care.community-based",
        "community.education", "community.health", "bia.done", "asylum.comar-timely",
    }
)  # fmt: skip
LEAN_ON_LANGUAGE = frozenset(
    {"rights.language", "rights.understood", "participation.heard", "participation.views-recorded", "asylum.screened"}
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a team works, and how well: see population.yaml."""

    name: str
    prefix: str
    country: str
    zone: str
    state: str
    skill: float
    capacity: float
    enforcement: float
    weight: int
    ports: tuple[str, ...]
    team_id: int = 0

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Place:
        """The place of that row."""
        named = {name: row[name] for name in ("name", "prefix", "country", "zone")}
        numbers = {name: row[name] for name in ("skill", "capacity", "enforcement", "weight")}
        return cls(**named, **numbers, state=row["place"], ports=tuple(row["ports"]))

    def at(self, team_id: int) -> Place:
        """The same place as that team's."""
        return replace(self, team_id=team_id)


@dataclass(frozen=True)
class Worker:
    """A caseworker."""

    id: int
    name: str


@dataclass(frozen=True)
class Tables:
    """What children are drawn from."""

    rows: Mapping[str, Any]

    def origin(self, chance: random.Random) -> Mapping[str, Any]:
        """An origin, the frequent ones more often."""
        rows = self.rows["origins"]
        found: Mapping[str, Any] = chance.choices(rows, [row["weight"] for row in rows])[0]
        return found


class Circumstances:
    """One child at one place: who it is, how it came there, and what the place can do."""

    def __init__(
        self,
        chance: random.Random,
        tables: Tables,
        register: Register,
        place: Place,
        first: dt.datetime,
        now: dt.datetime,
    ) -> None:
        self.chance, self.tables, self.register, self.place = chance, tables, register, place
        self.first, self.now = first.replace(second=0, microsecond=0), now
        self.days = (now - first).total_seconds() / 86400
        self.origin = tables.origin(chance)
        self.locale = str(self.origin["locale"])
        self.sex = chance.choices(("female", "male", "intersex"), (44, 55.7, 0.3))[0]
        languages = self.origin["languages"]
        self.language = chance.choices(list(languages), list(languages.values()))[0]
        self.held = chance.random() < place.enforcement
        # each child is known a little better or worse than is usual there
        self.luck = chance.uniform(-0.25, 0.25)
        self.careful = chance.random() < 0.12
        """Everything was done: gates open."""
        self.stage = self._stage()
        self.outcome = "stay"
        """What the determination comes to."""

    def _stage(self) -> str:
        reached = self.days * self.chance.uniform(0.5, 1.4)
        for stage, days in (("identification", 6), ("assessment", 30), ("determination", 110)):
            if reached < days:
                return stage
        return "closed" if reached > 240 and self.careful else "implementation"

    def answers(self, facts: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Answers to the checks that apply, as many as the case's age and the place's care allow."""
        share = 1.0 if self.careful else min(0.95, 0.25 + self.days / 60 + self.luck / 2)
        known = {
            name: read_fact(self.register.facts[name], value, name)
            for key, value in facts.items()
            for name in (key.split(".", 1)[1],)
        }
        answers: dict[str, Answer] = {}
        found: list[tuple[str, dict[str, Any]]] = []
        for section in self.register.sections:
            world = CaseWorld(self.register, CaseInput(self.now, known, answers))
            for check in section.checks:
                if check.id.startswith("remedy.") or world.applies(check.id) is not True:
                    continue
                if self.chance.random() > share:
                    continue
                kept = self._answer(check)
                if kept is not None:
                    answers[check.id] = Answer(kept["value"], kept.get("reason"))
                    found.append((f"answers.{check.id}", kept))
        if answers.get("compliance.violation-observed", Answer("no")).value == "yes":
            seen = self.first + dt.timedelta(days=self.chance.uniform(0, 3))
            found.append(("events.violation_observed_at", min(seen, self.now).isoformat()))  # type: ignore[arg-type]
            kinds = ["detention"] if self.held else ["blocked_access"]
            found.append(("profile.violation_kinds", kinds))  # type: ignore[arg-type]
        return found

    def _answer(self, check: Check) -> dict[str, Any] | None:
        chance = self.chance
        if check.id == "compliance.violation-observed":
            wronged = chance.random() < (0.18 if self.held else 0.05) and not self.careful
            return {"value": "yes" if wronged else "no"}
        if check.type == "choice":
            value = self.outcome
            return {"value": value if value in check.values else check.values[0]}
        if check.type != "yn":
            return None
        if chance.random() > self._likely(check.id):
            return self._gap(check)
        kept: dict[str, Any] = {"value": "yes"}
        if check.id in TIMED:
            usual = TIMED[check.id] * (1.6 - self.place.skill)
            done = self.first + dt.timedelta(hours=usual * chance.lognormvariate(0, 0.8))
            kept |= {
                "evidence_date": min(done, self.now).date().isoformat(),
                "evidence_source": "Oficio",
            }
        return kept

    def _likely(self, check_id: str) -> float:
        """How likely what the check asks was done."""
        if self.careful:
            return 1.0
        likely = self.place.skill + self.luck
        if check_id in LEAN_ON_CAPACITY:
            likely = (likely + self.place.capacity) / 2
        if check_id in LEAN_ON_LANGUAGE and self.language not in ("spa", "eng"):
            likely *= 0.55
        if check_id == "non-detention.not-held":
            likely = 0.15 if self.held else 0.97
        return likely

    def _gap(self, check: Check) -> dict[str, Any]:
        """Not done, or not known: why, and what the caseworker wrote."""
        chance = self.chance
        kept: dict[str, Any] = {
            "value": chance.choices(("no", "partly", "unknown"), (45, 30, 25))[0]
        }
        if chance.random() < 0.6:
            if check.id in LEAN_ON_LANGUAGE and self.language not in ("spa", "eng"):
                kept["cause"] = "no_interpreter"
            elif check.id in LEAN_ON_CAPACITY:
                kept["cause"] = chance.choices(("capacity", "refusal", "time"), (70, 15, 15))[0]
            else:
                kept["cause"] = chance.choice(("refusal", "distance", "time", "other"))
        notes = self.tables.rows["notes"].get(check.id)
        if notes and chance.random() < 0.5:
            kept["note"] = chance.choice(notes)
        return kept


__all__ = ["Circumstances", "Place", "Tables", "Worker"]
