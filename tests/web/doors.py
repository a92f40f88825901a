"""What tests of signing in share: people with and without a second factor, and the codes of their apps."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from intake.app import create_app
from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.models import AuditEntry, SignIn, User
from tests.conftest import Person, form_fields, settings_for

NEW = "cactus nube tren lima"
ROSA = {
    "email": "rosa@albergue.example",
    "name": "Rosa Iturbe",
    "role": "caseworker",
    "team": "Albergue Tapachula",
    "language": "es",
}
SUMMARY = re.compile(r'error-summary__list">(.*?)</ul>', re.S)


def strict_app(tmp_path: Path, database_url: str, **changes: Any) -> Flask:
    """The app as outside a demonstration: a second factor is asked of every role that needs one."""
    settings = settings_for(tmp_path, database_url)
    return create_app(replace(settings, **({"demo_second_factor": True} | changes)))


def post(client: FlaskClient, path: str, *, form: str = "", **typed: Any) -> Any:
    """Sends a form with the token of the page it is on."""
    page = client.get(form or path).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)
    assert token, f"{form or path} holds no form"
    return client.post(path, data={"csrf_token": token[1]} | typed)


def enter(client: FlaskClient, name: str, password: str = PASSWORD, **more: Any) -> Any:
    """The first step of signing in."""
    email = name if "@" in name else f"{name}@intake.example"
    return post(client, "/sign-in", email=email, password=password, **more)


def set_up_app(client: FlaskClient) -> TOTP:
    """Sets up an authenticator app, and gives it back with its first code used up."""
    page = post(
        client, "/account/authenticator", form="/account/second-factor", setup="authenticator"
    ).text
    key = re.search(r'intake-key">\s*([A-Z2-7][A-Z2-7 -]+[A-Z2-7])\s*<', page)
    action = re.search(r'action="(/account/authenticator/[^"]+)"', page)
    assert key and action, page
    app = TOTP(re.sub(r"[ -]", "", key[1]))
    token = str(form_fields(page)["csrf_token"])
    answer = client.post(action[1], data={"csrf_token": token, "code": app.generate().token})
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].endswith("/account/second-factor")
    return app


def code(app: TOTP, steps: int = 0) -> str:
    """The app's code now, or some steps of thirty seconds later."""
    return str(app.generate(time=time.time() + 30 * steps).token)


def user(app: Flask, name: str) -> User:
    """That person, read anew."""
    with app.app_context():
        found = db.scalars(select(User).where(User.email == f"{name}@intake.example")).unique()
        person = found.one()
        _ = person.webauthn  # read here, where there is a session
        return person


def rows(app: Flask, name: str) -> list[SignIn]:
    """That person's sessions, as they are kept."""
    with app.app_context():
        owner = select(User.id).where(User.email == f"{name}@intake.example").scalar_subquery()
        return list(db.scalars(select(SignIn).where(SignIn.user_id == owner)))


def audited(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    """What the audit trail says, in order."""
    with app.app_context():
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(entry.action, entry.detail) for entry in entries]


def link_on(page: str) -> str:
    found = re.search(r'id="link">\s*http://localhost(/password/[^<\s]+)', page)
    assert found, page
    return found[1]


def choose(client: FlaskClient, link: str, password: str = NEW) -> int:
    """Follows a link and chooses a password; the status that comes back."""
    opened = client.get(link)
    if opened.status_code != 200:
        return int(opened.status_code)
    typed = {"password": password, "password_confirm": password}
    return int(post(client, link, **typed).status_code)


def invite(admin: Person, **changes: str) -> str:
    """Invites Rosa and gives the link."""
    return link_on(admin.send("/people/invite", dict(ROSA | changes), 200))
