"""An app in which every route has something to show, and somebody of each role who is signed in to it.

Routes are found from the app's map and from the table of tests/web/test_guard.py, so that a new one is asked as well.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from intake.app import create_app
from intake.extensions import limiter
from intake.models import User
from intake.services import attachments, consent, erasure, people, team
from intake.services.save import open_case
from intake.web.guard import PUBLIC, desk
from tests.conftest import run_on_server, settings_for
from tests.security.considered import MEMBER, VIOLATION, consider
from tests.services.conftest import close, find
from tests.services.test_versions import changed_rules, put_in_force
from tests.test_cleaning import photo
from tests.web import test_guard as guard
from tests.web.doors import enter, set_up_app

NUMBER = "TAP-2026-0001"
HALFWAY, NOBODY = "halfway", "nobody"
"""Who gave the password and not yet the second factor; who is not signed in."""
FORM_OF = {HALFWAY: "/sign-in/code", NOBODY: "/sign-in"}
ROLES = (*guard.PEOPLE, HALFWAY, NOBODY)
SECOND_STEP = frozenset(
    {
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.wan_signin",
        "security.wan_signin_response",
        "security.mf_recovery",
        "security.two_factor_rescue",
    }
)


class Asked(NamedTuple):
    """One route as one person asks it."""

    endpoint: str
    method: str
    path: str
    role: str


class World:
    """The app, its objects, and a way back to how everything was."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.app: Flask = create_app(settings_for(folder, url))
        self.cookies: dict[str, str] = {}
        self.changed = False
        self.values: dict[str, object] = dict(guard.VALUES)
        self.numbers: dict[str, str] = {}
        self._furnish(folder)
        client = self.app.test_client()
        enter(client, "beto")
        set_up_app(client)
        self._sign_in()

    def _sign_in(self) -> None:
        """Signs everybody in, and remembers that with all the rest."""
        self.signed_in = time.monotonic()
        for role, name in (guard.PEOPLE | {HALFWAY: "beto"}).items():
            client = self.app.test_client()
            enter(client, name)
            # the first page with a form puts the token into the session
            client.get(FORM_OF.get(role, "/account"))
            cookie = client.get_cookie("intake")
            assert cookie
            self.cookies[role] = cookie.value
        stranger = self.app.test_client()
        stranger.get("/sign-in")
        cookie = stranger.get_cookie("intake")
        assert cookie
        self.cookies[NOBODY] = cookie.value
        self._keep()

    def _furnish(self, folder: Path) -> None:
        with self.app.test_request_context():
            at = desk()
            who = {one.email.split("@")[0]: one for one in people.everybody(at.session)}
            ana, sofia, store = who["ana"], who["sofia"], self.app.extensions["intake.files"]
            case = find(at, NUMBER)
            operation = str(uuid.uuid4())
            kept = attachments.add_attachment(
                at, store, case, ana, photo(), kind="photo", description="Foto", operation=operation
            )
            consider(at, NUMBER, ana)
            given = str(uuid.uuid4())
            consent.give_consent(
                at,
                find(at, NUMBER),
                who["ana"],
                purpose="asylum",
                recipient="comar",
                given_on=dt.date(2026, 1, 1),
                giver="child",
                name="",
                how="spoken",
                evidence="Nota",
                operation=given,
            )
            ended, ending, fate = (self._opened(who["ana"].id) for _ in range(3))
            for number in (ended, ending):
                close(at, number)
            irma = self._person("irma", "supervisor")
            proposal = str(uuid.uuid4())
            erasure.propose(
                at,
                find(at, ending),
                at.session.get_one(User, irma),
                kind="erase",
                ground="mistake",
                reason="Por error",
                operation=proposal,
            )
            elena = at.session.get_one(User, self._person("elena", "caseworker"))
            token = people.new_link(at, elena, by=None)
            today = dt.datetime.now(dt.UTC).date()
            sofia = at.session.get_one(User, sofia.id)
            team.set_cover(
                at,
                sofia,
                absent_id=who["ana"].id,
                covering_id=who["beto"].id,
                first=today,
                last=today + dt.timedelta(days=30),
            )
            cover = team.covers(at, at.session.get_one(User, sofia.id))[0]
            self.values |= {
                "attachment_id": kept,
                "consent_id": given,
                "member_id": MEMBER,
                "violation_id": VIOLATION,
                "erasure_id": proposal,
                "person_id": elena.id,
                "team_id": sofia.team_id,
                "cover_id": cover.id,
                "token": token,
            }
            self.numbers = {
                "retention.prolong": ended,
                "endings.propose": fate,
                "team.hand_over": fate,
            }
            # the newest register is not that of the cases, so that they can be moved to it
            (folder / "rules").mkdir()
            put_in_force(at, changed_rules(folder / "rules"))

    def _person(self, name: str, role: str) -> int:
        added = people.add_person(
            desk(),
            email=f"{name}@intake.example",
            name=name.title(),
            role=role,
            team="Albergue Tapachula",
            language="es",
            password="cactus nube tren lima",
        )
        return int(added.id)

    def _opened(self, caseworker: int) -> str:
        by = desk().session.get_one(User, caseworker)
        values = {"profile.stage": "identification", "identity.name": "Luz"}
        return str(open_case(desk(), by, values, str(uuid.uuid4())).number)

    def _keep(self) -> None:
        """Remembers the database and the files as they are now."""
        self._let_go()
        if self.url.startswith("sqlite"):
            shutil.copy(self.url.removeprefix("sqlite:///"), self.folder / "kept.sqlite")
        else:
            run_on_server(f"drop database if exists {self._name}_kept with (force)")
            run_on_server(f"create database {self._name}_kept template {self._name}")
        if (self.folder / "attachments").exists():
            shutil.copytree(self.folder / "attachments", self.folder / "kept", dirs_exist_ok=True)

    def refresh(self) -> None:
        """As renew; and whoever signed in some time ago does so again, since some pages ask for that."""
        self.renew()
        if time.monotonic() - self.signed_in > 300:
            self._sign_in()

    @property
    def engine(self) -> str:
        """Which database it is."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @property
    def _name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    def _let_go(self) -> None:
        engine = self.app.extensions["intake.engine"]
        if self.url.startswith("sqlite"):
            with create_engine(self.url).connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    def renew(self) -> None:
        """Puts everything back to how it was, where somebody was let do something since."""
        self.calm()
        if not self.changed:
            return
        self.changed = False
        self._let_go()
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            for ending in ("-wal", "-shm"):
                Path(path + ending).unlink(missing_ok=True)
            shutil.copy(self.folder / "kept.sqlite", path)
        else:
            run_on_server(f"drop database {self._name} with (force)")
            run_on_server(f"create database {self._name} template {self._name}_kept")
        shutil.rmtree(self.folder / "attachments", ignore_errors=True)
        if (self.folder / "kept").exists():
            shutil.copytree(self.folder / "kept", self.folder / "attachments")

    def calm(self) -> None:
        """Forgets how often somebody tried to get in."""
        limiter.limiter.storage.reset()

    def close(self) -> None:
        """Gives back what it holds."""
        self.app.extensions["intake.engine"].dispose()
        if not self.url.startswith("sqlite"):
            run_on_server(f"drop database if exists {self._name}_kept with (force)")

    def client(self, role: str) -> FlaskClient:
        """The browser of somebody of that role."""
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie("intake", self.cookies[role])
        return client

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """Every endpoint, method and path, filled in with what is there."""
        before = dict(guard.VALUES)
        guard.VALUES.update(self.values)
        try:
            for route in sorted(guard.routes(self.app, NUMBER)):
                path = route.path.replace(NUMBER, self.numbers.get(route.endpoint, NUMBER))
                if route.endpoint == "security.reset_password":
                    path = f"/password/{self.values['token']}"
                yield route.endpoint, route.method, path
        finally:
            guard.VALUES.clear()
            guard.VALUES.update(before)

    def allowed(self, method: str) -> Iterator[Asked]:
        """Every route of that method, as somebody who may use it."""
        for endpoint, found, path in self.routes():
            if found == method:
                yield Asked(endpoint, method, path, self.role_for(endpoint, method))

    def role_for(self, endpoint: str, method: str) -> str:
        """A role that the table lets in, or that has business with a page before sign-in."""
        if endpoint in SECOND_STEP:
            return HALFWAY
        if endpoint in PUBLIC or endpoint not in guard.EXPECTED:
            return NOBODY
        row = guard.EXPECTED[endpoint].get(method, {})
        # 404: of something that is not there in that table, and is here
        return min(
            row or guard.PEOPLE,
            key=lambda role: min((got in (403, 404), got == 403) for got in row.get(role, (404,))),
        )

    def token(self, role: str) -> str:
        """A token that forms of that person's session carry."""
        page = self.client(role).get(FORM_OF.get(role, "/account")).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)
        return found[1] if found else ""


__all__ = ["HALFWAY", "NOBODY", "NUMBER", "ROLES", "Asked", "World"]
