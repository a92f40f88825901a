"""Links to choose a password: they work once, for a day, and go by mail or by the administrator's hand."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import itsdangerous
import pytest
from flask import Flask

from tests.conftest import Person
from tests.web.doors import (
    NEW,
    ROSA,
    choose,
    code,
    enter,
    invite,
    link_on,
    post,
    set_up_app,
    strict_app,
    user,
)

SignIn = Callable[[str], Person]


class _Mailbox(socketserver.StreamRequestHandler):
    """A mail server that takes one mail and keeps it."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                taken = b"".join(iter(self.rfile.readline, b".\r\n"))
                cast("_Server", self.server).taken.append(taken)
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


class _Server(socketserver.ThreadingTCPServer):
    def __init__(self) -> None:
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Mailbox)

    def mails(self, count: int = 1) -> list[EmailMessage]:
        """The mails taken, once there are so many."""
        end = time.monotonic() + 10
        while len(self.taken) < count and time.monotonic() < end:
            threading.Event().wait(0.02)
        return [
            cast(EmailMessage, message_from_bytes(one, policy=policy.default)) for one in self.taken
        ]


@contextmanager
def mail_server() -> Iterator[_Server]:
    with _Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailing(tmp_path: Path, database_url: str) -> Iterator[tuple[Flask, _Server]]:
    """The app where mails are set up."""
    with mail_server() as server:
        app = strict_app(
            tmp_path,
            database_url,
            demo_second_factor=False,
            smtp_url=f"smtp://127.0.0.1:{server.server_address[1]}",
            mail_from="intake@albergue.example",
            public_url="https://intake.albergue.example",
        )
        yield app, server
        app.extensions["intake.engine"].dispose()


def test_a_link_works_once(app: Flask, sign_in: SignIn) -> None:
    link = invite(sign_in("admin"))
    assert choose(app.test_client(), link) == 302
    stranger = app.test_client()
    again = stranger.get(link)
    assert again.headers["Location"] == "/password"
    assert "Este enlace ya se usó o no está completo" in stranger.get("/password").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', stranger.get("/sign-in").text)
    assert token
    typed = {"password": "otra vez otra vez", "password_confirm": "otra vez otra vez"}
    stranger.post(link, data=typed | {"csrf_token": token[1]})
    assert enter(stranger, ROSA["email"], "otra vez otra vez").status_code == 200


def test_a_link_expires(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = sign_in("admin")
    with monkeypatch.context() as past:
        past.setattr(
            itsdangerous.TimestampSigner,
            "get_timestamp",
            lambda _self: int(time.time()) - 24 * 3600 - 60,
        )
        # the token alone is a day old: the sessions and forms of that time are not looked at
        from intake.services import people
        from intake.web.guard import desk

        with app.test_request_context():
            token = people.new_link(
                desk(), people.find_person(desk().session, "beto@intake.example"), by=None
            )
    assert admin.open("/people")
    client = app.test_client()
    assert choose(client, f"/password/{token}") == 302
    assert "Este enlace venció" in client.get("/password").text
    assert enter(client, "beto", NEW).status_code == 200


def test_a_changed_link_is_refused(app: Flask, sign_in: SignIn) -> None:
    link = invite(sign_in("admin"))
    client = app.test_client()
    assert choose(client, link[:-2] + ("aa" if link[-2:] != "aa" else "bb")) == 302
    assert enter(client, ROSA["email"], NEW).status_code == 200


def test_a_new_link_ends_the_older_one_and_every_session(app: Flask, sign_in: SignIn) -> None:
    beto, admin = sign_in("beto"), sign_in("admin")
    path = f"/people/{user(app, 'beto').id}"
    first = link_on(admin.send(f"{path}/link", {}, 200, form=path))
    second = link_on(admin.send(f"{path}/link", {}, 200, form=path))
    assert beto.client.get("/cases").status_code == 302
    client = app.test_client()
    assert client.get(first).status_code == 302
    assert choose(client, second) == 302
    assert enter(client, "beto", NEW).status_code == 302


def test_a_link_does_not_go_round_the_second_factor(strict: Flask) -> None:
    app = strict
    sofia, admin = app.test_client(), app.test_client()
    enter(sofia, "sofia")
    phone = set_up_app(sofia)
    enter(admin, "admin")
    set_up_app(admin)
    path = f"/people/{user(app, 'sofia').id}"
    link = link_on(post(admin, f"{path}/link", form=path).text)
    client = app.test_client()
    assert choose(client, link) == 302
    assert enter(client, "sofia", NEW).headers["Location"].startswith("/sign-in/code")
    assert client.get("/review").status_code == 302
    assert post(client, "/sign-in/code", code=code(phone, 1)).status_code == 302
    assert client.get("/review").status_code == 200


def test_an_invitation_goes_by_mail_in_the_persons_language(
    mailing: tuple[Flask, _Server],
) -> None:
    app, server = mailing
    admin = app.test_client()
    enter(admin, "admin")
    page = post(admin, "/people/invite", **(ROSA | {"language": "en"})).text
    assert "/password/" not in page
    (mail,) = server.mails()
    assert mail["To"] == ROSA["email"]
    assert mail["Subject"] == "Intake: choose your password"
    text = mail.get_content()
    assert "Hello Rosa Iturbe" in text
    assert mail.get_content_type() == "text/plain"
    found = re.search(r"https://intake\.albergue\.example(/password/\S+)", text)
    assert found
    assert choose(app.test_client(), found[1]) == 302


def test_a_forgotten_password_is_mailed_and_the_answer_tells_nothing(
    mailing: tuple[Flask, _Server],
) -> None:
    app, server = mailing
    said = set()
    for email in ("nobody@intake.example", "ana@intake.example"):
        client = app.test_client()
        page = post(client, "/password", email=email)
        assert page.status_code == 200
        said.add(re.sub(r'value="[^"]*"', "", page.text))
    assert len(said) == 1
    assert "ya va en camino" in said.pop()
    mails = server.mails()
    assert [mail["To"] for mail in mails] == ["ana@intake.example"]
    assert "TAP-" not in mails[0].get_content()
    # the host a request names has no say in where the link leads
    post(app.test_client(), "/password", email="beto@intake.example")
    client = app.test_client()
    token = re.search(r'csrf_token"[^>]*value="([^"]+)', client.get("/password").text)
    assert token
    client.post(
        "/password",
        data={"email": "carmen@intake.example", "csrf_token": token[1]},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    for mail in server.mails(3):
        assert "https://intake.albergue.example/password/" in mail.get_content()


def test_a_mail_that_cannot_be_sent_leaves_the_link_to_the_administrator(
    tmp_path: Path, database_url: str
) -> None:
    app = strict_app(
        tmp_path,
        database_url,
        demo_second_factor=False,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="intake@albergue.example",
        public_url="https://intake.albergue.example",
    )
    admin = app.test_client()
    enter(admin, "admin")
    page = post(admin, "/people/invite", **ROSA).text
    assert "No se pudo enviar el correo" in page
    assert "https://intake.albergue.example/password/" in page
    app.extensions["intake.engine"].dispose()


def test_without_mail_a_forgotten_password_is_for_the_administrator(app: Flask) -> None:
    page = app.test_client().get("/password").text
    assert "Pida a la persona administradora" in page
    assert "<form" not in page.split("<main")[1]
