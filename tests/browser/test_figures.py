"""A supervisor follows a number to its cases; an auditor publishes a quarter and finds no way to any."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Someone


@pytest.fixture(scope="module")
def before_serving() -> tuple[str, ...]:
    """A population large enough that something can be published."""
    return ("demo", "--cases", "150", "--seed", "3")


def test_a_supervisor_follows_a_number_of_the_board_to_its_cases(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("sofia")
    someone.goes_to("/board")
    expect(page.get_by_role("heading", name="Lo que dicen los casos")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    drawing = page.get_by_role("img", name="con un pendiente crítico, por sección").first
    expect(drawing).to_be_visible()
    someone.finds_no_barrier()
    number = page.locator("#overdue ~ * table a").first
    told = int(re.match(r"\d+", number.inner_text())[0])  # type: ignore[index]
    number.click()
    expect(page.get_by_text("Solo casos con:")).to_be_visible()
    assert page.locator(".intake-cases__case").count() == min(told, 50)
    someone.finds_no_barrier()


def test_the_board_prints_its_drawings_and_tables(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("sofia")
    someone.goes_to("/board")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Imprimir")).to_be_hidden()
    expect(page.locator("svg.intake-chart").first).to_be_visible()
    expect(page.locator("table").first).to_be_visible()


def test_an_auditor_publishes_a_quarter_and_finds_no_way_to_a_case(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("auditor")
    someone.goes_to("/figures")
    page.get_by_label("Trimestre").select_option(index=1)
    page.get_by_role("button", name="Publicar").click()
    expect(page.get_by_role("alert")).to_contain_text("Marque que lo sabe")
    page.get_by_label("Sé que las cifras publicadas").check()
    page.get_by_role("button", name="Publicar").click()
    expect(page.get_by_text("Las cifras del trimestre están publicadas.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator('a[href*="/review"], a[href*="/cases/"]').count() == 0
    someone.finds_no_barrier()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Informe en español (PDF)").click()
    assert saved.value.suggested_filename.endswith("-report-es.pdf")
