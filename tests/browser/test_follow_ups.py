"""What scripts add: follow-up questions while answering, and nothing lost when a session ends."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Someone

CASE = "/cases/TAP-2026-0003"


def test_questions_that_follow_from_an_answer_appear_at_once(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to(f"{CASE}/sections/counsel")
    follows = page.locator('[id="check-counsel.private-access"]')
    expect(follows).to_have_count(1)  # not known yet whether it applies
    someone.answers("counsel.assigned", "no")
    expect(follows).to_be_hidden()
    someone.answers("counsel.assigned", "yes")
    expect(follows).to_be_visible()
    expect(page.locator("[data-intake-announce]")).to_have_text(
        "Ahora aplican más preguntas; se agregaron a esta página."
    )
    someone.answers("counsel.private-access", "not_applicable")
    reason = page.locator('[name="counsel.private-access.reason"]')
    expect(reason).to_be_visible()
    reason.fill("Aún no hay citas.")
    someone.answers("counsel.assigned", "no")
    someone.answers("counsel.assigned", "yes")
    expect(reason).to_have_value("Aún no hay citas.")
    someone.finds_no_barrier()


def test_cause_and_dates_are_asked_only_beside_the_answers_they_belong_to(
    someone: Someone,
) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to(f"{CASE}/sections/compliance")
    kinds = page.locator('input[name="violation_kinds"]').first
    cause = page.locator('[name="compliance.violation-observed.cause"]')
    expect(kinds).to_be_hidden()
    expect(cause).to_be_hidden()
    someone.answers("compliance.violation-observed", "yes")
    expect(page.get_by_text("¿Qué tipo de vulneración fue?")).to_be_visible()
    expect(cause).to_be_visible()
    someone.answers("compliance.violation-observed", "no")
    expect(page.get_by_text("¿Qué tipo de vulneración fue?")).to_be_hidden()
    expect(cause).to_be_hidden()


def test_what_was_typed_when_the_session_ended_is_carried_on(someone: Someone) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.goes_to(f"{CASE}/sections/rights")
    page.locator("summary").first.click()
    page.locator('[name="rights.informed.note"]').fill("Se explicó en mam.")
    someone.answers("rights.informed", "partly")
    page.context.clear_cookies()
    someone.presses("Guardar y volver a la lista")
    someone.reads("No se perdió nada de lo que escribió")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Inicie sesión").click()
    other = opened.value
    other.locator("#email").fill("ana@intake.example")
    other.locator("#password").fill("demo-frontera-2026")
    other.locator("main form button[type=submit]").click()
    other.wait_for_url("**/today")
    other.close()
    someone.presses("Continuar con lo que escribí")
    assert page.locator('[name="rights.informed.note"]').input_value() == "Se explicó en mam."
    someone.presses("Guardar y volver a la lista")
    someone.reads("Guardado")
