"""Every document, in both languages and on both papers, looks as it did when somebody last looked at it."""

from __future__ import annotations

import page
import pytest
from PIL import ImageChops

from tests.documents import hostile, looks
from tests.documents.family import FAMILY

SAID = {
    "summary": {"es": "Quién debe actuar", "en": "Who has to act"},
    "gap_report": {"es": "Los casos", "en": "The cases"},
    "extract": {"es": "Este documento es un extracto", "en": "This document is an extract"},
    "letter": {"es": "Qué se solicita", "en": "What we ask"},
    "transfer": {"es": "Entrega y recepción", "en": "Handing over"},
    "access": {"es": "Lo que se guarda sobre ti", "en": "What is kept about you"},
    "certificate": {"es": "Opciones valoradas", "en": "Options weighed"},
    "leaflet": {"es": "Estos son tus derechos", "en": "These are your rights"},
    "blank_checklist": {"es": "Otras notas", "en": "Other notes"},
}


@pytest.mark.parametrize(("name", "language", "size"), list(looks.kinds()))
def test_a_document_looks_as_approved_is_accessible_and_reads_in_order(name, language, size):
    pdf = FAMILY[name](language, size=size)
    before, now = looks.approved(name, language, size), looks.pages(pdf)
    assert len(before) == len(now), "another number of pages"
    differences = [looks.difference(*pair) for pair in zip(before, now, strict=True)]
    assert max(differences) <= looks.TOLERANCE, differences
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    assert SAID[name][language] in hostile.text_of(pdf)
    assert not list(hostile.collisions(pdf))


def test_a_line_that_moves_is_noticed_and_a_softer_edge_is_not():
    (first, *_rest) = looks.pages(FAMILY["letter"]("es"))
    moved = ImageChops.offset(first, 0, 2)
    softer = first.resize((first.width * 2, first.height * 2)).resize(first.size)
    assert looks.difference(first, moved) > looks.TOLERANCE
    assert looks.difference(first, softer) <= looks.TOLERANCE
    assert looks.difference(first, first.resize((10, 10))) == 255
