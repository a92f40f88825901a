"""Documents of several cases, by a real worker beside the app: followed with and without scripts, and fetched."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from intake.commands.demo import PASSWORD
from tests.browser.conftest import Someone

READY = 120_000
"""Milliseconds that the worker may take."""


def test_who_waits_sees_it_come_and_fetches_it(someone: Someone, tmp_path: Path) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to("/exports/new?every=own")
    someone.finds_no_barrier()
    page.get_by_role("button", name="Preparar los documentos").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    someone.finds_no_barrier()
    download = page.get_by_role("button", name="Descargar los documentos (ZIP)")
    expect(download).to_be_visible(timeout=READY)  # the page shows itself anew
    someone.finds_no_barrier()
    with page.expect_download() as fetched:
        download.click()
    fetched.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 4
    page.get_by_role("button", name="Retirar esta descarga ahora").click()
    expect(page.get_by_text("Se retiró la descarga")).to_be_visible()
    someone.finds_no_barrier()


def test_without_scripts_a_link_shows_how_far_it_is(server: str, browser: Browser) -> None:
    plain = browser.new_context(locale="es-MX", java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{server}/sign-in")
    page.locator("#email").fill("sofia@intake.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.goto(f"{server}/exports/new?every=queue")
    page.get_by_role("button", name="Preparar los documentos").click()
    look = page.get_by_role("link", name="Ver el avance actual")
    until = READY // 1000
    while look.count() and until:
        page.wait_for_timeout(1000)
        look.click()
        until -= 1
    ready = page.get_by_role("button", name="Descargar los documentos (ZIP)")
    expect(ready).to_be_visible()
    plain.close()
