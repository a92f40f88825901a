"""Whoever has an account is told what happened to it: on its page always, by mail where mails are set up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from intake.cli import main
from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.models import AccountEvent, User, now
from intake.services import account_events
from intake.services.account_events import KEPT, KINDS
from intake.web.guard import desk
from intake.web.notices import event_words
from tests.conftest import KEY
from tests.web.doors import NEW, choose, code, enter, link_on, post, set_up_app, user
from tests.web.test_links import _Server as Server
from tests.web.test_links import mailing

__all__ = ["mailing"]


@pytest.fixture
def both(mailing: tuple[Flask, Server]) -> Iterator[tuple[Flask, Server]]:
    yield mailing


def kinds(app: Flask, name: str) -> list[str]:
    """What is kept of that person's account, the oldest first."""
    with app.app_context():
        owner = select(User.id).where(User.email == f"{name}@intake.example").scalar_subquery()
        query = select(AccountEvent.kind).where(AccountEvent.user_id == owner)
        return list(db.scalars(query.order_by(AccountEvent.id)))


def test_a_changed_password_is_told_without_a_word_of_the_person(
    both: tuple[Flask, Server],
) -> None:
    app, server = both
    client = app.test_client()
    enter(client, "ana")
    post(
        client,
        "/account/password",
        password=PASSWORD,
        new_password="corta",
        new_password_confirm="corta",
    )
    assert kinds(app, "ana") == []
    post(client, "/account/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    (mail,) = server.mails()
    text = mail.get_content()
    assert mail["To"] == "ana@intake.example"
    assert mail["Subject"] == "Intake: su cuenta"
    assert "Se cambió la contraseña." in text
    for word in ("Ana", "Cruz", "TAP-", "http", "intake.albergue"):
        assert word not in text
    page = client.get("/account").text
    assert "Se cambió la contraseña." in page


def test_each_change_of_a_second_factor_is_told(both: tuple[Flask, Server]) -> None:
    app, server = both
    client = app.test_client()
    enter(client, "ana")
    phone = set_up_app(client)
    page = post(client, "/account/recovery-codes").text
    found = re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", page)
    assert found, page
    elsewhere = app.test_client()
    enter(elsewhere, "ana")
    post(elsewhere, "/sign-in/recovery-code", code=found[0])
    assert elsewhere.get("/cases").status_code == 200
    assert kinds(app, "ana") == [
        "authenticator.added",
        "recovery-codes.created",
        "recovery-code.used",
    ]
    mails = "".join(mail.get_content() for mail in server.mails(3))
    assert "Se configuró una aplicación" in mails
    assert "Se crearon códigos de recuperación nuevos" in mails
    assert "Alguien entró con un código de recuperación" in mails
    assert found[0] not in mails
    assert code(phone) not in mails


def test_an_administrator_who_resets_leaves_a_trace_its_owner_sees(
    both: tuple[Flask, Server],
) -> None:
    app, server = both
    ana, admin = app.test_client(), app.test_client()
    enter(ana, "ana")
    set_up_app(ana)
    enter(admin, "admin")
    path = f"/people/{user(app, 'ana').id}"
    post(admin, f"{path}/second-factor", form=path)
    link = link_on(
        re.sub("https://intake.albergue.example", "http://localhost", _link(admin, path, server))
    )
    assert choose(app.test_client(), link) == 302
    assert kinds(app, "ana") == ["authenticator.added", "second-factor.reset", "password.reset"]
    again = app.test_client()
    enter(again, "ana", NEW)
    page = again.get("/account").text
    assert "Una persona administradora quitó el segundo factor." in page
    assert "Se eligió una contraseña nueva con un enlace." in page


def _link(admin: object, path: str, server: Server) -> str:
    """The page with a link that the administrator gets, or that page as the mail holds it."""
    post(admin, f"{path}/link", form=path)  # type: ignore[arg-type]
    for mail in server.mails(3):
        held = re.search(r"(https://\S+/password/\S+)", mail.get_content())
        if held:
            return f'<p id="link"> {held[1]} </p>'
    raise AssertionError("no mail holds a link")


def test_without_mail_nothing_is_lost_and_others_see_nothing(app: Flask) -> None:
    client = app.test_client()
    enter(client, "ana")
    post(client, "/account/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert "Se cambió la contraseña." in client.get("/account").text
    beto = app.test_client()
    enter(beto, "beto")
    assert "Se cambió la contraseña." not in beto.get("/account").text


def test_what_was_not_kept_is_not_told(both: tuple[Flask, Server]) -> None:
    app, server = both
    with app.test_request_context():
        with pytest.raises(RuntimeError), desk().writing() as session:
            account_events.note(session, session.get_one(User, 1), "password.changed")
            raise RuntimeError
        assert account_events.recent(db(), db.get_one(User, 1)) == []
        from intake.web.notices import tell_owners

        tell_owners(failed=True)
        tell_owners()
    assert server.taken == []


def test_events_are_kept_for_ninety_days_and_each_kind_has_words(app: Flask) -> None:
    with app.test_request_context():
        person = db.get_one(User, 1)
        with desk().writing() as session:
            session.add(AccountEvent(user_id=1, at=now() - KEPT * 1.1, kind="password.changed"))
        person = db.get_one(User, 1)
        assert account_events.recent(db(), person) == []
        with desk().writing() as session:
            account_events.note(session, session.get_one(User, 1), "passkey.added")
        assert [one.kind for one in db.scalars(select(AccountEvent))] == ["passkey.added"]
        assert set(event_words()) == set(KINDS)


def test_a_reset_by_command_is_told_too(
    both: tuple[Flask, Server], tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, server = both
    settings = app.extensions["intake.settings"]
    for name, value in {
        "INTAKE_INSTANCE": str(tmp_path),
        "DATABASE_URL": database_url,
        "INTAKE_MASTER_KEY": KEY.decode(),
        "INTAKE_SECRET_KEY": "s" * 40,
        "INTAKE_PASSWORD_SALT": "p" * 40,
        "INTAKE_SMTP_URL": settings.smtp_url,
        "INTAKE_MAIL_FROM": settings.mail_from,
        "INTAKE_PUBLIC_URL": settings.public_url,
    }.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["users", "reset-second-factor", "ana@intake.example"])
    assert done.exit_code == 0, done.output
    (mail,) = server.mails()
    assert "quitó el segundo factor" in mail.get_content()
