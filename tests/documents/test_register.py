"""The register on paper: what it says, how it is read aloud, and that no entry is torn apart."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest

from intake.checklist.loading import load_register
from intake.checklist.wording import Phrases
from intake.documents.register import render_register
from intake.resources import resource_dir

SMALL = load_register(Path(__file__).parents[1] / "checklist" / "rules_small")
WORDS = load_register(resource_dir("rules")).words
LANGUAGES = {"es": ("es",), "en": ("en",), "both": ("es", "en")}


def printed(languages, register=SMALL, **options):
    return render_register(register, [Phrases(WORDS, one) for one in languages], **options)


@pytest.fixture(scope="module")
def small():
    return {name: printed(languages) for name, languages in LANGUAGES.items()}


@pytest.fixture(scope="module")
def whole():
    return printed(("es", "en"), load_register(resource_dir("rules")))


@pytest.fixture(scope="module")
def whole_pages(whole):
    return [text_of(page) for page in pages_of(whole)]


def pages_of(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


def text_of(page):
    return re.sub(r"\s+", " ", page.extract_text().replace("\u200b", ""))


def said(pdf):
    return " ".join(text_of(page) for page in pages_of(pdf))


SPANISH = (
    *("Registro de reglas para revisión", "Cómo marcar este documento", "Índice"),
    *("¿Se le informó de sus derechos?", "Un registro.", "24 h contadas desde el contacto"),
    *("siempre, en todos los casos", "Crítica", "Infórmele.", "México: Procuraduría de Protección"),
    *("MX-6 Escuchada", "CDN art. 12", "aún sin revisión jurídica", "Revisado"),
    *("Observaciones", "se cumple «Informada» (rights.informed)", "Informada en un día"),
    *("menor de edad", "Convención sobre los Derechos del Niño", "Oficina de refugiados"),
)
ENGLISH = (
    *("Register of rules for review", "How to mark this document up", "Contents"),
    *("Told of its rights?", "A record.", "24 h after contact", "always, for every child"),
    *("Critical", "Tell the child.", "Mexico: Protection authority", "MX-6 Heard"),
    *("CRC art. 12", "Reviewed", "Remarks", "“Informed” (rights.informed) is satisfied"),
    *("Told within a day", "Convention on the Rights of the Child", "Refugee office"),
)


@pytest.mark.parametrize(
    ("name", "words", "others"),
    [("es", SPANISH, ENGLISH), ("en", ENGLISH, SPANISH), ("both", SPANISH + ENGLISH, ())],
)
def test_every_kind_of_part_is_told_in_the_languages_asked_for(small, name, words, others):
    text = said(small[name])
    for one in words:
        assert one in text
    for one in others[:5]:
        assert one not in text


def test_the_first_page_and_every_foot_say_the_version_and_the_hash(small):
    pages = pages_of(small["es"])
    assert SMALL.sha256 in text_of(pages[0]).replace(" ", "")
    for number, page in enumerate(pages, 1):
        text = text_of(page)
        assert f"Registro test · {SMALL.sha256[:12]}" in text
        assert f"página {number} de {len(pages)}" in text


def test_a_hash_can_be_copied_letter_by_letter():
    sha256 = "b3ddd8b67d960db5f712d0a7558c0ff883bee60811d96ef7e38fad45b412b85b"
    pages = pages_of(printed(("es",), replace(SMALL, sha256=sha256)))
    assert sha256 in text_of(pages[0]).replace(" ", "")
    assert f"Registro test · {sha256[:12]}" in text_of(pages[1])


def test_the_contents_name_the_page_each_chapter_stands_on(whole_pages):
    for title in ("Retorno / Return", "Decisiones sujetas a condiciones / Gates", "Datos / Facts"):
        number = int(re.search(rf"{title}[ .]+(\d+)", whole_pages[1])[1])
        assert title in whole_pages[number - 1]


def test_no_check_is_torn_apart(whole_pages):
    """What begins and what ends an entry stands on one page, for every check."""
    closely = [page.replace(" ", "") for page in whole_pages]
    for check in load_register(resource_dir("rules")).checks.values():
        heading = f"{check.id} {check.title.es} / {check.title.en}".replace(" ", "")
        (page,) = [page for page in closely if heading in page]
        for words in (check.question.es, check.help.en, check.action.es, check.action.en):
            assert words.replace(" ", "") in page, check.id


def test_every_entry_has_a_line_for_its_wording(whole_pages):
    register = load_register(resource_dir("rules"))
    parts = ("checks", "gates", "alerts", "conditions", "recommendations")
    parts += ("indicators", "instruments", "authorities", "facts")
    lines = sum(page.count("Wording and rules of this entry") for page in whole_pages)
    assert lines == sum(len(getattr(register, name)) for name in parts)


@pytest.mark.parametrize(("name", "tag"), [("es", "es-MX"), ("en", "en"), ("both", "es-MX")])
def test_is_tagged_with_language_title_and_bookmarks(small, name, tag):
    with pikepdf.open(io.BytesIO(small[name])) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == tag
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        with pdf.open_outline() as outline:
            chapters = outline.root[0].children
            titles = [one.title for one in chapters]
            front = ["Índice" in one or "Contents" in one for one in titles].index(True) + 1
            assert len(titles) == front + len(SMALL.sections) + 8
            (rights,) = [
                one for one in chapters if "Derechos" in one.title or "Rights" in one.title
            ]
            assert len(rights.children) == 3


def test_a_reviewed_citation_is_not_marked(small):
    reviewed = SMALL.instruments["CRC"].model_copy(update={"reviewed": True})
    pdf = printed(("en",), replace(SMALL, instruments={"CRC": reviewed}))
    assert "not yet reviewed by a lawyer" in said(small["en"])
    assert "not yet reviewed by a lawyer" not in said(pdf)


def test_only_the_app_s_font_is_used(whole):
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        fonts = {
            str(one.BaseFont)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
    assert fonts
    assert all("Noto" in name for name in fonts)


def test_the_same_register_gives_the_same_bytes(small):
    assert printed(("es",)) == small["es"]


@pytest.mark.parametrize(("size", "box"), [("Letter", (612, 792)), ("A4", (595, 842))])
def test_is_printed_on_either_paper(size, box):
    width, height = pages_of(printed(("es",), page_size=size))[0].mediabox[2:]
    assert (round(width), round(height)) == box
