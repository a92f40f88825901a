"""Consent, what goes out, how long a case is kept and how it ends, as people do it on the pages."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from intake.extensions import db
from intake.models import AuditEntry, Case, Retention
from intake.services import consent, retention
from intake.services.retention import years_after
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.services.conftest import close as close_case
from tests.services.conftest import put

CASE = "/cases/TAP-2026-0001"
Sign = Callable[[str], Person]
GIVEN = {
    "recipient": "comar",
    "purpose": "asylum",
    "giver": "child",
    "how": "interpreted",
    "evidence": "Hoja firmada",
    "given_on-day": "1",
    "given_on-month": "11",
    "given_on-year": "2026",
}
FOR_COMAR = {"recipient": "comar", "purpose": "asylum"}


def on(day: dt.date, name: str) -> dict[str, object]:
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def prints(person: Person, **typed: str) -> int:
    fields = dict(form_fields(person.open(f"{CASE}/documents"))) | typed
    return person.client.post(f"{CASE}/documents", data=fields).status_code


def close(app: Flask, **facts: object) -> None:
    with app.test_request_context():
        values = {f"profile.{name}": value for name, value in facts.items()}
        if values:
            put(desk(), "TAP-2026-0001", values)
        close_case(desk(), "TAP-2026-0001")


def test_nothing_is_printed_for_a_recipient_without_consent_or_legal_ground(
    app: Flask, sign_in: Sign
) -> None:
    ana = sign_in("ana")
    assert prints(ana) == 200, "the own file needs none"
    assert prints(ana, **FOR_COMAR) == 422
    assert prints(ana, recipient="comar") == 422, "what for?"
    ana.send(f"{CASE}/consent/new", GIVEN)
    assert prints(ana, **FOR_COMAR) == 200
    assert prints(ana, recipient="comar", purpose="health") == 422, "another purpose"
    assert prints(ana, recipient="inm", purpose="asylum") == 422, "another recipient"
    assert prints(ana, recipient="inm", purpose="asylum", ground="Orden judicial") == 200
    with app.app_context():
        said = db.execute(
            select(AuditEntry.action, AuditEntry.detail)
            .where(AuditEntry.action.in_(["case.shared", "case.sharing-refused"]))
            .order_by(AuditEntry.id)
        ).all()
        assert [(action, detail["recipient"], detail["purpose"]) for action, detail in said] == [
            ("case.sharing-refused", "comar", "asylum"),
            ("case.shared", "comar", "asylum"),
            ("case.sharing-refused", "comar", "health"),
            ("case.sharing-refused", "inm", "asylum"),
            ("case.shared", "inm", "asylum"),
        ]
        assert "Orden judicial" not in str(said)


def test_a_withdrawn_consent_stops_sharing_at_once(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    ana.send(f"{CASE}/consent/new", GIVEN)
    assert prints(ana, **FOR_COMAR) == 200
    page = ana.open(f"{CASE}/consent")
    assert "Hoja firmada" in page
    path = re.findall(r'href="([^"]+/withdraw)"', page)[0]
    assert sign_in("beto").client.get(path).status_code == 404
    assert sign_in("sofia").client.get(path).status_code == 403
    tomorrow = dt.date.today() + dt.timedelta(days=3)
    ana.send(path, on(tomorrow, "withdrawn_on"), 422)
    ana.send(path, on(dt.date.today(), "withdrawn_on"))
    assert prints(ana, **FOR_COMAR) == 422
    ana.open(path, 404)
    assert "Retirado el" in ana.open(f"{CASE}/consent")
    with app.test_request_context():
        case = db.scalars(select(Case).where(Case.number == "TAP-2026-0001")).one()
        assert not consent.may_share(desk(), case, "comar")


def test_what_a_consent_lacks_is_said_beside_the_field_and_nothing_typed_is_lost(
    sign_in: Sign,
) -> None:
    typed = {"evidence": "Lo que escribí", "given_on-day": "31", "given_on-month": "2"}
    page = sign_in("ana").send(f"{CASE}/consent/new", typed, 422)
    for field in ("recipient", "purpose", "giver", "given_on", "how"):
        assert f'id="{field}-error"' in page, field
    assert "Lo que escribí" in page
    assert 'value="31"' in page


def test_a_closed_case_gets_its_date_by_the_childs_age(app: Flask, sign_in: Sign) -> None:
    for facts, years in (({"age": 15}, 5), ({"age": 12}, 10), ({"age": None}, 10)):
        close(app, birth_date=None, **facts)
        with app.app_context():
            kept = db.scalars(select(Retention)).one()
            assert kept.until == years_after(kept.closed_on, years)
    with app.test_request_context():
        put(desk(), "TAP-2026-0001", {"profile.stage": "assessment"})
        assert db.scalars(select(Retention)).all() == []
    assert years_after(dt.date(2024, 2, 29), 5) == dt.date(2029, 2, 28)


def test_a_closed_case_is_shown_as_closed(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    tag = re.compile(r"govuk-tag[^>]*>\s*Cerrado\s*<")
    assert not tag.search(ana.open("/cases") + ana.open(CASE))
    close(app, age=15)
    assert tag.search(ana.open(CASE))
    assert len(tag.findall(ana.open("/cases"))) == 1


def test_closed_cases_stand_on_pages_those_due_first(
    app: Flask, sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LISTED", 1)
    numbers = ("TAP-2026-0001", "TAP-2026-0002", "TAP-2026-0004")
    with app.test_request_context():
        for number in numbers:
            close_case(desk(), number)
    sofia = sign_in("sofia")
    sofia.send(
        "/cases/TAP-2026-0002/retention",
        on(dt.date.today(), "until") | {"reason": "Lo pidió el niño"},
    )
    found, path = [], "/retention"
    while path:
        page = sofia.open(path)
        found += re.findall(r'cases/(TAP-\d+-\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(following[1]) if following else ""
    assert found[0] == "TAP-2026-0002"
    assert sorted(found) == sorted(numbers)
    assert "No hay" not in sofia.open("/retention?after=99991231TAP")
    assert sofia.open("/retention?after=%27%3B").count("/retention?after=") == 1


def test_a_team_sets_its_years_and_a_supervisor_another_day_with_a_reason(
    app: Flask, sign_in: Sign
) -> None:
    rule = {"years": "3", "years_young": "8"}
    admin = sign_in("admin")
    admin.send("/retention/teams/1", {"years": "0", "years_young": ""}, 422)
    admin.send("/retention/teams/1", rule)
    close(app, birth_date=None, age=15)
    with app.app_context():
        kept = db.scalars(select(Retention)).one()
        assert kept.until == years_after(kept.closed_on, 3)
    sofia = sign_in("sofia")
    assert "TAP-2026-0001" in sofia.open("/retention")
    assert "TAP-2026-0001" not in sign_in("david").open("/retention")
    path, until = f"{CASE}/retention", dt.date.today() + dt.timedelta(days=30)
    sofia.send(path, on(until, "until"), 422)
    sofia.send(path, on(until, "until") | {"reason": "Juicio en curso"})
    assert "Juicio en curso" in sofia.open(path)
    close(app, age=12)
    with app.app_context():
        assert db.scalars(select(Retention)).one().until == until, "a chosen day stays"


def test_a_case_is_erased_by_two_people_and_only_that_is_said_afterwards(
    app: Flask, sign_in: Sign
) -> None:
    sofia, admin, ana = sign_in("sofia"), sign_in("admin"), sign_in("ana")
    name = re.search(r"</span>([^<]+)</h1>", ana.open(CASE))
    assert name
    typed = {"kind": "erase", "ground": "asked", "reason": "Razón plantada"}
    sofia.send(f"{CASE}/erasure", {"reason": "x"}, 422)
    sofia.send(f"{CASE}/erasure", typed)
    path = re.findall(r'href="(/erasures/[^"]+)"', admin.open("/erasures"))[0]
    assert sign_in("david").client.get(path).status_code == 404
    assert sign_in("ana").client.get(path).status_code == 403
    assert "Razón plantada" in sofia.open(path)
    page = admin.open(path)
    assert "Razón plantada" not in page
    assert name[1] not in page
    own = {"decision": "confirm", "sure": "y"}
    sofia.send(path, own)
    ana.open(CASE)
    admin.send(path, {"decision": "confirm"}, 422)
    admin.send(path, own)
    for person in (ana, sofia):
        for part in ("", "/history", "/documents", "/attachments", "/consent"):
            gone = person.open(f"{CASE}{part}", 410)
            assert "Borrado el" in gone
            assert "Sofía Méndez Prado" in gone
            assert "Inés Robles" in gone
            assert name[1] not in gone
        assert "TAP-2026-0001" not in person.open("/cases" if person is ana else "/review")
    sign_in("beto").open(CASE, 404)
    sign_in("david").open(CASE, 404)
