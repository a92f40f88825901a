"""The calendar at a secret address and the mail with what is due: useful, and naming nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from intake.extensions import db
from intake.issuing.digest import send_digests
from intake.models import CalendarFeed, Digest, User, now
from intake.services import digests
from intake.web.guard import desk
from tests.conftest import Person

SignIn = Callable[[str], Person]


def address_of(person: Person) -> str:
    page = person.send("/account/reminders", {"do": "make"}, 200)
    found = re.search(r"http://[^<]*(/calendar/[^<]+\.ics)", page)
    assert found
    return found[1]


def test_a_calendar_shows_numbers_and_questions_and_no_name(app: Flask, sign_in: SignIn) -> None:
    place = address_of(sign_in("ana"))
    answer = app.test_client().get(place)
    assert answer.mimetype == "text/calendar"
    feed = Calendar.from_ical(answer.data)
    events = feed.walk("VEVENT")
    assert events
    assert all(re.match(r"TAP-2026-\d{4}: ", str(event["SUMMARY"])) for event in events)
    for name in ("Yareli", "Darlin", "Tomás"):
        assert name not in answer.text
    assert events[0]["DTSTART"].dt.tzinfo is not None
    assert any(event.walk("VALARM") for event in events)


def test_only_the_newest_address_leads_somewhere_and_none_after_its_end(
    app: Flask, sign_in: SignIn
) -> None:
    ana = sign_in("ana")
    older, newer = address_of(ana), address_of(ana)
    stranger = app.test_client()
    assert stranger.get(older).status_code == 404
    assert stranger.get(newer).status_code == 200
    ana.send("/account/reminders", {"do": "end"})
    assert stranger.get(newer).status_code == 404


def test_who_was_shut_out_has_no_calendar(app: Flask, sign_in: SignIn) -> None:
    place = address_of(sign_in("ana"))
    with app.app_context():
        db.execute(update(User).where(User.email == "ana@intake.example").values(active=False))
        db.commit()
    assert app.test_client().get(place).status_code == 404


def test_the_database_does_not_hold_the_secret(app: Flask, sign_in: SignIn) -> None:
    place = address_of(sign_in("ana"))
    with app.app_context():
        kept = db.scalars(select(CalendarFeed.digest)).one()
    assert kept not in place
    assert place.removeprefix("/calendar/").removesuffix(".ics") not in kept


def test_a_supervisor_gets_the_grave_deadlines_of_the_team(app: Flask, sign_in: SignIn) -> None:
    answer = app.test_client().get(address_of(sign_in("sofia")))
    assert "TAP-2026-0004" in answer.text
    assert "TIJ-" not in answer.text


class Box:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> bool:
        self.mails.append((to, subject, text))
        return True


@pytest.fixture
def wants(app: Flask, sign_in: SignIn) -> None:
    app.extensions["intake.post"] = Box()
    sign_in("ana").send("/account/reminders", {"do": "mail", "often": "daily"})
    sign_in("sofia").send("/account/reminders", {"do": "mail", "often": "weekly"})


@pytest.mark.usefixtures("wants")
def test_a_mail_counts_what_waits_once_a_morning(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    tomorrow = (now() + dt.timedelta(days=1)).astimezone(dt.UTC)
    with app.test_request_context():
        at = tomorrow.replace(hour=11, minute=0)  # five in the morning in Tapachula
        monkeypatch.setattr(digests, "now", lambda: at)
        assert send_digests(desk(), box, "https://intake.example") == 0  # type: ignore[arg-type]
        at = tomorrow.replace(hour=14, minute=0)
        monkeypatch.setattr(digests, "now", lambda: at)
        assert send_digests(desk(), box, "https://intake.example") >= 1  # type: ignore[arg-type]
        again = Box()
        assert send_digests(desk(), again, "https://intake.example") == 0  # type: ignore[arg-type]
    to, subject, text = box.mails[0]
    assert to == "ana@intake.example"
    assert subject == "Intake: lo que vence"
    assert re.search(r"\d+ plazos? ya venci", text)
    assert "https://intake.example/today" in text
    for secret in ("Yareli", "TAP-", "Ana"):
        assert secret not in text


@pytest.mark.usefixtures("wants")
def test_a_weekly_mail_comes_on_mondays(app: Flask) -> None:
    monday = dt.datetime(2026, 11, 30, 15, tzinfo=dt.UTC)
    with app.test_request_context():
        tuesday = [
            who.email for who, _ in digests.due_digests(desk(), monday - dt.timedelta(days=6))
        ]
        assert "sofia@intake.example" not in tuesday
        assert "sofia@intake.example" in [
            who.email for who, _ in digests.due_digests(desk(), monday)
        ]


def test_mail_is_ended_and_is_not_offered_without_a_server(app: Flask, sign_in: SignIn) -> None:
    ana = sign_in("ana")
    assert "no envía correos" in ana.open("/account/reminders")
    ana.send("/account/reminders", {"do": "mail", "often": "daily"})
    ana.send("/account/reminders", {"do": "mail", "often": ""})
    with app.app_context():
        assert db.scalars(select(Digest)).all() == []


def test_what_cannot_be_asked_is_refused(sign_in: SignIn) -> None:
    sign_in("ana").send("/account/reminders", {"do": "delete everything"}, 400)
