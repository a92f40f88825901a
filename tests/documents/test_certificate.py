"""The certificate of a determination on paper."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from intake.documents.certificate import render_certificate
from intake.documents.rendering import PAGE_SIZES
from tests.documents import certificate_sample as sample
from tests.documents.sheets import SIZES, faults, pages_of, size_of, tags, text_of
from tests.documents.test_rendering import MARKS, elements

SAID = {
    "es": (
        "Constancia de la determinación",
        "Lo que se determinó",
        "Persona supervisora distinta de quien lleva el caso",
        "No procede",
        "Opciones valoradas",
        "Opinión de la niña, niño o adolescente",
        "Razones",
        "Quiénes participaron",
        "Declaración de conflicto de interés",
        "Firmas",
        "US-3",
        "Cita aún sin revisión",
        "página 1 de",
    ),
    "en": (
        "Certificate of a best-interest determination",
        "What was determined",
        "A supervisor who is not the caseworker",
        "Must wait",
        "Options weighed",
        "The child’s views",
        "Reasons",
        "Who took part",
        "Statement on conflicts of interest",
        "Signatures",
        "US-3",
        "Citation awaiting",
        "page 1 of",
    ),
}


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["es", "en"])
def test_says_what_was_found_weighed_and_approved_in_the_order_it_is_read(
    language: str, size: Any
) -> None:
    pdf = render_certificate(sample.context(language), size)
    pages, text = pages_of(pdf), text_of(pdf)
    assert len(pages) == 2
    assert size_of(pages[0]) == SIZES[size]
    for words in SAID[language]:
        assert words.lower() in text.lower(), words
    assert sample.HASH in text.replace(" ", "")
    front = pages[0].extract_text()
    assert "Traslado a Estados Unidos" in front
    assert "Contacto con la autoridad homóloga" in front
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == {"es": "es-MX", "en": "en"}[language]
        with opened.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        read = [one for one in tags(opened.Root.StructTreeRoot) if one in ("/H1", "/H2", "/Table")]
        scopes = {str(head.A.get("/Scope")) for head in elements(opened, "/TH")}
    assert read[:3] == ["/H1", "/H2", "/Table"]
    assert "/Column" in scopes
    assert faults(pdf) == []


def test_options_views_and_reasons_are_read_in_that_order() -> None:
    text = text_of(render_certificate(sample.context("en")))
    found = [
        text.index(words) for words in ("Options weighed", "The child’s views", "Who took part")
    ]
    assert found == sorted(found)


def test_carries_its_marks() -> None:
    pdf = render_certificate(sample.context(marks=MARKS))
    assert MARKS.number in text_of(pdf)
    assert MARKS.digest in text_of(pdf).replace(" ", "")


def test_the_panel_signs_with_its_statements_or_on_empty_lines() -> None:
    named = text_of(render_certificate(sample.context(panel=sample.panel("Sin conflicto alguno"))))
    assert "Inés Robles" in named
    assert named.count("Sin conflicto alguno") >= 6
    blank = text_of(render_certificate(sample.context()))
    assert "Inés Robles" not in blank
    assert blank.count("Declaración de conflicto de interés") == 4


def test_without_a_recommendation_or_gates_the_rest_still_stands() -> None:
    text = text_of(
        render_certificate(
            sample.context(recommendation=None, gates=(), considered=(), started_at=None)
        )
    )
    assert "US-3" not in text
    assert "Lo que se determinó" in text


def test_makes_no_claim_on_what_the_certificate_is_worth() -> None:
    assert "ni prejuzga el valor" in text_of(render_certificate(sample.context("es")))
    assert "nor does it prejudge" in text_of(render_certificate(sample.context("en")))


def test_a_long_reason_is_printed_whole() -> None:
    long = "La amenaza en su municipio pesa más que la distancia. " * 80
    made = sample.context()
    reasons = (replace(made.reasons[0], words=long),)
    text = text_of(render_certificate(replace(made, reasons=reasons)))
    assert len(re.findall(r"\bdistancia\b", text)) == 80
