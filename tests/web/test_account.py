"""A person's own account: sessions that are listed and end, and changes that ask who is there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.models import SignIn, User, now
from intake.web.devices import kind_of_device
from tests.conftest import Person, form_fields
from tests.web.doors import SUMMARY, audited, enter, post, rows, set_up_app

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
)
NEW = "cactus nube tren lima"


def age(app: Flask, **columns: dt.timedelta) -> None:
    """Moves what is kept of every session into the past."""
    with app.app_context():
        db.execute(update(SignIn).values({name: now() - by for name, by in columns.items()}))
        db.commit()


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Firefox/132.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_known_by_its_kind_only(agent: str, kind: str) -> None:
    assert kind_of_device(agent) == kind


def test_sessions_are_listed_and_each_can_be_ended(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    enter(here, "ana")
    there.environ_base["HTTP_USER_AGENT"] = PHONE
    enter(there, "ana")
    page = here.get("/account").text
    assert "Chrome, Android" in page
    assert len(re.findall(r">Esta</strong>", page)) == 1
    other = next(one for one in rows(app, "ana") if one.device == "Chrome, Android")
    assert post(here, "/account/sessions", form="/account", session=other.token).status_code == 302
    assert not signed_in(there)
    assert signed_in(here)
    assert len(rows(app, "ana")) == 1


def test_all_others_are_ended_at_once(app: Flask) -> None:
    clients = [app.test_client() for _ in range(3)]
    for client in clients:
        enter(client, "ana")
    post(clients[0], "/account/sessions", form="/account", session="others")
    assert [signed_in(client) for client in clients] == [True, False, False]


def test_nobody_ends_the_session_of_another(app: Flask) -> None:
    ana, beto = app.test_client(), app.test_client()
    enter(ana, "ana")
    enter(beto, "beto")
    (token,) = [one.token for one in rows(app, "ana")]
    post(beto, "/account/sessions", form="/account", session=token)
    for odd in ("", "x" * 5000, "a\0b", "'"):
        answer = post(beto, "/account/sessions", form="/account", session=odd)
        assert answer.status_code == 302
    assert signed_in(ana)


def test_signing_out_makes_a_copied_cookie_worthless(app: Flask) -> None:
    owner, thief = app.test_client(), app.test_client()
    enter(owner, "ana")
    cookie = owner.get_cookie("intake")
    assert cookie
    thief.set_cookie("intake", cookie.value)
    assert signed_in(thief)
    post(owner, "/sign-out", form="/account")
    assert not signed_in(thief)
    assert "sign-out" in [action for action, _detail in audited(app)]


@pytest.mark.parametrize(
    ("past", "alive"),
    [
        ({"seen_at": dt.timedelta(minutes=29)}, True),
        ({"seen_at": dt.timedelta(minutes=31)}, False),
        ({"started_at": dt.timedelta(hours=11, minutes=59)}, True),
        ({"started_at": dt.timedelta(hours=12, minutes=1)}, False),
    ],
)
def test_a_session_ends_when_idle_and_after_half_a_day(
    app: Flask, past: dict[str, dt.timedelta], alive: bool
) -> None:
    client = app.test_client()
    enter(client, "ana")
    age(app, **past)
    assert signed_in(client) is alive


def test_the_last_use_is_kept_at_most_once_a_minute(app: Flask) -> None:
    client = app.test_client()
    enter(client, "ana")
    written: list[str] = []

    @event.listens_for(app.extensions["intake.engine"], "before_cursor_execute")
    def _note(*call: object) -> None:
        if str(call[2]).upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(str(call[2]))

    for _ in range(3):
        assert signed_in(client)
    assert written == []
    age(app, seen_at=dt.timedelta(minutes=2))
    written.clear()
    for _ in range(3):
        assert signed_in(client)
    # the use, and with it what time ended
    assert [statement.split()[0].upper() for statement in written] == ["UPDATE", "DELETE"]


def test_what_was_typed_survives_a_session_that_went_idle(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    ana = sign_in("ana")
    path = "/cases/TAP-2026-0003/sections/counsel"
    fields = dict(form_fields(ana.open(path))) | {"counsel.assigned.note": "Se habló en mam."}
    age(app, seen_at=dt.timedelta(minutes=40))
    ended = ana.client.post(path, data=fields)
    assert ended.status_code == 401
    assert "Se habló en mam." in ended.text
    enter(ana.client, "ana")
    page = ana.client.post(path, data=fields | {"resume": "1"})
    assert page.status_code == 200
    assert "Se habló en mam." in page.text


def test_a_new_password_ends_every_other_session(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    enter(here, "ana")
    enter(there, "ana")
    with here.session_transaction() as held:
        before = held["sign_in"]
    typed = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert post(here, "/account/password", **typed).status_code == 302
    assert signed_in(here)
    assert not signed_in(there)
    with here.session_transaction() as held:
        assert held["sign_in"] != before
    assert len(rows(app, "ana")) == 1
    assert enter(app.test_client(), "ana").status_code == 200
    assert enter(app.test_client(), "ana", NEW).status_code == 302
    assert "password.changed" in [action for action, _detail in audited(app)]


def test_a_password_with_accents_works_however_it_is_typed(app: Flask) -> None:
    client = app.test_client()
    enter(client, "ana")
    new = "ñandú árbol cigüeña"
    typed = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    post(client, "/account/password", **typed)
    for spelled in (new, "n\u0303andu\u0301 a\u0301rbol cigu\u0308en\u0303a"):
        assert enter(app.test_client(), "ana", spelled).status_code == 302


@pytest.mark.parametrize("weak", ["corta", "contraseña2026", "ana.cruz", "123456789012"])
def test_a_weak_password_is_refused_beside_its_field(app: Flask, weak: str) -> None:
    client = app.test_client()
    enter(client, "ana")
    typed = {"password": PASSWORD, "new_password": weak, "new_password_confirm": weak}
    page = post(client, "/account/password", **typed)
    assert page.status_code == 200
    found = SUMMARY.search(page.text)
    assert found
    assert "#new_password" in found[1]
    assert weak not in page.text


@pytest.mark.parametrize(
    "path", ["/account/authenticator", "/account/passkeys", "/account/recovery-codes"]
)
def test_a_change_asks_who_is_there_after_a_quarter_of_an_hour(app: Flask, path: str) -> None:
    client = app.test_client()
    enter(client, "ana")
    assert client.get(path).status_code == 200
    with client.session_transaction() as held:
        held["fs_paa"] -= 16 * 60
    assert client.get(path).headers["Location"].startswith("/account/confirm")
    asked = f"/account/confirm?next={path}"
    assert post(client, asked, password="wrong-password-1").status_code == 200
    assert post(client, asked, password=PASSWORD).headers["Location"].endswith(path)
    assert client.get(path).status_code == 200


def test_a_caseworker_may_set_up_a_second_factor_and_is_asked_for_it(app: Flask) -> None:
    client = app.test_client()
    enter(client, "ana")
    set_up_app(client)
    again = app.test_client()
    assert enter(again, "ana").headers["Location"].startswith("/sign-in/code")
    assert not signed_in(again)
    found = [detail for action, detail in audited(app) if action == "second-factor.added"]
    assert [detail["factor"] for detail in found] == ["authenticator"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pages_speak_the_readers_language(app: Flask, language: str) -> None:
    client = app.test_client()
    client.get(f"/language/{language}")
    enter(client, "ana")
    said = {"es": "Dónde tiene sesión iniciada", "en": "Where you are signed in"}
    assert said[language] in client.get("/account").text
    wrong = enter(app.test_client(), "ana", "x" * 14).text
    assert "El correo o la contraseña no son correctos" in wrong


@pytest.mark.parametrize("by", ["sign-in", "use"])
def test_sessions_that_time_ended_are_cleared_away_whoever_had_them(app: Flask, by: str) -> None:
    ana = app.test_client()
    enter(ana, "ana")
    for name in ("beto", "carmen"):
        enter(app.test_client(), name)
    with app.app_context():
        for name, idle, since in (("beto", 13, 13), ("carmen", 1, 1), ("ana", 0, 1)):
            owner = select(User.id).where(User.email == f"{name}@intake.example").scalar_subquery()
            seen = now() - dt.timedelta(hours=idle, minutes=2)
            started = now() - dt.timedelta(hours=since)
            db.execute(
                update(SignIn)
                .where(SignIn.user_id == owner)
                .values(seen_at=seen, started_at=started)
                .execution_options(synchronize_session=False)
            )
        db.commit()
    if by == "sign-in":
        enter(app.test_client(), "david")
    else:
        assert ana.get("/cases").status_code == 200
    assert [len(rows(app, name)) for name in ("beto", "carmen", "ana")] == [0, 0, 1]
