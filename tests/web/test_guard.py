"""Who sees what: every route, every method, every role, every way to a case, from the app's own map."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, update

from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.models import Case, User
from intake.services import emergency, people, team
from intake.services.save import open_case
from intake.web.guard import PUBLIC, SIGNED_IN, desk
from tests.conftest import Person

NOWHERE = "00000000-0000-4000-8000-000000000000"
OBJECTS = ("own", "covered", "team's", "other team's", "emergency")
PEOPLE = {
    "caseworker": "ana",
    "supervisor": "sofia",
    "administrator": "admin",
    "auditor": "auditor",
}
Answers = dict[str, tuple[int, ...]]


def _case(caseworker: tuple[int, ...] | int, supervisor: tuple[int, ...] | int) -> Answers:
    """What the roles get of each case, in the order of OBJECTS; who has no business with cases is refused."""
    given = {"caseworker": caseworker, "supervisor": supervisor}
    answers = {role: (got,) * 5 if isinstance(got, int) else got for role, got in given.items()}
    return answers | {"administrator": (403,) * 5, "auditor": (403,) * 5}


def _reads(ok: int = 200) -> Answers:
    return _case((ok, ok, 404, 404, 404), (404, ok, ok, 404, ok))


def _writes(ok: int = 200) -> Answers:
    # a supervisor sees the team's cases and is told that they may not write in them
    return _case((ok, ok, 404, 404, 404), (404, ok, 403, 404, 403))


def _reviews(ok: int = 200) -> Answers:
    return _case(403, (404, ok, ok, 404, 403))


def _withdraws() -> Answers:
    return _case(404, (404, 404, 404, 404, 403))


def _hands_over(ok: int = 200) -> Answers:
    return _case(403, (404, ok, ok, 404, 404))


def _roles(caseworker: int, supervisor: int, administrator: int, auditor: int) -> Answers:
    """What the roles get of a page that is about no case."""
    got = (caseworker, supervisor, administrator, auditor)
    return {role: (status,) for role, status in zip(PEOPLE, got, strict=True)}


EVERYBODY = _roles(200, 200, 200, 200)
TOKENLESS = _roles(400, 400, 400, 400)
# a form that is sent without its token comes back with 422, a page without one of its own with 400
EXPECTED: dict[str, dict[str, Answers]] = {
    "account.home": {"GET": EVERYBODY},
    "account.second_factor": {"GET": EVERYBODY},
    "account.end_sessions": {"POST": _roles(400, 400, 400, 400)},
    "people.everybody": {"GET": _roles(403, 403, 200, 403)},
    "people.invite": {"GET": _roles(403, 403, 200, 403), "POST": _roles(403, 403, 400, 403)},
    "people.add_team": {"GET": _roles(403, 403, 200, 403), "POST": _roles(403, 403, 400, 403)},
    "people.one": {"GET": _roles(403, 403, 200, 403), "POST": _roles(403, 403, 400, 403)},
    "people.send_new_link": {"POST": _roles(403, 403, 400, 403)},
    "people.deactivate": {"POST": _roles(403, 403, 400, 403)},
    "people.activate": {"POST": _roles(403, 403, 400, 403)},
    "people.remove_second_factor": {"POST": _roles(403, 403, 400, 403)},
    "access.ask": {"GET": _reviews(), "POST": _reviews(422)},
    "attachments.every": {"GET": _reads()},
    "attachments.add": {"GET": _writes(), "POST": _writes(422)},
    # of a file or consent that is not there; with one, see test_attachments and test_privacy
    "attachments.download": {"GET": _case(404, 404)},
    "attachments.remove": {"GET": _writes(404), "POST": _writes(404)},
    "endings.propose": {"GET": _reviews(), "POST": _reviews(422)},
    "endings.waiting": {"GET": _roles(403, 200, 200, 403)},
    "endings.decide": {"GET": _roles(403, 404, 404, 403), "POST": _roles(403, 404, 404, 403)},
    "privacy.consents": {"GET": _reads()},
    "privacy.give": {"GET": _writes(), "POST": _writes(422)},
    "privacy.withdraw": {"GET": _writes(404), "POST": _writes(404)},
    "retention.due": {"GET": _roles(403, 200, 403, 403)},
    # of a case that is open: it has no date yet
    "retention.prolong": {"GET": _reviews(404), "POST": _reviews(404)},
    "retention.rules": {"GET": _roles(403, 403, 200, 403)},
    "retention.rule": {"GET": _roles(403, 403, 200, 403), "POST": _roles(403, 403, 422, 403)},
    "documents.page": {"GET": _reads(), "POST": _reads(422)},
    # of a document that is not there; with one, see test_documents
    "documents.download": {"GET": _case(404, 404)},
    "documents.withdraw": {"GET": _withdraws(), "POST": _withdraws()},
    # where it was before: led on without a look at the case
    "documents.old_print": {"GET": _case(308, 308), "POST": _case(308, 308)},
    "documents.old_summary": {"GET": _case(308, 308)},
    "audit.page": {"GET": _roles(403, 403, 403, 200)},
    "audit.table": {"GET": _roles(403, 403, 403, 200)},
    "board.team": {"GET": _roles(403, 200, 403, 403)},
    "figures.every": {"GET": _roles(403, 200, 403, 200)},
    "figures.publish": {"POST": _roles(403, 403, 403, 422)},
    # of a quarter that is not published; of one that is, see test_figures
    "figures.quarter": {"GET": _roles(403, 404, 403, 404)},
    "figures.download": {"GET": _roles(403, 404, 403, 404)},
    "cases.answers": {"GET": _reads()},
    "cases.history": {"GET": _reads()},
    "cases.home": {"GET": _roles(302, 302, 302, 302)},
    "cases.mine": {"GET": _roles(200, 403, 403, 403), "POST": _roles(200, 403, 403, 403)},
    "cases.overview": {"GET": _reads()},
    "cases.submit": {"GET": _writes(), "POST": _writes(422)},
    "checklist.section": {"GET": _writes(), "POST": _writes(422)},
    "gaps.every": {"GET": _reads()},
    # who may not assign reads the page and is refused what they send
    "gaps.one": {
        "GET": _reads(),
        "POST": _case((422, 422, 404, 404, 404), (404, 422, 422, 404, 403)),
    },
    "emergency.ask": {"GET": _roles(403, 200, 403, 403), "POST": _roles(403, 422, 403, 403)},
    "exports.every": {"GET": _roles(200, 200, 403, 403)},
    "exports.new": {"GET": _reads(), "POST": _reads(422)},
    # of an export that is not there; with one, see test_exports
    "exports.one": {"GET": _roles(404, 404, 403, 403)},
    "exports.progress": {"GET": _roles(404, 404, 403, 403)},
    "exports.cancel": {"POST": TOKENLESS},
    "exports.resume": {"POST": TOKENLESS},
    "exports.remove": {"POST": TOKENLESS},
    "exports.download": {"POST": TOKENLESS},
    "workers.page": {"GET": _roles(403, 403, 200, 403)},
    "profile.new": {"GET": _roles(200, 403, 403, 403), "POST": _roles(422, 403, 403, 403)},
    "profile.topic": {"GET": _writes(), "POST": _writes(422)},
    "profile.whole": {"GET": _writes()},
    "register.check": {"GET": EVERYBODY},
    "register.instruments": {"GET": EVERYBODY},
    "register.recommendation": {"GET": EVERYBODY},
    "register.recommendations": {"GET": EVERYBODY},
    "register.versions": {"GET": EVERYBODY},
    # without what a form asks, the form comes back
    "materials.checklist": {"GET": _roles(422, 422, 422, 422)},
    "materials.every": {"GET": EVERYBODY},
    "materials.leaflet": {"GET": _roles(422, 422, 422, 422)},
    "review.case_page": {"GET": _reviews(), "POST": _reviews(422)},
    "review.keep_view": {"POST": _roles(403, 400, 403, 403)},
    "review.queue_page": {"GET": _roles(403, 200, 403, 403), "POST": _roles(403, 200, 403, 403)},
    "security.change_password": {"GET": EVERYBODY, "POST": _roles(400, 400, 400, 400)},
    "security.verify": {"GET": EVERYBODY, "POST": _roles(400, 400, 400, 400)},
    "security.mf_recovery_codes": {"GET": EVERYBODY, "POST": TOKENLESS},
    "security.two_factor_rescue": {"POST": TOKENLESS},
    "security.two_factor_setup": {"GET": EVERYBODY, "POST": TOKENLESS},
    "security.two_factor_setup_validate": {"POST": TOKENLESS},
    "security.wan_delete": {"GET": _roles(302, 302, 302, 302), "POST": TOKENLESS},
    "security.wan_register": {"GET": EVERYBODY, "POST": TOKENLESS},
    "security.wan_register_response": {"POST": TOKENLESS},
    "pauses.one": {"GET": _writes(), "POST": _writes(422)},
    "panel.every": {"GET": _reads()},
    "panel.new": {"GET": _writes(), "POST": _writes(422)},
    "panel.one": {"GET": _writes(404), "POST": _writes(404)},
    "violations.across": {"GET": _roles(403, 200, 403, 403)},
    "violations.every": {"GET": _reads()},
    "violations.new": {"GET": _writes(), "POST": _writes(422)},
    "violations.one": {"GET": _writes(404), "POST": _writes(404)},
    "reminders.home": {"GET": EVERYBODY},
    "reminders.change": {"POST": TOKENLESS},
    "today.page": {"GET": _roles(200, 200, 403, 403)},
    "team.cover": {"GET": _roles(200, 200, 403, 403), "POST": _roles(422, 422, 403, 403)},
    "team.end_cover": {"POST": _roles(400, 400, 400, 400)},
    "team.hand_over": {"GET": _hands_over(), "POST": _hands_over(422)},
    "versions.as_of": {"GET": _reads()},
    "versions.move": {"GET": _writes(302), "POST": _writes(302)},
}
ABOUT_A_CASE = {"team.hand_over", "exports.new"}
"""Routes whose cases stand in the query and not in the path."""
VALUES = {
    "section_id": "rights",
    "recommendation_id": "MX-6",
    "check_id": "counsel.assigned",
    "topic_id": "place",
    "code": "es",
    "person_id": 1,
    "token": "x",
    "secret": "x",
    "attachment_id": NOWHERE,
    "document_id": NOWHERE,
    "figures": "0123456789abcdef",
    "consent_id": NOWHERE,
    "member_id": NOWHERE,
    "violation_id": NOWHERE,
    "erasure_id": NOWHERE,
    "team_id": 1,
    "filename": "app.css",
    "cover_id": "1",
    "job_id": NOWHERE,
    "quarter": "2001-Q1",
    "kind": "report",
}


class Route(NamedTuple):
    endpoint: str
    method: str
    path: str
    about_a_case: bool


def routes(app: Flask, number: str) -> Iterator[Route]:
    """Every route and method, filled in with that case; one whose parts are not known above fails."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = VALUES | {"number": number}
            if rule.endpoint.startswith("security.") and rule.endpoint not in EXPECTED:
                values |= dict.fromkeys(rule.arguments, "x")
            built = rule.build({name: values[name] for name in rule.arguments})
            assert built
            path = built[1]
            in_query = rule.endpoint in ABOUT_A_CASE
            for method in sorted(
                (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
            ):
                query = f"?case={number}" if in_query else ""
                yield Route(
                    rule.endpoint, method, path + query, in_query or "number" in rule.arguments
                )


@pytest.fixture
def numbers(app: Flask) -> dict[str, dict[str, str]]:
    """For each role, the number of a case of each kind."""
    with app.test_request_context():
        at = desk()
        found = {
            user.email.split("@")[0]: user for user in at.session.scalars(select(User)).unique()
        }
        people.add_person(
            at,
            email="elena@intake.example",
            name="Elena",
            role="caseworker",
            team="Albergue Tapachula",
            language="es",
            password=PASSWORD,
        )
        elena = (
            at.session.scalars(select(User).where(User.email == "elena@intake.example"))
            .unique()
            .one()
        )

        def opened(by: User) -> str:
            case = open_case(at, by, {"profile.stage": "identification"}, str(uuid.uuid4()))
            return case.number

        today = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=-12))).date()
        for name in ("ana", "sofia"):
            team.set_cover(
                at,
                found["sofia"],
                absent_id=found["beto"].id,
                covering_id=found[name].id,
                first=today,
                last=today + dt.timedelta(days=3),
            )
        urgent = opened(found["carmen"])
        emergency.open_for_emergency(
            at, found["sofia"], urgent, "Una urgencia médica esta noche", str(uuid.uuid4())
        )
        made = {}
        for role, name in PEOPLE.items():
            own = "TAP-2026-0001"
            if name != "ana":
                # who does not work on cases any more may still stand as the caseworker of one
                own = opened(found["carmen"])
                db.execute(
                    update(Case).where(Case.number == own).values(caseworker_id=found[name].id)
                )
                db.commit()
            kinds = (own, opened(found["beto"]), opened(elena), "TIJ-2026-0001", urgent)
            made[role] = dict(zip(OBJECTS, kinds, strict=True))
        return made


