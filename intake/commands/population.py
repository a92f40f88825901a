"""A fictional population for demonstrations and measuring: teams, people, and children whose gaps follow from where they
crossed, who held them, which language they speak and what the place can offer. The same seed gives the same population.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from intake.commands.population_answers import Place, Tables, Worker
from intake.commands.population_child import Child
from intake.models import Role, Team, User
from intake.services import people
from intake.services.bulk import BulkWriter, Plan
from intake.services.desk import Desk

TABLES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("population.yaml").read_text(encoding="utf-8")
)
WORKERS = 4
MONTHS = 18
"""How far back the first contacts go."""


class NoNames(RuntimeError):
    """The names' library is not installed: it comes with the extra ``demo``."""


def ids(seed: int | str) -> Iterator[uuid.UUID]:
    """Ids of the seed, without end."""
    numbers = random.Random(seed)  # noqa: S311 - nothing secret: the same seed gives the same
    while True:
        yield uuid.UUID(int=numbers.getrandbits(128), version=4)


class Names:
    """Names of people who do not exist, from each origin."""

    def __init__(self, seed: int) -> None:
        try:
            from faker import Faker
        except ImportError as error:
            raise NoNames("names need the extra: pip install 'intake[demo]'") from error
        self._kinds: dict[str, Any] = {}
        for origin in TABLES["origins"]:
            self._kinds.setdefault(origin["locale"], Faker(origin["locale"]))
        for number, faker in enumerate(self._kinds.values()):
            faker.seed_instance(seed + number)
        self._few: dict[tuple[str, str], list[str]] = {}

    def child(self, locale: str, sex: str, chance: random.Random) -> str:
        """A child's name, drawn from a few hundred of that origin."""
        key = (locale, sex)
        if key not in self._few:
            faker = self._kinds[locale]
            first = faker.first_name_female if sex == "female" else faker.first_name_male
            self._few[key] = [f"{first()} {faker.last_name()}" for _one in range(400)]
        given, family = chance.choice(self._few[key]), chance.choice(self._few[key])
        return f"{given} {family.split()[-1]}"

    def worker(self) -> str:
        """An adult's name."""
        faker = self._kinds["es_MX"]
        return f"{faker.first_name()} {faker.last_name()} {faker.last_name()}"


@dataclass(frozen=True)
class Staffed:
    """A place with its people."""

    place: Place
    workers: tuple[Worker, ...]
    supervisor_id: int


class Population:
    """Makes plans of cases for :class:`intake.services.bulk.BulkWriter`, one after another without end."""

    def __init__(
        self, desk: Desk, seed: int, password: str, now: dt.datetime, already: int = 0
    ) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - nothing secret: the same seed gives the same
        self.names, self.now, self.register = Names(seed), now, desk.register
        self.tables = Tables(TABLES)
        self.staffed = [self._staff(desk, Place.read(team), password) for team in TABLES["teams"]]
        self.writer = BulkWriter(desk, ids(seed if not already else f"{seed}/{already}"))

    def plans(self, number: int, alike: int = 1) -> Iterator[Plan]:
        """Plans of so many cases; ``alike``: of how many children the cases go the same way."""
        weights = [one.place.weight for one in self.staffed]
        for start in range(0, number, alike):
            where = self.chance.choices(self.staffed, weights)[0]
            # more children come as time goes on
            days = MONTHS * 30 * (1 - self.chance.random() ** 0.6)
            first = self.now - dt.timedelta(days=days, minutes=self.chance.randrange(1440) + 5)
            child = Child(self.chance, self.tables, self.register, where.place, first, self.now)
            name = self.names.child(child.locale, child.sex, self.chance)
            others = [
                self.names.child(child.locale, child.sex, self.chance)
                for _other in range(min(alike, number - start) - 1)
            ]
            steps = child.steps(name, where.workers, where.supervisor_id)
            yield Plan(where.place.team_id, steps, others)

    def _staff(self, desk: Desk, place: Place, password: str) -> Staffed:
        """The place's team with its people, made where they are not there yet."""
        session = desk.session
        if session.scalar(select(Team.id).where(Team.name == place.name)) is None:
            people.add_team(
                desk,
                name=place.name,
                prefix=place.prefix,
                country=place.country,
                zone=place.zone,
            )
        team_id = session.scalars(select(Team.id).where(Team.name == place.name)).one()
        found: dict[str, list[tuple[int, str]]] = {"caseworker": [], "supervisor": []}
        for role, wanted in (("caseworker", WORKERS), ("supervisor", 1)):
            here = select(User.id, User.name).where(
                User.team_id == team_id, User.roles.any(Role.name == role)
            )
            for number in range(wanted - len(session.execute(here).all())):
                people.add_person(
                    desk,
                    email=f"{role}{number + 1}.{place.prefix.lower()}@intake.example",
                    name=self.names.worker(),
                    role=role,
                    team=place.name,
                    language="es" if place.country == "MX" else "en",
                    password=password,
                )
            found[role] = [(row.id, row.name) for row in session.execute(here.order_by(User.id))]
        return Staffed(
            place.at(team_id),
            tuple(Worker(id_, name) for id_, name in found["caseworker"]),
            found["supervisor"][0][0],
        )


__all__ = ["Names", "NoNames", "Population", "ids"]
