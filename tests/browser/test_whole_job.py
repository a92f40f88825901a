"""The whole job, as two people do it: intake in Spanish on a phone, review, correction, approval, the PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path

from pypdf import PdfReader

from tests.browser.conftest import Someone


def test_a_caseworker_and_a_supervisor_do_a_case_from_intake_to_pdf(
    someone: Someone, tmp_path: Path
) -> None:
    page = someone.page
    someone.signs_in("ana")
    someone.reads("Mis casos")
    someone.presses("Abrir un caso")
    page.locator("#name").fill("Marisol Xicoténcatl")
    for name, value in (("country", "MX"), ("accompaniment", "unaccompanied"), ("custody", "inm")):
        someone.answers(name, value)
    page.locator("#age").fill("15")
    page.locator("select#nationality").select_option("HN")
    for part, value in (("day", "31"), ("month", "2"), ("year", "2026"), ("time", "14:00")):
        page.locator(f"#encounter_at-{part}").fill(value)
    someone.presses("Abrir el caso")
    someone.reads("debe ser una fecha real")
    assert page.locator("#name").input_value() == "Marisol Xicoténcatl"
    page.locator("#encounter_at-day").fill("20")
    someone.presses("Abrir el caso")
    someone.reads("Decisiones que deben esperar")
    someone.reads("En detención migratoria")
    number = re.search(r"TAP-\d{4}-\d{4}", page.url)
    assert number
    case = f"/cases/{number[0]}"

    someone.follows("Datos del caso")
    someone.goes_to(f"{case}/profile/decisions")
    someone.answers("decisions_considered", "return")
    someone.presses("Guardar")
    someone.reads("Retorno al país de origen")
    someone.goes_to(case)
    someone.reads("No procede el retorno")

    someone.goes_to(f"{case}/sections/rights")
    someone.answers("rights.informed", "no")
    someone.answers("rights.language", "not_applicable")
    someone.presses("Guardar y volver a la lista")
    someone.reads("Explique por qué")
    page.locator('[name="rights.language.reason"]').fill("Habla español como lengua materna.")
    someone.presses("Guardar y volver a la lista")
    someone.reads("pendiente nuevo")

    someone.goes_to(f"{case}/submit")
    someone.presses("Enviar a la persona supervisora")
    someone.reads("se envió a la persona supervisora")

    someone.signs_in("sofia")
    someone.goes_to("/review?status=submitted")
    someone.follows(number[0])
    someone.reads("Pendientes, del más grave")
    someone.reads("Pendiente porque se respondió «No»")
    page.locator('input[name="decision"][value="returned"]').check(force=True)
    page.locator("textarea#text").fill("Informe hoy mismo de sus derechos.")
    someone.presses("Enviar la decisión")
    someone.reads("se devolvió")

    someone.signs_in("ana")
    someone.goes_to(case)
    someone.reads("Informe hoy mismo de sus derechos.")
    someone.goes_to(f"{case}/sections/rights")
    someone.answers("rights.informed", "yes")
    someone.presses("Guardar y volver a la lista")
    someone.reads("Se resolvió 1 pendiente")
    someone.goes_to(f"{case}/submit")
    someone.presses("Enviar a la persona supervisora")

    someone.signs_in("sofia")
    someone.goes_to(f"/review/{number[0]}")
    page.locator('input[name="decision"][value="approved"]').check(force=True)
    someone.presses("Enviar la decisión")
    someone.reads("El caso quedó aprobado")

    someone.signs_in("ana")
    someone.goes_to(case)
    with page.expect_download() as download:
        someone.presses("Descargar el resumen (PDF)")
    text = "".join(
        part.extract_text()
        for part in PdfReader(io.BytesIO(Path(download.value.path()).read_bytes())).pages
    )
    for expected in (
        number[0],
        "Marisol Xicoténcatl",
        "Sofía Méndez Prado",
        "No procede el retorno",
    ):
        assert expected in " ".join(text.split())


def test_every_page_is_free_of_barriers_at_both_widths_and_in_both_languages(
    someone: Someone,
) -> None:
    pages = {
        "ana": ("/cases", "/cases/new", "/cases/TAP-2026-0001", "/cases/TAP-2026-0001/profile",
                "/cases/TAP-2026-0001/profile/journey", "/cases/TAP-2026-0001/sections/compliance",
                "/cases/TAP-2026-0001/as-of", "/cases/TAP-2026-0001/documents", "/verify",
                "/cases/TAP-2026-0001/sections/counsel", "/cases/TAP-2026-0002/sections/bid",
                "/cases/TAP-2026-0003/submit", "/cases/TAP-2026-0002/history", "/account/password", "/nothing"),
        "sofia": ("/review", "/review/TAP-2026-0002", "/recommendations", "/recommendations/MX-6",
                  "/checks/counsel.assigned", "/instruments", "/registers"),
    }  # fmt: skip
    for width in (360, 1280):
        someone.page.set_viewport_size({"width": width, "height": 800})
        for name, paths in pages.items():
            someone.signs_in(name)
            for code in ("es", "en"):
                someone.page.goto(f"{someone.server}/language/{code}")
                for path in paths:
                    someone.goes_to(path)
            someone.page.goto(f"{someone.server}/language/es")


def test_the_job_can_be_done_without_scripts(someone: Someone) -> None:
    browser = someone.page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, locale="es-MX")
    page = context.new_page()
    page.goto(someone.server + "/sign-in")
    page.locator("#email").fill("beto@intake.example")
    page.locator("#password").fill("demo-frontera-2026")
    page.locator("main form button[type=submit]").click()
    page.goto(f"{someone.server}/cases/TAP-2026-0004/sections/rights")
    page.locator('input[name="rights.understood"][value="yes"]').check(force=True)
    page.locator('button[value="list"]').click()
    assert "Guardado" in page.locator("body").inner_text()
    context.close()
