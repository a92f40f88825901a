"""The administrator's pages: people are invited, changed and shut out, and links work once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Person
from tests.web.doors import (
    NEW,
    ROSA,
    audited,
    choose,
    enter,
    invite,
    post,
    rows,
    set_up_app,
    user,
)

SignIn = Callable[[str], Person]


def test_somebody_invited_chooses_a_password_and_gets_in(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    link = invite(admin)
    assert "Con invitación" in admin.open("/people")
    rosa = app.test_client()
    assert enter(rosa, ROSA["email"], NEW).status_code == 200
    assert choose(rosa, link) == 302
    assert enter(rosa, ROSA["email"], NEW).status_code == 302
    assert rosa.get("/cases").status_code == 200
    actions = [action for action, _detail in audited(app)]
    assert {"person.invited", "person.invitation-link", "password.reset"} <= set(actions)


def test_a_lost_second_factor_is_removed_and_another_asked_for(strict: Flask) -> None:
    app = strict
    sofia, admin = app.test_client(), app.test_client()
    enter(sofia, "sofia")
    set_up_app(sofia)
    post(sofia, "/account/recovery-codes")
    enter(admin, "admin")
    set_up_app(admin)
    path = f"/people/{user(app, 'sofia').id}"
    assert post(admin, f"{path}/second-factor", form=path).status_code == 302
    lost = user(app, "sofia")
    assert not lost.has_second_factor
    assert not lost.mf_recovery_codes
    assert "/sign-in" in sofia.get("/review").headers["Location"]
    enter(sofia, "sofia")
    assert sofia.get("/review").headers["Location"] == "/account/second-factor"
    assert ("second-factor.reset", {"person": lost.id}) in audited(app)


def test_somebody_shut_out_is_out_at_once_and_can_be_let_in(app: Flask, sign_in: SignIn) -> None:
    beto, admin = sign_in("beto"), sign_in("admin")
    path = f"/people/{user(app, 'beto').id}"
    admin.send(f"{path}/deactivate", {}, form=path)
    assert beto.client.get("/cases").status_code == 302
    assert rows(app, "beto") == []
    client = app.test_client()
    assert enter(client, "beto").status_code == 200
    assert "Sin acceso" in admin.open("/people")
    admin.send(f"{path}/activate", {}, form=path)
    assert enter(client, "beto").status_code == 302


def test_another_role_or_team_ends_the_sessions(app: Flask, sign_in: SignIn) -> None:
    beto, admin = sign_in("beto"), sign_in("admin")
    path = f"/people/{user(app, 'beto').id}"
    admin.send(path, {"language": "en"})
    assert beto.client.get("/cases").status_code == 200
    admin.send(path, {"role": "supervisor"})
    assert beto.client.get("/cases").status_code == 302
    again = sign_in("beto")
    assert again.client.get("/review").status_code == 200
    assert again.client.get("/cases").status_code == 403


def test_nobody_takes_away_the_last_administrator(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    own = f"/people/{user(app, 'admin').id}"
    page = admin.send(own, {"role": "auditor"}, 422)
    assert "Pídalo a otra persona administradora" in page
    for act in ("deactivate", "second-factor"):
        admin.send(f"{own}/{act}", {}, form=own.rsplit("/", 1)[0] + "/invite")
    assert user(app, "admin").active
    assert admin.client.get("/people").status_code == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": "rosa"}, "Escriba un correo electrónico"),
        ({"email": "ANA@intake.example"}, "Ya hay alguien con este correo"),
        ({"email": "a b@c"}, "Escriba un correo electrónico"),
        ({"name": " "}, "Escriba el nombre"),
        ({"team": ""}, "Elija un equipo"),
        ({"role": ""}, "Elija una función"),
        ({"name": "x" * 121}, "120"),
        ({"name": "Rosa\0"}, "Esto no se puede usar"),
        ({"name": "Rosa \u202eagem"}, "Esto no se puede usar"),
        ({"email": "rosa\0@albergue.example"}, "Escriba un correo electrónico"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    sign_in: SignIn, changes: dict[str, str], says: str
) -> None:
    page = sign_in("admin").send("/people/invite", dict(ROSA | changes), 422)
    assert says in page
    assert "error-summary" in page


def test_a_team_is_added_once(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    typed: dict[str, object] = {"name": "Oficina Puebla", "prefix": "PUE"}
    admin.send("/people/teams/add", typed)
    assert "Oficina Puebla" in admin.open("/people")
    assert "Ya hay un equipo con ese nombre" in admin.send("/people/teams/add", typed, 422)
    wrong = admin.send("/people/teams/add", typed | {"name": "X", "prefix": "p1"}, 422)
    assert "letras mayúsculas" in wrong


def test_changes_of_people_ask_who_is_there(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in("admin")
    path = f"/people/{user(app, 'beto').id}"
    fields = {"csrf_token": re.search(r'csrf_token" value="([^"]+)', admin.open(path))[1]}  # type: ignore[index]
    with admin.client.session_transaction() as held:
        held["fs_paa"] -= 16 * 60
    for act in ("", "/link", "/deactivate", "/second-factor"):
        answer = admin.client.post(path + act, data=fields)
        assert answer.headers["Location"].startswith("/account/confirm"), act
    assert user(app, "beto").active
