"""A gap is worked on by two people, from the page of today to the answer that closes it; and no page bars anybody."""

from __future__ import annotations

from tests.browser.conftest import Someone

CASE = "/cases/TAP-2026-0001"
GAP = f"{CASE}/gaps/rights.informed"


def test_a_gap_goes_from_the_supervisor_to_the_caseworker_and_is_closed_by_an_answer(
    someone: Someone,
) -> None:
    page = someone.page
    page.set_viewport_size({"width": 360, "height": 800})
    someone.signs_in("sofia")
    someone.goes_to("/today")
    case = page.locator("li", has_text="TAP-2026-0001: ")
    case.get_by_role("link", name="Venció un plazo crítico").click()
    page.get_by_label("¿Quién queda a cargo?").select_option(label="Sofía Méndez Prado")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.locator("textarea[name=comment]").fill("¿Puede explicarlo hoy con persona intérprete?")
    page.get_by_label("Ana Cruz Solís", exact=True).check(force=True)
    page.get_by_role("button", name="Guardar el comentario").click()
    assert "¿Puede explicarlo hoy con persona intérprete?" in page.locator("main").inner_text()
    someone.goes_to("/today")
    assert "Pendientes a su cargo" in page.locator("main").inner_text()

    someone.signs_in("ana")
    someone.goes_to("/today")
    page.get_by_role("link", name="Sofía Méndez Prado, sobre TAP-2026-0001").click()
    page.get_by_label("En curso").check(force=True)
    page.locator("textarea[name=action]").fill("Cita con persona intérprete a las 17:00.")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.get_by_role("link", name="Cambiar la respuesta").click()
    page.locator('input[name="rights.informed"][value="yes"]').check(force=True)
    page.locator('button[value="list"]').click()
    someone.goes_to(f"{CASE}/gaps")
    text = page.locator("main").inner_text()
    assert "Subsanado" in text
    someone.goes_to("/today")
    assert "Comentarios para usted" not in page.locator("main").inner_text()


def test_the_pages_of_work_have_no_barrier_at_both_widths(someone: Someone) -> None:
    pages = {
        "ana": ("/today", f"{CASE}/gaps", GAP, f"{GAP}/pause", f"{CASE}/violations",
                f"{CASE}/violations/new", f"{CASE}/panel/new", "/account/reminders"),
        "sofia": ("/today", "/review?section=rights&sort=due", "/violations", GAP),
    }  # fmt: skip
    for width in (360, 1280):
        someone.page.set_viewport_size({"width": width, "height": 800})
        for name, paths in pages.items():
            someone.signs_in(name)
            for path in paths:
                someone.goes_to(path)


def test_the_folded_menu_shuts_on_escape_and_gives_the_focus_back(someone: Someone) -> None:
    page = someone.page
    page.set_viewport_size({"width": 1280, "height": 800})
    someone.signs_in("sofia")
    someone.goes_to("/review")
    page.locator(".intake-more__summary").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".intake-more__details").get_attribute("open") is None
    assert page.evaluate("document.activeElement.className") == "intake-more__summary"


def test_what_is_done_with_ticked_cases_is_in_sight_once_one_is_ticked(someone: Someone) -> None:
    page = someone.page
    page.set_viewport_size({"width": 360, "height": 600})
    someone.signs_in("sofia")
    someone.goes_to("/review")
    button = page.get_by_role("button", name="Asignar", exact=True)
    page.locator("input[name=case]").first.check(force=True)
    page.evaluate("window.scrollTo(0, document.querySelector('#hand-over').offsetTop)")
    box = button.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 600
    page.get_by_label("Asignar los casos elegidos a").select_option(index=1)
    button.click()
    page.get_by_role("heading", name="Asignar casos a otra persona").wait_for()


def test_a_language_is_changed_without_a_stray_mark_in_the_address(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("sofia")
    someone.goes_to("/review")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/review")
