"""A second factor in a real browser: passkeys with a virtual authenticator, the authenticator app, recovery codes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from passlib.totp import TOTP
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Someone


class Authenticator:
    """A device's passkeys, as the browser sees them."""

    def __init__(self, page: Page, transport: str) -> None:
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        self.id = self.devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": transport,
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        found = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def is_away(self) -> None:
        """The device is lost."""
        self.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})


@pytest.fixture(autouse=True)
def localhost(someone: Someone) -> Iterator[None]:
    """A passkey belongs to a name, not to an address."""
    someone.server = someone.server.replace("127.0.0.1", "localhost")
    yield


@pytest.mark.parametrize(("name", "transport"), [("ana", "internal"), ("sofia", "usb")])
def test_a_passkey_of_the_phone_itself_or_of_a_key_lets_somebody_in(
    someone: Someone, name: str, transport: str
) -> None:
    page = someone.page
    device = Authenticator(page, transport)
    someone.signs_in(name)
    someone.goes_to("/account/second-factor")
    someone.follows("Configurar una llave de acceso")
    page.locator("#name").fill("Mi teléfono")
    page.get_by_role("button", name="Configurar esta llave de acceso").click()
    page.wait_for_url("**/account/second-factor")
    someone.reads("La llave de acceso Mi teléfono quedó configurada")
    assert len(device.passkeys()) == 1
    someone.finds_no_barrier()
    someone.signs_in(name)
    someone.reads("Ahora su teléfono, computadora o llave confirma que es usted")
    page.get_by_role("button", name="Seguir").click()
    page.wait_for_url(re.compile(r"/today$"))
    assert device.passkeys()[0]["signCount"] == 2
    someone.goes_to("/account/passkeys")
    someone.presses("Quitar la llave de acceso Mi teléfono")
    someone.reads("Se quitó la llave de acceso Mi teléfono")
    someone.signs_in(name)
    page.wait_for_url(re.compile(r"/today$"))


def test_without_the_device_a_recovery_code_lets_somebody_in(someone: Someone) -> None:
    page = someone.page
    device = Authenticator(page, "internal")
    someone.signs_in("beto")
    someone.goes_to("/account/passkeys")
    page.locator("#name").fill("Mi teléfono")
    page.get_by_role("button", name="Configurar esta llave de acceso").click()
    page.wait_for_url("**/account/second-factor")
    someone.follows("Crear códigos de recuperación")
    someone.presses("Crear códigos nuevos")
    code = page.locator(".intake-codes li").first.inner_text()
    device.is_away()
    someone.signs_in("beto")
    page.get_by_role("button", name="Seguir").click()
    someone.reads("Siga lo que le pida su teléfono")
    someone.finds_no_barrier()
    someone.follows("Usar un código de recuperación")
    page.locator("#code").fill(code)
    someone.presses("Continuar")
    page.wait_for_url("**/today")


def test_an_authenticator_app_is_set_up_and_asked_for(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("carmen")
    someone.goes_to("/account")
    someone.follows("Aplicación de autenticación, llaves de acceso")
    someone.presses("Configurar una aplicación de autenticación")
    expect(page.locator("img.intake-qr")).to_be_visible()
    key = page.locator(".intake-key").first.inner_text()
    app = TOTP(re.sub(r"[ -]", "", key))
    page.locator("#code").fill(app.generate().token)
    someone.presses("Terminar")
    someone.reads("Su aplicación de autenticación quedó configurada")
    someone.signs_in("carmen")
    page.locator("#code").fill(app.generate().token)
    someone.presses("Continuar")
    someone.reads("El código no es correcto o ya se usó")
    page.locator("#code").fill(app.generate(time=time.time() + 30).token)
    someone.presses("Continuar")
    page.wait_for_url("**/today")


def test_the_pages_of_people_and_of_ones_account_have_no_barrier(someone: Someone) -> None:
    page = someone.page
    for language in ("es", "en"):
        someone.signs_in("admin")
        page.goto(f"{someone.server}/language/{language}")
        for path in (
            "/account",
            "/account/second-factor",
            "/account/password",
            "/account/recovery-codes",
            "/account/passkeys",
            "/account/confirm",
            "/people",
            "/people/invite",
            "/people/1",
            "/people/teams/add",
        ):
            someone.goes_to(path)
        page.context.clear_cookies()
        page.goto(f"{someone.server}/language/{language}")
        someone.goes_to("/password")


def test_a_session_is_ended_from_another_browser(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("auditor")
    context = page.context.browser
    assert context
    other = context.new_page()
    visitor = Someone(other, someone.server)
    visitor.signs_in("auditor")
    someone.goes_to("/account")
    someone.presses("Terminar todas las demás sesiones")
    someone.reads("Se cerraron sus demás sesiones")
    visitor.goes_to("/account")
    assert "/sign-in" in other.url
    other.close()
