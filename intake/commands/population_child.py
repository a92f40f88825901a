"""One fictional child: what is recorded step by step, with gaps that follow from circumstances."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.checklist.case_input import Answer, CaseInput, read_fact
from intake.checklist.evaluation import CaseWorld
from intake.checklist.parts import Check
from intake.checklist.register import Register
from intake.services.bulk import Step

REASON = "No corresponde en este caso."
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


class Child:
    """One child at one place, from the first contact until now."""

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

    def steps(self, name: str, workers: Sequence[Worker], supervisor_id: int) -> list[Step]:
        """All that was saved of the case, in order, none of it in the future."""
        chance, now = self.chance, self.now
        worker = chance.choice(workers)
        opened = min(now, self.first + dt.timedelta(hours=chance.expovariate(1 / 5)))
        profile, later = self._profile()
        steps = [Step(opened, worker.id, "opened", {"identity.name": name, **profile})]
        saved = opened
        answers = self._answers({**profile, **later})
        parts = [answers[start::3] for start in range(3)]
        gap = max(0.02, min(self.days * 0.8, 21) / 4)
        for number, part in enumerate(parts):
            saved += dt.timedelta(days=chance.uniform(0.2, 1.2) * gap)
            if saved >= now or not part:
                break
            steps.append(Step(saved, worker.id, "section-saved", dict(part)))
            if number == 0 and later:
                moved = saved + dt.timedelta(minutes=chance.uniform(5, 300))
                if moved < now:
                    steps.append(Step(moved, worker.id, "profile-saved", later))
                    saved = moved
        if chance.random() < 0.05 and saved < now:
            other = chance.choice([one for one in workers if one.id != worker.id] or [worker])
            saved = min(now, saved + dt.timedelta(hours=chance.uniform(2, 90)))
            reason = chance.choice(self.tables.rows["handed"])
            steps.append(Step(saved, supervisor_id, "handed-over", text=reason, to_id=other.id))
            worker = other
        return [
            one for one in (*steps, *self._review(saved, worker, supervisor_id)) if one.at <= now
        ]

    def _review(self, saved: dt.datetime, worker: Worker, supervisor_id: int) -> list[Step]:
        """Sent for review, sent back or approved, as far as the case got."""
        chance, steps = self.chance, []
        if chance.random() > min(0.9, self.days / 45):
            return []
        saved += dt.timedelta(days=chance.uniform(0.1, 6))
        steps.append(Step(saved, worker.id, "submitted"))
        if chance.random() < 0.3 and not self.careful:
            saved += dt.timedelta(days=chance.uniform(0.2, 5))
            text = chance.choice(self.tables.rows["returned"])
            steps.append(Step(saved, supervisor_id, "returned", text=text))
            if chance.random() < 0.4:
                return steps
            saved += dt.timedelta(days=chance.uniform(0.2, 8))
            answer = {"answers.participation.support-person": {"value": "yes"}}
            steps.append(Step(saved, worker.id, "section-saved", answer))
            saved += dt.timedelta(hours=chance.uniform(0.1, 20))
            steps.append(Step(saved, worker.id, "submitted"))
        if chance.random() < 0.7:
            saved += dt.timedelta(days=chance.uniform(0.2, 7))
            values: dict[str, Any] = {}
            if self.careful and self.stage in ("implementation", "closed"):
                values = {"approvals.bid": {"by": supervisor_id, "at": saved.isoformat()}}
            text = chance.choice(self.tables.rows["approved"])
            steps.append(Step(saved, supervisor_id, "approved", values, text))
        return steps

    def _stage(self) -> str:
        reached = self.days * self.chance.uniform(0.5, 1.4)
        for stage, days in (("identification", 6), ("assessment", 30), ("determination", 110)):
            if reached < days:
                return stage
        return "closed" if reached > 240 and self.careful else "implementation"

    def _profile(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The facts at the opening, and those that came later: where the child went, and what was decided."""
        chance, place = self.chance, self.place
        age = min(17, max(0, round(chance.gauss(13.4, 3.6))))
        accompaniment = chance.choices(("unaccompanied", "separated", "accompanied"), (55, 15, 30))[
            0
        ]
        interpreter = self.language not in ("spa", "eng")
        enforcement, care = ("inm", "dif") if place.country == "MX" else ("cbp", "orr")
        if accompaniment == "accompanied" and not self.held:
            care = "family"
        elif chance.random() < 0.35:
            care = "ngo_shelter"
        facts: dict[str, Any] = {
            "country": place.country,
            "place": place.state,
            "age": age,
            "age_disputed": age >= 16 and chance.random() < 0.12,
            "accompaniment": accompaniment,
            "nationality": self.origin["nationality"],
            "encounter_at": self.first.isoformat(),
            "first_contact_by": "enforcement" if self.held else chance.choice(("civil_society", "protection", "police")),
            "custody": enforcement if self.held else care,
            "custody_since": self.first.isoformat(),
            "languages": sorted({self.language, *(["spa"] if chance.random() < 0.5 else [])}),
            "needs_interpreter": interpreter,
            "stage": "identification",
            "sex": self.sex,
            "at_risk": chance.random() < 0.4,
            "trafficking_indicators": chance.random() < 0.07,
            "smuggling_harm": chance.random() < 0.15,
            "wishes_asylum": chance.random() < (0.45 if self.origin["nationality"] != "MX" else 0.1),
        }  # fmt: skip
        if accompaniment != "unaccompanied":
            facts["relative_held_apart"] = chance.random() < 0.15
        if chance.random() < 0.5:
            facts |= {"entry_sought": True, "entry_port": chance.choice(place.ports)}
        if chance.random() < (0.12 if self.sex == "female" else 0.03):
            facts["gbv_disclosed"] = True
        later: dict[str, Any] = {"stage": self.stage}
        held = chance.lognormvariate(3.7 - place.skill, 0.9)
        out = self.first + dt.timedelta(hours=held)
        if self.held and out < self.now and chance.random() < 0.93:
            later |= {"custody": care, "custody_since": out.isoformat()}
        later |= self._decisions() | self._claim(facts["wishes_asylum"])
        prefix = {name: f"profile.{name}" for name in (*facts, *later)}
        events: dict[str, Any] = {}
        if facts.get("gbv_disclosed"):
            told = min(self.now, self.first + dt.timedelta(hours=chance.uniform(1, 120)))
            events["events.gbv_disclosed_at"] = told.isoformat()
        if facts.get("entry_sought"):
            events["events.entry_sought_at"] = self.first.isoformat()
        return (
            {prefix[name]: value for name, value in facts.items()} | events,
            {prefix[name]: value for name, value in later.items()},
        )

    def _decisions(self) -> dict[str, Any]:
        """What is considered and decided, from the determination on."""
        if self.stage in ("identification", "assessment"):
            return {}
        chance = self.chance
        considered = chance.choices(
            ("stay", "return", "reunification", "transfer_us"), (40, 30, 20, 10)
        )[0]
        self.outcome = considered
        found: dict[str, Any] = {"decisions_considered": [considered]}
        begun = self.first + dt.timedelta(days=chance.uniform(7, 40))
        if begun < self.now:
            found["bid_started_at"] = begun.isoformat()
            decided = begun + dt.timedelta(days=chance.lognormvariate(3.2, 0.6))
            if decided < self.now and self.stage in ("implementation", "closed"):
                found["bid_decided_at"] = decided.isoformat()
                gone = decided + dt.timedelta(days=chance.uniform(5, 30))
                if considered == "return" and gone < self.now and chance.random() < 0.6:
                    found |= {"return_at": gone.isoformat(), "returned": True}
        return found

    def _claim(self, wished: bool) -> dict[str, Any]:
        """When protection was claimed, and whether Mexico recognised the child."""
        filed = self.first + dt.timedelta(days=self.chance.uniform(2, 25))
        if not wished or filed > self.now or self.chance.random() > self.place.skill:
            return {}
        found: dict[str, Any] = {"asylum_applied_at": filed.isoformat()}
        if self.place.country == "MX" and self.days > 90 and self.chance.random() < 0.4:
            found["recognised_refugee"] = True
        return found

    def _answers(self, facts: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
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
            value = getattr(self, "outcome", "stay")
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


__all__ = ["Child", "Place", "Tables", "Worker"]