def test_every_route_answers_every_role_as_the_table_says(
    app: Flask, sign_in: Callable[[str], Person], numbers: dict[str, dict[str, str]]
) -> None:
    wrong, asked = [], 0
    for role, name in PEOPLE.items():
        person = sign_in(name)
        for place, kind in enumerate(OBJECTS):
            for route in routes(app, numbers[role][kind]):
                if route.endpoint in PUBLIC or (place and not route.about_a_case):
                    continue
                row = EXPECTED.get(route.endpoint, {}).get(route.method)
                expected = row[role][place] if row else 404
                status = person.client.open(route.path, method=route.method).status_code
                asked += 1
                if status != expected:
                    wrong.append(
                        f"{route.method} {route.endpoint} as {role}, {kind} case: {status}, not {expected}"
                    )
    assert not wrong, "\n".join(wrong)
    assert asked > 300, asked


def test_every_route_has_its_row(app: Flask) -> None:
    found = {
        (route.endpoint, route.method)
        for route in routes(app, "TAP-2026-0001")
        if route.endpoint not in PUBLIC
    }
    rows = {(endpoint, method) for endpoint, row in EXPECTED.items() for method in row}
    without = {pair for pair in found - rows if not pair[0].startswith("security.")}
    assert (without, rows - found) == (set(), set())


def test_nobody_sees_anything_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for route in routes(app, "TAP-2026-0001"):
        if route.endpoint not in PUBLIC:
            response = client.open(route.path, method=route.method)
            assert response.status_code in (302, 400, 401, 404), f"{route}: {response.status_code}"
            if response.status_code == 302:
                assert "/sign-in" in response.headers["Location"], route


def test_every_endpoint_bears_a_right_or_is_known_to_need_none(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if not endpoint.startswith("security."):
            assert getattr(view, "right", None) or endpoint in PUBLIC | SIGNED_IN, endpoint


def test_every_page_carries_the_headers(app: Flask) -> None:
    headers = app.test_client().get("/sign-in").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_a_wrong_password_does_not_say_which_part_was_wrong(app: Flask) -> None:
    client, said = app.test_client(), []
    for email in ("ana@intake.example", "nobody@intake.example"):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
        assert token
        typed = {"email": email, "password": "x" * 14, "csrf_token": token[1]}
        page = client.post("/sign-in", data=typed).text
        said.append(re.findall(r'error-summary__list">(.*?)</ul>', page, re.S))
    assert said[0] == said[1] != []
