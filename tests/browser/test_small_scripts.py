"""Small scripts: the box that filters a long list, and a page that answers with a file."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Someone

CASE = "/cases/TAP-2026-0001"


def test_a_language_is_found_however_its_name_is_typed(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to(f"{CASE}/profile/child")
    page.locator(".govuk-details__summary-text", has_text="Lenguas que habla").click()
    box = page.locator("#languages-list-filter")
    found = page.locator("#languages-list .govuk-checkboxes__item:visible").filter(
        has_text="quiché"
    )
    nothing = page.get_by_text("Nada coincide")
    for typed in ("K'iche'", "K\N{RIGHT SINGLE QUOTATION MARK}iche", "kiche", "QUICHÉ", "quiche"):
        box.fill(typed)
        expect(found).to_have_count(1)
        expect(nothing).to_have_count(0)
    box.fill("klingon")
    expect(found).to_have_count(0)
    expect(nothing).to_be_visible()
    someone.finds_no_barrier()
    box.fill("")
    expect(nothing).to_have_count(0)


def test_a_page_that_hands_out_a_file_drops_what_it_said_of_the_last_attempt(
    someone: Someone,
) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to(f"{CASE}/print")
    page.get_by_label("Extracto para compartir").check()
    page.locator("#recipient").select_option("comar")
    page.locator("#purpose").select_option("asylum")
    someone.presses("Descargar el documento (PDF)")
    someone.reads("No hay consentimiento vigente")
    page.locator("#ground").fill("Orden judicial")
    with page.expect_download():
        page.get_by_role("button", name="Descargar el documento (PDF)").click()
    expect(page.locator(".govuk-error-summary, .govuk-error-message")).to_have_count(0)
    expect(page).not_to_have_title("Error: Documentos - Intake")
    someone.finds_no_barrier()
