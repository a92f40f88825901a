"""Who gets in: passwords, second factors, codes that work once, and attempts that are too many."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask_security.utils import hash_password

from intake.app import create_app
from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.services.passwords import weakness
from intake.web import sign_in_settings
from tests.conftest import settings_for
from tests.quick import HASHING
from tests.web.doors import (
    SUMMARY,
    audited,
    code,
    enter,
    post,
    rows,
    set_up_app,
    strict_app,
    user,
)


def test_passwords_are_kept_as_argon2id(app: Flask) -> None:
    assert (user(app, "ana").password or "").startswith("$argon2id$")


def test_a_password_costs_who_guesses_what_the_standard_asks_for(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # RFC 9106, section 4, the second recommended choice
    assert HASHING == {
        "argon2__memory_cost": 64 * 1024,
        "argon2__time_cost": 3,
        "argon2__parallelism": 4,
    }
    monkeypatch.setattr(sign_in_settings, "HASHING", HASHING)
    with create_app(settings_for(tmp_path, database_url)).app_context():
        assert "$m=65536,t=3,p=4$" in hash_password("cactus nube tren lima")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("corta", "short"),
        ("x" * 129, "long"),
        ("contraseña2026!", "common"),
        ("P4ssw0rd-2026", "common"),
        ("123456789012", "common"),
        ("qwertyuiop123", "common"),
        ("abcabcabcabc", "common"),
        ("aaaaaaaaaaaab", "common"),
        ("Guadalupe1234", "common"),
        ("ana.cruz.2026", None),
        ("cruzcruz2026!!", "common"),
        ("nube cactus tren lima", None),
        ("уголь река дом семь", None),
        (PASSWORD, None),
    ],
)
def test_passwords_an_attacker_tries_first_are_refused(password: str, why: str | None) -> None:
    assert weakness(password, ("ana@intake.example", "Ana Cruz Solís")) == why


def test_a_caseworker_gets_in_with_the_password(strict: Flask) -> None:
    client = strict.test_client()
    assert enter(client, "ana").headers["Location"] == "/"
    assert client.get("/cases").status_code == 200
    assert ("sign-in", {"factors": ["password"]}) in audited(strict)


@pytest.mark.parametrize("name", ["sofia", "admin", "auditor"])
def test_other_roles_reach_nothing_before_they_have_a_second_factor(
    strict: Flask, name: str
) -> None:
    client = strict.test_client()
    enter(client, name)
    for path in ("/", "/review", "/people", "/recommendations", "/account", "/account/password"):
        assert client.get(path).headers.get("Location") == "/account/second-factor", path
    page = client.get("/account/second-factor")
    assert page.status_code == 200
    assert "Configure un segundo factor para continuar" in page.text
    set_up_app(client)
    assert client.get("/account").status_code == 200
    assert client.get("/recommendations").status_code == 200


def test_the_demo_is_exempt_and_says_so(app: Flask) -> None:
    client = app.test_client()
    enter(client, "sofia")
    assert client.get("/review").status_code == 200
    assert "Demostración: fuera de ella" in client.get("/account").text


def test_nobody_else_is_exempt_while_the_demo_is_served(app: Flask) -> None:
    with app.app_context():
        person = db.merge(user(app, "sofia"))
        person.email = "sofia@albergue.example"
        db.commit()
    client = app.test_client()
    enter(client, "sofia@albergue.example")
    assert client.get("/review").headers["Location"] == "/account/second-factor"


def test_a_code_of_the_app_works_once(strict: Flask) -> None:
    client = strict.test_client()
    enter(client, "sofia")
    app = set_up_app(client)
    second = strict.test_client()
    assert enter(second, "sofia").headers["Location"].startswith("/sign-in/code")
    assert second.get("/review").status_code == 302
    # the code that set the app up is used, and is refused
    assert post(second, "/sign-in/code", code=code(app)).status_code == 200
    fresh = code(app, 1)
    assert post(second, "/sign-in/code", code=fresh).status_code == 302
    assert second.get("/review").status_code == 200
    third = strict.test_client()
    enter(third, "sofia")
    refused = post(third, "/sign-in/code", code=fresh)
    assert refused.status_code == 200
    assert SUMMARY.search(refused.text)
    assert third.get("/review").status_code == 302
    found = [detail for action, detail in audited(strict) if action == "sign-in"]
    assert found[-1] == {"factors": ["password", "authenticator"]}
    assert ("sign-in.failed", {"person": user(strict, "sofia").id, "factor": "code"}) in audited(
        strict
    )


def test_of_two_who_enter_one_code_at_the_same_moment_one_gets_in(strict: Flask) -> None:
    client = strict.test_client()
    enter(client, "sofia")
    app = set_up_app(client)
    fresh, start = code(app, 1), threading.Barrier(2)
    clients = [strict.test_client() for _ in range(2)]
    for other in clients:
        enter(other, "sofia")
    tokens = [
        re.search(r'name="csrf_token"[^>]*value="([^"]+)', other.get("/sign-in/code").text)
        for other in clients
    ]

    def try_it(number: int) -> int:
        token = tokens[number]
        assert token
        start.wait()
        typed = {"code": fresh, "csrf_token": token[1]}
        return clients[number].post("/sign-in/code", data=typed).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(try_it, range(2))) == [200, 302]


def test_a_recovery_code_works_once_and_is_shown_once(strict: Flask) -> None:
    client = strict.test_client()
    enter(client, "sofia")
    set_up_app(client)
    page = post(client, "/account/recovery-codes").text
    codes = re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", page)
    assert len(codes) == 10
    kept = ",".join(user(strict, "sofia").mf_recovery_codes or [])
    assert not any(one in kept for one in codes)
    for again in ("/account/recovery-codes", "/account/recovery-codes?show_codes=1"):
        assert not any(one in client.get(again).text for one in codes)
    for attempt, works in ((codes[0], True), (codes[0], False), (codes[1].upper(), True)):
        other = strict.test_client()
        enter(other, "sofia")
        answer = post(other, "/sign-in/recovery-code", code=attempt)
        assert (answer.status_code == 302) is works
        assert (other.get("/review").status_code == 200) is works
    assert len(user(strict, "sofia").mf_recovery_codes or []) == 8
    assert [action for action, _detail in audited(strict)].count("recovery-codes.created") == 1


def test_a_second_factor_set_up_here_ends_the_sessions_that_never_showed_one(
    strict: Flask,
) -> None:
    thief, owner = strict.test_client(), strict.test_client()
    enter(thief, "sofia")
    enter(owner, "sofia")
    set_up_app(owner)
    assert owner.get("/review").status_code == 200
    assert "/sign-in" in thief.get("/review").headers["Location"]


def test_a_role_that_needs_a_second_factor_cannot_switch_it_off(strict: Flask) -> None:
    client = strict.test_client()
    enter(client, "sofia")
    set_up_app(client)
    post(client, "/account/authenticator", form="/account/second-factor", setup="disable")
    assert user(strict, "sofia").has_second_factor
    caseworker = strict.test_client()
    enter(caseworker, "ana")
    set_up_app(caseworker)
    post(caseworker, "/account/authenticator", form="/account/second-factor", setup="disable")
    assert not user(strict, "ana").has_second_factor


def test_there_is_no_door_beside_the_pages(app: Flask) -> None:
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
    assert token
    for path in ("/sign-in", "/sign-in?include_auth_token"):
        answer = client.post(
            path,
            json={"email": "ana@intake.example", "password": PASSWORD, "csrf_token": token[1]},
            headers={"Accept": "application/json", "X-CSRFToken": token[1]},
        )
        assert answer.status_code == 415
        assert "authentication_token" not in answer.text
    assert client.get("/cases").status_code == 302
    with app.test_request_context():
        stolen = db.merge(user(app, "ana")).get_auth_token()
    stranger = app.test_client()
    assert stranger.get("/cases", headers={"Authentication-Token": stolen}).status_code == 302
    assert stranger.get("/cases", query_string={"auth_token": stolen}).status_code == 302


def test_nobody_stays_signed_in_by_a_box(app: Flask) -> None:
    client = app.test_client()
    answer = enter(client, "ana", remember="y")
    cookies = answer.headers.getlist("Set-Cookie")
    assert not any("remember" in one for one in cookies)
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)
    assert not any("Expires" in one or "Max-Age" in one for one in cookies)


def test_in_production_the_cookie_stays_on_this_host_and_on_encrypted_lines(
    tmp_path: Path, database_url: str
) -> None:
    app = strict_app(tmp_path, database_url, secure_cookies=True, demo=False)
    answer = app.test_client().get("/sign-in", base_url="https://intake.example")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-intake=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    app.extensions["intake.engine"].dispose()


def test_in_production_nobody_is_exempt(tmp_path: Path, database_url: str) -> None:
    app = strict_app(tmp_path, database_url, demo=False)
    app.config["DEMO_SECOND_FACTOR"] = False
    client = app.test_client()
    enter(client, "sofia")
    assert client.get("/review").headers["Location"] == "/account/second-factor"
    app.extensions["intake.engine"].dispose()


def test_sign_in_rotates_what_the_browser_holds(app: Flask) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as held:
        before = held["csrf_token"]
    enter(client, "ana")
    with client.session_transaction() as held:
        first = held["sign_in"]
        assert held.get("csrf_token") != before
    post(client, "/sign-out", form="/account")
    assert rows(app, "ana") == []
    enter(client, "ana")
    with client.session_transaction() as held:
        assert held["sign_in"] != first


def test_a_passkey_may_be_on_any_device_and_belongs_to_the_public_address(
    tmp_path: Path, database_url: str
) -> None:
    app = strict_app(tmp_path, database_url, public_url="https://intake.albergue.example")
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        passkeys = app.extensions["security"].webauthn_util
        for usage in ("first", "secondary"):
            asked = passkeys.authenticator_selection(user(app, "ana"), usage)
            assert asked.authenticator_attachment is None
        assert passkeys.origin() == "https://intake.albergue.example"
    app.extensions["intake.engine"].dispose()
