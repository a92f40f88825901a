"""A page asks the database as often over thirty cases as over a few: no page asks once for each case it shows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import event, select

from intake.models import User, now
from intake.services.desk import Desk
from intake.services.review import submit_for_review
from intake.services.save import open_case, save
from intake.web.guard import PUBLIC, desk
from tests.conftest import Person
from tests.web.test_guard import PEOPLE, routes

NUMBER = "TAP-2026-0001"
MORE = 30


class Asked:
    """Counts what the database is asked."""

    def __init__(self, app: Flask) -> None:
        self.times = 0
        event.listen(app.extensions["intake.engine"], "before_cursor_execute", self._one)

    def _one(self, *_what: object) -> None:
        self.times += 1

    def by(self, person: Person, path: str) -> tuple[int, int]:
        """The page's status and how often it asked, without what is done every so often."""
        found = []
        for _time in range(2):
            self.times = 0
            status = person.client.get(path).status_code
            found.append(self.times)
        return status, min(found)


def counted(app: Flask, people: dict[str, Person]) -> dict[tuple[str, str], int]:
    """For each role and page, how often it asks."""
    asked, found = Asked(app), {}
    for role, person in people.items():
        for route in routes(app, NUMBER):
            if route.method != "GET" or route.endpoint in PUBLIC:
                continue
            status, times = asked.by(person, route.path)
            if status == 200:
                found[role, route.endpoint] = times
    return found


def more_cases(here: Desk) -> None:
    """Cases of the same team in every state: with gaps, alerts and deadlines, and some that wait for review."""
    found = here.session.scalars(select(User)).unique()
    ids = {user.email.split("@")[0]: user.id for user in found}
    for number in range(MORE):
        by = here.session.get_one(User, ids["ana" if number % 2 else "beto"])
        first = (now() - dt.timedelta(hours=30 + number)).replace(microsecond=0)
        values = {
            "identity.name": f"Niña {number}",
            "profile.country": "MX",
            "profile.nationality": "HN",
            "profile.custody": "inm",
            "profile.encounter_at": first.isoformat(),
        }
        case = open_case(here, by, values, str(uuid.uuid4()))
        by = here.session.get_one(User, by.id)
        answers = {
            "answers.rights.informed": {"value": "no"},
            "answers.care.safe": {"value": "no"},
            "gaps.rights.informed": {"state": "in_progress", "owner": ids["ana"]},
        }
        saved = save(
            here,
            case,
            by,
            answers,
            base=case.version,
            operation=str(uuid.uuid4()),
            kind="section-saved",
        )
        if number % 3 == 0:
            by = here.session.get_one(User, by.id)
            submit_for_review(
                here, saved.file.case, by, base=saved.file.case.version, operation=str(uuid.uuid4())
            )


def test_no_page_asks_more_often_the_more_cases_there_are(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    people = {role: sign_in(name) for role, name in PEOPLE.items()}
    counted(
        app, people
    )  # what the pages leave behind the first time: documents, notes of what was read
    few = counted(app, people)
    with app.test_request_context():
        more_cases(desk())
    many = counted(app, people)
    assert len(few) > 60
    assert few.keys() == many.keys()
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    assert not grown
