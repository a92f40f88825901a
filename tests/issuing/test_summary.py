"""The case summary of the demo's cases: short, with a front that holds what matters."""

from __future__ import annotations

import io

import pypdf
import pytest

from intake.documents.rendering import PAGE_SIZES
from intake.documents.summary import render_summary
from intake.issuing.summary import summary_context
from tests.issuing.conftest import find, person, put

CASES = ("TAP-2026-0001", "TAP-2026-0002", "TAP-2026-0003", "TAP-2026-0004", "TIJ-2026-0001")
FRONT = {
    "es": ("Decisiones sujetas a condiciones", "Quién debe actuar", "Verificaciones por responder"),
    "en": ("Decisions that depend on conditions", "Who has to act", "Checks to answer"),
}


def pages(here, number, language, size):
    by = person(here, "david" if number.startswith("TIJ") else "sofia")
    context = summary_context(here, find(here, number), by, language)
    read = pypdf.PdfReader(io.BytesIO(render_summary(context, size)))
    return [page.extract_text() for page in read.pages]


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["es", "en"])
def test_an_ordinary_case_takes_at_most_four_pages_and_its_front_one(here, language, size):
    for number in CASES:
        made = pages(here, number, language, size)
        assert len(made) <= 4, number
        for words in FRONT[language]:
            assert words in made[0], number


def answered(here, number):
    """Answers every check of the case; every sixth is a gap, every fifth has a note."""
    while True:
        file_of = summary_context(here, find(here, number), person(here, "sofia"), "es")
        open_checks = [
            one.check
            for one in file_of.evaluation.findings.values()
            if one.status == "missing" and one.check.type == "yn"
        ]
        if not open_checks:
            return
        values = {}
        for index, check in enumerate(open_checks):
            value = {"value": "no" if index % 6 == 5 else "yes"}
            if index % 5 == 0:
                value |= {
                    "note": "Consta en el acta de la entrevista.",
                    "evidence_date": "2026-11-20",
                }
            values[f"answers.{check.id}"] = value
        put(here, number, values)


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_case_with_every_check_answered_takes_at_most_four_pages(here, language, size):
    answered(here, "TAP-2026-0002")
    made = pages(here, "TAP-2026-0002", language, size)
    assert len(made) <= 4
