"""The frame that every document has: how it is read aloud, and by what it can be checked."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from datetime import UTC, datetime

import pikepdf
import pypdf
import pytest

from intake.documents.fetching import StaticFiles
from intake.documents.marks import Marks
from intake.documents.register import render_register
from intake.documents.summary import render_summary
from intake.resources import resource_dir
from tests.documents import sample
from tests.documents.test_register import SMALL, WORDS, Phrases

MARKS = Marks(
    "K7QD-93XM-2F",
    "0123456789abcdef" * 4,
    "https://intake.example/check/K7QD-93XM-2F",
    datetime(2026, 11, 5, 18, 30, tzinfo=UTC),
    "L. Cruz",
)


def elements(pdf, tag):
    """The structure elements of that tag, in the order they are read."""

    def walk(node):
        if isinstance(node, pikepdf.Dictionary):
            if node.get("/S") == tag:
                yield node
            kids = node.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                yield from walk(kid)

    return list(walk(pdf.Root.StructTreeRoot))


def text_of(pdf):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return re.sub(r"\s+", " ", "\n".join(pages).replace("\u200b", ""))


def test_the_front_carries_the_number_the_digest_and_a_code_with_its_alternative():
    marked = render_summary(dataclasses.replace(sample.context(), marks=MARKS))
    text = text_of(marked)
    assert MARKS.digest in text.replace(" ", "")
    pages = pypdf.PdfReader(io.BytesIO(marked)).pages
    assert all(MARKS.number in page.extract_text() for page in pages)
    with pikepdf.open(io.BytesIO(marked)) as pdf:
        alternatives = [str(one.Alt) for one in elements(pdf, "/Figure")]
    assert f"Código QR con la dirección en la que se comprueba el documento {MARKS.number}" in (
        alternatives
    )


def test_without_an_address_there_is_a_number_and_no_code():
    marks = dataclasses.replace(MARKS, address=None)
    with_number = render_summary(dataclasses.replace(sample.context(), marks=marks))
    assert MARKS.number in text_of(with_number)
    assert "Con el código se comprueba" not in text_of(with_number)


def test_heads_of_a_table_say_whether_they_head_a_row_or_a_column():
    with pikepdf.open(io.BytesIO(render_summary(sample.context()))) as pdf:
        scopes = [str(head.A.get("/Scope")) for head in elements(pdf, "/TH")]
    assert set(scopes) == {"/Row", "/Column"}


def test_words_of_another_language_are_marked():
    both = render_register(SMALL, [Phrases(WORDS, "es"), Phrases(WORDS, "en")])
    with pikepdf.open(io.BytesIO(both)) as pdf:
        spoken = {str(one.Lang) for one in elements(pdf, "/TD") if "/Lang" in one}
    assert spoken == {"es-MX", "en"}


def test_what_could_not_be_drawn_is_told_at_the_end_and_logged_without_saying_what(caplog):
    with caplog.at_level(logging.WARNING, "intake"):
        text = text_of(render_summary(sample.context("en", words="Ana 😀 \u202eb")))
    assert "Ana ‹U+1F600› b" in text
    assert "their code stands in their place: U+1F600" in text
    assert "Invisible characters were left out" in text
    assert [record.getMessage() for record in caplog.records] == [
        "pdf/summary.html: 1 characters without a glyph"
    ]
    assert "code stands in their place" not in text_of(render_summary(sample.context("en")))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://example.org/a.ttf",
        "https://example.org/a.ttf",
        "data:text/css,*{}",
        "static:../rules/gates.yaml",
        "static:../../etc/a.ttf",
        "static:/etc/a.ttf",
        "static:app.css",
        "fonts/a.ttf",
    ],
)
def test_the_fetcher_refuses_all_but_the_app_s_own_fonts_and_images(url):
    with pytest.raises(ValueError, match="own fonts and images"):
        StaticFiles(resource_dir("static")).fetch(url)


def test_the_fetcher_reads_the_app_s_fonts():
    response = StaticFiles(resource_dir("static")).fetch("static:fonts/NotoSans-Regular.ttf")
    assert response.read()[:4] == b"\x00\x01\x00\x00"
