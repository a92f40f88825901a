"""`intake users`, as whoever runs the app uses it before anybody can sign in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from intake.cli import main
from tests.web.doors import enter, post

ROSA = ("--name", "Rosa Iturbe", "--role", "caseworker", "--team", "Albergue Tapachula")


@pytest.fixture(autouse=True)
def place(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which the command finds the app's database and secrets."""
    engine = app.extensions["intake.engine"]
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    for name, letter in (("SECRET_KEY", "s"), ("PASSWORD_SALT", "p")):
        monkeypatch.setenv(f"INTAKE_{name}", letter * 40)
    monkeypatch.setenv("INTAKE_MASTER_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://intake.albergue.example")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["users", *words])


def test_an_invitation_is_a_link_that_lets_somebody_choose_a_password(app: Flask) -> None:
    told = run("invite", "Rosa@albergue.example", *ROSA)
    assert told.exit_code == 0, told.stderr
    found = re.search(r"https://intake\.albergue\.example(/password/\S+)", told.stdout)
    assert found
    client = app.test_client()
    new = "cactus nube tren lima"
    typed = {"password": new, "password_confirm": new}
    assert post(client, found[1], **typed).status_code == 302
    assert enter(client, "rosa@albergue.example", new).status_code == 302
    assert "rosa@albergue.example\tcaseworker\tAlbergue Tapachula\tactive" in run("list").stdout


def test_a_new_link_and_a_lost_second_factor_are_commands_too() -> None:
    assert "/password/" in run("link", "admin@intake.example").stdout
    assert run("reset-second-factor", "admin@intake.example").exit_code == 0


def test_somebody_is_shut_out(app: Flask) -> None:
    client = app.test_client()
    enter(client, "beto")
    assert run("deactivate", "beto@intake.example").exit_code == 0
    assert client.get("/cases").status_code == 302
    assert "beto@intake.example\tcaseworker\tAlbergue Tapachula\tshut out" in run("list").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("deactivate", "nobody@intake.example"), "email: is unknown"),
        (("deactivate", "admin@intake.example"), "person: nobody else could manage people"),
        (("invite", "ana@intake.example", *ROSA), "email: is taken"),
        (("invite", "rosa", *ROSA), "email: cannot be used"),
        (("invite", "r@x.example", "--name", "R", "--role", "supervisor"), "team: a person"),
        (("add", "r@x.example", *ROSA, "--password", "contraseña2026"), "password: is easy"),
        (("add", "r@x.example", *ROSA, "--password", "short"), "password: needs at least 12"),
        (("team", "Oficina Tijuana", "--prefix", "TIX"), "name: is taken"),
    ],
)
def test_what_cannot_be_is_one_line(words: tuple[str, ...], says: str) -> None:
    told = run(*words)
    assert told.exit_code != 0
    assert says in told.stderr
    assert told.stderr.count("\n") == 1
