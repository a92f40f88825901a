"""One fictional child: what is recorded step by step, with gaps that follow from circumstances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from intake.commands.population_answers import Circumstances, Worker
from intake.commands.population_work import follow_up
from intake.services.bulk import Step


class Child(Circumstances):
    """One child at one place, from the first contact until now."""

    def steps(self, name: str, workers: Sequence[Worker], supervisor_id: int) -> list[Step]:
        """All that was saved of the case, in order, none of it in the future."""
        chance, now = self.chance, self.now
        worker = chance.choice(workers)
        opened = min(now, self.first + dt.timedelta(hours=chance.expovariate(1 / 5)))
        profile, later = self._profile()
        steps = [Step(opened, worker.id, "opened", {"identity.name": name, **profile})]
        saved = opened
        answers = self.answers({**profile, **later})
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
        # closer together than a review is to what went before it
        done = follow_up(self.register, self.tables.rows, steps, worker, workers, now)
        review = self._review(saved, worker, supervisor_id)
        return [self._local(one) for one in (*steps, *done, *review) if one.at <= now]

    def _local(self, step: Step) -> Step:
        """The step with its moments in the zone of the place, as a form gives them: business days end there."""
        zone, facts = ZoneInfo(self.place.zone), self.register.facts
        values = {
            key: dt.datetime.fromisoformat(value).astimezone(zone).isoformat()
            if key.startswith(("profile.", "events."))
            and facts[key.split(".", 1)[1]].kind == "time"
            else value
            for key, value in step.values.items()
        }
        return replace(step, values=values)

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


__all__ = ["Child"]
