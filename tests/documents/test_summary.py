"""The case summary on paper: what it says, how it is read aloud, and what cannot break it."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pikepdf
import pypdf
import pytest

from intake.checklist.case_input import CaseInput
from intake.checklist.evaluation import evaluate_case
from intake.documents.fetching import StaticFiles
from intake.documents.rendering import PAGE_SIZES
from intake.documents.summary import AnswerNote, render_summary
from intake.documents.times import Times
from tests.documents import sample

SIZES = {"Letter": (612, 792), "A4": (595, 842)}
SAID = {
    "es": (
        "Resumen del caso",
        "Confidencial · TAP-2026-0147",
        "página 1 de",
        "No procede",
        "Procede",
        "Vencido",
        "LGDNNA art. 92 †",
        "Cita aún sin revisión",
        "Firmas",
        "Sin respuesta",
    ),
    "en": (
        "Case summary",
        "Confidential · TAP-2026-0147",
        "page 1 of",
        "Must wait",
        "May proceed",
        "Past due",
        "LGDNNA art. 92 †",
        "Citation awaiting",
        "Signatures",
        "Not answered",
    ),
}
HOSTILE = {
    "markup": "<script>alert(1)</script><img src='file:///etc/passwd'><style>*{display:none}</style>",
    "link": "<a href='http://example.org/x'>x</a> url(http://example.org/y) {{ 7 * 7 }} {% raw %}",
    "thirty letters": "W" * 30,
    "a long text": "Refiere que nadie le explicó. " * 300,
    "turned text": "\u202eabc\u2066def\u200f\u061c",
    "control characters": "a\x01b\x1bc\x85d\ud800e\ufffe",
    "empty lines": "a" + "\n" * 5_000 + "b",
    "Mayan letters": "Ixk’aq’ Tz’ib’, bʼaktun, ꞌ",
}


def pages_of(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


def text_of(pdf):
    text = "\n".join(page.extract_text() for page in pages_of(pdf))
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["es", "en"])
def test_says_gates_gaps_and_who_has_to_act_in_the_language_on_the_paper(language, size):
    pdf = render_summary(sample.context(language), size)
    text = text_of(pdf)
    for words in SAID[language]:
        assert words.lower() in text.lower()
    for words in ("Return", "rights informed", "counsel assigned", "Mend", "Procuraduría", "MX-8"):
        assert words in text
    assert f"2026.11 · {sample.HASH[:12]}" in text
    assert sample.HASH in text.replace(" ", "")
    width, height = pages_of(pdf)[0].mediabox[2:]
    assert (round(width), round(height)) == SIZES[size]


def test_every_page_says_confidential_and_its_number():
    pages = pages_of(render_summary(sample.context(words=HOSTILE["a long text"])))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert "Confidencial" in text
        assert f"página {number} de {len(pages)}" in text


def test_a_short_case_takes_few_pages():
    assert len(pages_of(render_summary(sample.context()))) <= 3


@pytest.mark.parametrize(("language", "tag"), [("es", "es-MX"), ("en", "en")])
def test_is_tagged_with_language_title_and_bookmarks(language, tag):
    with pikepdf.open(io.BytesIO(render_summary(sample.context(language)))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == tag
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert "TAP-2026-0147" in metadata["dc:title"]
            assert metadata["pdfuaid:part"] == "1"
        with pdf.open_outline() as outline:
            assert len(outline.root[0].children) >= 6


def test_headings_and_tables_are_read_in_the_order_they_are_printed():
    with pikepdf.open(io.BytesIO(render_summary(sample.context()))) as pdf:
        tags = [tag for tag in _tags(pdf.Root.StructTreeRoot) if tag in ("/H1", "/H2", "/Table")]
        with pdf.open_outline() as outline:
            titles = [one.title for one in outline.root[0].children]
    assert tags[0] == "/H1"
    assert tags.count("/H2") == len(titles)
    gates = tags.index("/H2")
    assert tags[gates : gates + 3] == ["/H2", "/Table", "/H2"]
    assert titles[:4] == [
        "Decisiones sujetas a condiciones",
        "Pendientes y asuntos abiertos",
        "Quién debe actuar",
        "Pendientes por gravedad",
    ]


def _tags(node):
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from _tags(kid)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_words_break_the_page_or_are_obeyed(words, monkeypatch, caplog):
    fetched = []
    fetch = StaticFiles.fetch
    monkeypatch.setattr(
        StaticFiles,
        "fetch",
        lambda self, url, *rest: fetched.append(url) or fetch(self, url, *rest),
    )
    with caplog.at_level(logging.ERROR, "weasyprint"):
        pages = pages_of(render_summary(sample.context(words=words)))
    assert not caplog.records
    assert all(url.startswith("static:") for url in fetched)
    assert not [address for page in pages for address in _addresses(page)]
    for page in pages:
        assert _rightmost(page) <= page.mediabox.right


def _addresses(page):
    """The addresses outside the document that a click on the page leads to."""
    notes = [note.get_object() for note in page.get("/Annots", [])]
    return [note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})]


def test_a_recommendation_is_a_click_away():
    context = dataclasses.replace(sample.context(), site="https://intake.example")
    found = [address for page in pages_of(render_summary(context)) for address in _addresses(page)]
    assert "https://intake.example/recommendations/MX-6" in found
    assert all(address.startswith("https://intake.example/recommendations/") for address in found)


def _rightmost(page):
    """Where the rightmost run of text begins, in points."""
    found = [0.0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: (
            found.append(cm[0] * tm[4] + cm[4]) if text.strip() else None
        )
    )
    return max(found)


def test_markup_is_printed_as_it_was_written():
    text = text_of(render_summary(sample.context(words=HOSTILE["markup"])))
    assert "<script>alert(1)</script>" in text
    assert "{{ 7 * 7 }}" in text_of(render_summary(sample.context(words=HOSTILE["link"])))


def test_a_long_note_is_printed_whole():
    note = AnswerNote("Refiere que nadie le explicó. " * 60)
    text = text_of(render_summary(sample.context(notes={"rights.language": note})))
    assert text.count("explicó") == 60


def test_a_long_word_is_printed_whole():
    text = text_of(render_summary(sample.context(words="W" * 900)))
    assert text.replace(" ", "").count("W") >= 900


def test_only_the_app_s_font_is_used():
    with pikepdf.open(io.BytesIO(render_summary(sample.context()))) as pdf:
        fonts = {
            str(one.BaseFont)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
    assert fonts
    assert all("Noto" in name for name in fonts)


def test_the_same_case_gives_the_same_bytes():
    assert render_summary(sample.context()) == render_summary(sample.context())


def test_an_empty_case_without_a_number_can_be_printed():
    nothing = evaluate_case(sample.register(), CaseInput(sample.NOW))
    pdf = render_summary(
        sample.context(
            evaluation=nothing,
            case_number=None,
            child=(),
            caseworker=None,
            team=None,
            notes={},
            reviews=(),
            printed_by=None,
        )
    )
    text = text_of(pdf)
    assert "Verificación sin expediente" in text
    assert "No hay pendientes registrados" in text
    assert "Aún no hay decisiones de revisión" in text


def test_another_paper_is_refused():
    with pytest.raises(ValueError, match="page size"):
        render_summary(sample.context(), "A3")


def test_times_carry_their_distance_from_utc():
    moment = datetime(2026, 11, 2, 20, tzinfo=UTC)
    spanish = Times("es", ZoneInfo("America/Mexico_City")).moment(moment)
    english = Times("en", ZoneInfo("Asia/Kolkata")).moment(moment)
    assert spanish.replace("\xa0", " ") == "2 nov 2026, 14:00 (UTC-06:00)"
    assert english.replace("\xa0", " ") == "3 Nov 2026, 01:30 (UTC+05:30)"
