"""Who sees what: every route, every role, from the app's own map."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from intake.web.guard import PUBLIC, SIGNED_IN
from tests.conftest import Person

NUMBER = "TAP-2026-0001"
NOWHERE = "00000000-0000-4000-8000-000000000000"
EXPECTED = {
    # endpoint: caseworker's own, caseworker of another, supervisor, other team's supervisor, administrator, auditor
    "cases.home": (302, 302, 302, 302, 302, 302),
    "cases.mine": (200, 200, 403, 403, 403, 403),
    "profile.new": (200, 200, 403, 403, 403, 403),
    "cases.overview": (200, 404, 200, 404, 403, 403),
    "profile.whole": (200, 404, 403, 403, 403, 403),
    "profile.topic": (200, 404, 403, 403, 403, 403),
    "versions.as_of": (200, 404, 200, 404, 403, 403),
    "versions.move": (302, 404, 403, 403, 403, 403),
    "cases.submit": (200, 404, 403, 403, 403, 403),
    "cases.summary": (200, 404, 200, 404, 403, 403),
    "sharing.ask": (200, 404, 200, 404, 403, 403),
    "attachments.every": (200, 404, 200, 404, 403, 403),
    "attachments.add": (200, 404, 403, 403, 403, 403),
    # of a file or consent that is not there; with one, see test_attachments and test_privacy
    "attachments.download": (404, 404, 404, 404, 403, 403),
    "attachments.remove": (404, 404, 403, 403, 403, 403),
    "privacy.consents": (200, 404, 200, 404, 403, 403),
    "privacy.give": (200, 404, 403, 403, 403, 403),
    "privacy.withdraw": (404, 404, 403, 403, 403, 403),
    "retention.due": (403, 403, 200, 200, 403, 403),
    # of a case that is open: it has no date yet
    "retention.prolong": (403, 403, 404, 404, 403, 403),
    "retention.rules": (403, 403, 403, 403, 200, 403),
    "retention.rule": (403, 403, 403, 403, 200, 403),
    "endings.propose": (403, 403, 200, 404, 403, 403),
    "endings.waiting": (403, 403, 200, 200, 200, 403),
    "endings.decide": (403, 403, 404, 404, 404, 403),
    "access.ask": (403, 403, 200, 404, 403, 403),
    "cases.history": (200, 404, 200, 404, 403, 403),
    "checklist.section": (200, 404, 403, 403, 403, 403),
    "review.queue_page": (403, 403, 200, 200, 403, 403),
    "review.case_page": (403, 403, 200, 404, 403, 403),
    "review.comment": (403, 403, 422, 404, 403, 403),
    "review.decide": (403, 403, 422, 404, 403, 403),
    "register.recommendations": (200, 200, 200, 200, 200, 200),
    "register.recommendation": (200, 200, 200, 200, 200, 200),
    "register.check": (200, 200, 200, 200, 200, 200),
    "register.instruments": (200, 200, 200, 200, 200, 200),
    "register.versions": (200, 200, 200, 200, 200, 200),
    "security.verify": (200, 200, 200, 200, 200, 200),
    "security.change_password": (200, 200, 200, 200, 200, 200),
}
PEOPLE = ("ana", "beto", "sofia", "david", "admin", "auditor")
VALUES = {
    "number": NUMBER,
    "section_id": "rights",
    "recommendation_id": "MX-6",
    "check_id": "counsel.assigned",
    "topic_id": "place",
    "code": "es",
    "attachment_id": NOWHERE,
    "consent_id": NOWHERE,
    "erasure_id": NOWHERE,
    "team_id": 1,
    "filename": "app.css",
}


def routes(app: Flask) -> dict[str, tuple[str, str]]:
    found = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: VALUES[name] for name in rule.arguments if name in VALUES}
            if rule.arguments <= set(values):
                built = rule.build(values)
                assert built
                found[rule.endpoint] = (
                    "GET" if "GET" in (rule.methods or ()) else "POST",
                    built[1],
                )
    return found


def test_every_route_answers_every_role_as_the_table_says(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    people = [sign_in(name) for name in PEOPLE]
    found = routes(app)
    assert set(EXPECTED) <= set(found)
    for endpoint, (method, path) in found.items():
        if endpoint in PUBLIC:
            continue
        for name, person, expected in zip(
            PEOPLE, people, EXPECTED.get(endpoint, (404,) * 6), strict=True
        ):
            status = person.client.open(path, method=method).status_code
            assert status == expected, f"{endpoint} as {name}: {status}"


def test_nobody_sees_anything_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for endpoint, (method, path) in routes(app).items():
        if endpoint not in PUBLIC:
            response = client.open(path, method=method)
            assert response.status_code in (302, 401, 404), f"{endpoint}: {response.status_code}"
            if response.status_code == 302:
                assert "/sign-in" in response.headers["Location"], endpoint


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
