"""Slips of the hand: a mistyped code or number, a button pressed twice, a box left empty. None costs what was done."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable

from flask import Flask
from passlib.totp import TOTP
from pypdf import PdfReader

from tests.conftest import Person, form_fields
from tests.web.doors import SUMMARY, code, enter, post

SignIn = Callable[[str], Person]
CASE = "/cases/TAP-2026-0001"
URGENT = "Llamó el consulado: la trasladan hoy por la noche."


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def problems(page: str) -> list[str]:
    found = SUMMARY.search(page)
    assert found, page
    return [words(one) for one in re.findall(r"<li>(.*?)</li>", found[1], re.S)]


def test_a_mistyped_code_leaves_the_scanned_square_as_it_is(app: Flask) -> None:
    client = app.test_client()
    enter(client, "beto")
    path = "/account/authenticator"
    page = post(client, path, form="/account/second-factor", setup="authenticator").text
    key = re.compile(r'intake-key">\s*([A-Z2-7][A-Z2-7 -]+[A-Z2-7])\s*<')
    to = re.compile(r'action="(/account/authenticator/[^"]+)"')
    first, target = key.findall(page)[0], to.findall(page)[0]
    for wrong in ("12ab", "", "000000"):
        token = form_fields(page)["csrf_token"]
        answer = client.post(target, data={"csrf_token": token, "code": wrong})
        assert answer.status_code == 422, wrong
        page = answer.text
        assert key.findall(page)[0] == first
        assert 'id="code-error"' in page
        assert len(problems(page)) == 1
        assert words(page).count("Hay un problema") == 1
    authenticator = TOTP(re.sub(r"[ -]", "", first))
    typed = {"csrf_token": form_fields(page)["csrf_token"], "code": code(authenticator)}
    done = client.post(to.findall(page)[0], data=typed)
    assert done.status_code == 302
    assert "El código no es correcto" not in client.get("/account/second-factor").text


def test_a_sign_in_that_fails_says_so_once(app: Flask) -> None:
    client = app.test_client()
    assert len(problems(enter(client, "ana", password="").text)) == 1
    assert len(problems(post(client, "/sign-in", email="", password="").text)) == 1


def test_problems_of_an_invitation_come_in_the_order_of_the_page(sign_in: SignIn) -> None:
    page = sign_in("admin").send("/people/invite", {}, 422)
    assert problems(page) == [
        "Escriba el correo electrónico.",
        "Escriba el nombre.",
        "Elija una función.",
    ]


def test_a_slip_in_the_number_of_an_emergency_keeps_the_reason(sign_in: SignIn) -> None:
    david = sign_in("david")
    david.open("/language/es?next=/emergency", 302)
    page = david.send("/emergency", {"number": "TAP-2026-9999", "reason": URGENT}, 404)
    assert form_fields(page)["reason"] == URGENT
    assert form_fields(page)["number"] == "TAP-2026-9999"
    assert problems(page) == ["Ningún caso tiene ese número. Revíselo y envíelo de nuevo."]
    assert "TAP-2026-0001</a>" not in david.open("/emergency")
    david.send("/emergency", {"number": "TAP-2026-0001", "reason": URGENT})
    assert f'href="{CASE}">TAP-2026-0001</a>' in david.open("/emergency")
    assert "TAP-2026-0001</a>" not in sign_in("sofia").open("/emergency")


def test_an_erasure_is_told_to_whom_it_concerns_and_pressing_twice_is_told_too(
    sign_in: SignIn,
) -> None:
    ana, sofia, admin = sign_in("ana"), sign_in("sofia"), sign_in("admin")
    assert "Se propuso borrar" not in ana.open(CASE)
    asked = {"kind": "erase", "reason": "Se abrió dos veces."}
    assert 'value="retention"' not in sofia.open(f"{CASE}/erasure")
    sofia.send(f"{CASE}/erasure", asked | {"ground": "retention"}, 422)
    sofia.send(f"{CASE}/erasure", asked | {"ground": "mistake"})
    assert "Se propuso borrar este caso." in words(ana.open(CASE))
    assert "Se abrió dos veces" not in ana.open(CASE)
    path = re.findall(r'href="(/erasures/[^"]+)"', admin.open("/erasures"))[0]
    assert path in sofia.open(CASE)
    assert path not in ana.open(CASE)
    sure = dict(form_fields(admin.open(path))) | {"sure": "y", "decision": "confirm"}
    for _twice in range(2):
        assert admin.client.post(path, data=sure).headers["Location"] == "/erasures"
    assert "Eso ya se había decidido" in admin.open("/erasures")
    assert sign_in("david").client.get(path).status_code == 404


def test_all_that_is_held_is_told_in_words(sign_in: SignIn) -> None:
    david, sofia = sign_in("david"), sign_in("sofia")
    david.send("/emergency", {"number": "TAP-2026-0001", "reason": URGENT})
    sign_in("beto").open(CASE, 404)
    to = re.search(r'value="(\d+)"[^>]*>\s*Beto', sofia.open("/team/hand-over?case=TAP-2026-0001"))
    assert to
    path = "/team/hand-over"
    sofia.send(path, {"to": to[1], "reason": "Vacaciones."}, form=f"{path}?case=TAP-2026-0001")
    fields = dict(form_fields(sofia.open(f"{CASE}/access")))
    fields |= {"ground": "child", "reason": "La pidió.", "language": "es"}
    sent = sofia.client.post(f"{CASE}/access", data=fields)
    archive = zipfile.ZipFile(io.BytesIO(sent.data))
    reader = PdfReader(io.BytesIO(archive.read("TAP-2026-0001-es.pdf")))
    told = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for expected in (
        "Asignado a otra persona",
        "Ana Cruz Solís › Beto Ramírez Luna",
        "Vacaciones.",
        "Abierto por una emergencia",
        "Acceso negado al caso",
    ):
        assert expected in told, expected
    for raw in ("refused", "case.", "handed", "breach-"):
        assert raw not in told, raw


def test_a_switch_of_language_keeps_what_was_typed_of_a_teams_work(sign_in: SignIn) -> None:
    sofia, david = sign_in("sofia"), sign_in("david")
    switch = {"switch_language": "en"}
    path = "/team/hand-over"
    page = sofia.send(
        path, switch | {"reason": "Se va de viaje."}, 200, form=f"{path}?case=TAP-2026-0001"
    )
    assert form_fields(page)["reason"] == "Se va de viaje."
    assert "Assign to" in page
    assert form_fields(page)["case"] == "TAP-2026-0001"
    page = sofia.send("/team/cover", {"switch_language": "es", "first-day": "31"}, 200)
    assert form_fields(page)["first-day"] == "31"
    assert "Quién estará ausente" in page
    page = david.send("/emergency", {"switch_language": "es", "reason": URGENT}, 200)
    assert form_fields(page)["reason"] == URGENT
    assert "¿Cuál es la emergencia?" in page
    assert "error-summary" not in page


def test_a_session_that_ended_says_that_a_file_has_to_be_chosen_again(app: Flask) -> None:
    path = f"{CASE}/attachments/new"
    again = "elíjalo de nuevo"
    client = app.test_client()
    sent = {"kind": "photo", "file": (io.BytesIO(b"x"), "x.png")}
    assert again in client.post(path, data=sent).text
    assert again not in client.post(path, data={"kind": "photo"}).text


def test_a_number_that_no_database_holds_is_not_found(sign_in: SignIn) -> None:
    for name, path in (("admin", "/retention/teams/{}"), ("sofia", "/team/cover/{}/end")):
        client = sign_in(name).client
        token = form_fields(client.get("/account").text)["csrf_token"]
        for number in ("2147483648", "9" * 40):
            answer = client.post(path.format(number), data={"csrf_token": token})
            assert answer.status_code == 404, path
