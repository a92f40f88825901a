"""The rights leaflet on paper: one sheet, large type, read aloud in order, and nothing typed can break it."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from intake.checklist.leaflet import AGES, DRAWINGS, Ages, LeafletTranslation, places
from intake.checklist.loading import load_register
from intake.checklist.parts import Text
from intake.checklist.register import Register
from intake.documents import leaflet as leaflet_module
from intake.documents.leaflet import LeafletContext, render_leaflet
from intake.documents.rendering import PAGE_SIZES, environment
from intake.issuing.leaflet import NoLeaflet, leaflet_context, leaflet_languages
from intake.resources import resource_dir
from tests.documents.hostile import addresses
from tests.documents.sheets import SIZES, faults, pages_of, size_of, squeezed, tags, text_of
from tests.documents.test_rendering import elements

REGISTER = load_register(resource_dir("rules"))
EVERY = [
    (language, ages, size) for language in ("es", "en") for ages in AGES for size in PAGE_SIZES
]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str, str], bytes]:
    return {
        (language, ages, size): render_leaflet(leaflet_context(REGISTER, language, ages), size)
        for language, ages, size in EVERY
    }


@pytest.mark.parametrize("which", EVERY)
def test_is_the_two_sides_of_one_sheet(
    printed: dict[tuple[str, str, str], bytes], which: tuple[str, str, str]
) -> None:
    front, _back = pages_of(printed[which])
    assert size_of(front) == SIZES[which[2]]
    assert addresses(printed[which]) == []
    assert faults(printed[which]) == []


@pytest.mark.parametrize("which", EVERY)
def test_says_every_right_whole_and_in_the_order_it_is_read(
    printed: dict[tuple[str, str, str], bytes], which: tuple[str, str, str]
) -> None:
    context = leaflet_context(REGISTER, which[0], which[1])  # type: ignore[arg-type]
    said, at = squeezed(text_of(printed[which])), 0
    parts = [context.title, context.greeting]
    parts += [part for line in context.lines for part in (line.title, line.text)]
    parts += [context.ask_text, *(contact.label for contact in context.contacts)]
    for part in parts:
        found = said.find(squeezed(part), at)
        assert found >= 0, part
        at = found


@pytest.mark.parametrize("which", EVERY)
def test_a_screen_reader_hears_the_language_the_headings_and_every_drawing(
    printed: dict[tuple[str, str, str], bytes], which: tuple[str, str, str]
) -> None:
    context = leaflet_context(REGISTER, which[0], which[1])  # type: ignore[arg-type]
    with pikepdf.open(io.BytesIO(printed[which])) as pdf:
        assert str(pdf.Root.Lang) == {"es": "es-MX", "en": "en"}[which[0]]
        alternatives = [str(figure.Alt) for figure in elements(pdf, "/Figure")]
        headings = [tag for tag in tags(pdf.Root.StructTreeRoot) if tag in ("/H1", "/H2")]
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == context.title
    assert alternatives == [
        context.shows,
        *(line.shows for line in context.lines),
        context.ask_shows,
    ]
    assert headings == ["/H1"] + ["/H2"] * (len(context.lines) + 2)


@pytest.mark.parametrize(("ages", "least"), [("6-11", 14), ("12-17", 12)])
def test_the_type_is_large(ages: Ages, least: float) -> None:
    for language, size in (("es", "Letter"), ("es", "A4"), ("en", "Letter"), ("en", "A4")):
        assert leaflet_module._largest(leaflet_context(REGISTER, language, ages), size) >= least


def test_adults_read_what_it_rests_on_and_that_no_lawyer_reviewed_it_yet(
    printed: dict[tuple[str, str, str], bytes],
) -> None:
    text = text_of(printed["es", "6-11", "Letter"])
    assert "LGDNNA art. 92 †" in text
    assert "Cita aún sin revisión jurídica" in text
    assert f"2026.11 · {REGISTER.sha256[:12]}" in text
    reviewed = {
        name: one.model_copy(update={"reviewed": True})
        for name, one in REGISTER.instruments.items()
    }
    context = leaflet_context(replace(REGISTER, instruments=reviewed), "es", "6-11")
    assert "†" not in text_of(render_leaflet(context))


def test_only_instruments_of_the_register_are_cited() -> None:
    known = {one.short["es"] for one in REGISTER.instruments.values()}
    for ages in AGES:
        for line in leaflet_context(REGISTER, "es", ages).basis:
            assert line.citations
            for citation in line.citations:
                plain = citation.replace("\N{NO-BREAK SPACE}", " ")
                assert any(plain.startswith(short) for short in known), plain


def test_a_name_and_a_phone_stand_on_the_lines() -> None:
    context = leaflet_context(
        REGISTER, "es", "12-17", caseworker="Lucía Cruz Ixtaca", phone="962 123 4567"
    )
    text = text_of(render_leaflet(context))
    assert "Lucía Cruz Ixtaca" in text
    assert "962 123 4567" in text


def test_longer_words_get_smaller_type_and_stay_on_one_sheet() -> None:
    context = leaflet_context(REGISTER, "es", "6-11")
    longer = replace(
        context,
        lines=tuple(replace(line, text=f"{line.text} {line.text}") for line in context.lines),
    )
    largest = leaflet_module._largest
    assert largest(longer, "Letter") < largest(context, "Letter")
    assert len(pages_of(render_leaflet(longer))) == 2


def test_words_without_end_are_still_printed_whole() -> None:
    context = leaflet_context(REGISTER, "es", "12-17")
    endless = replace(
        context, lines=tuple(replace(line, text=line.text * 12) for line in context.lines)
    )
    pdf = render_leaflet(endless)
    assert len(pages_of(pdf)) > 2
    assert squeezed(endless.lines[-1].text) in squeezed(text_of(pdf))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    context = leaflet_context(REGISTER, "en", "6-11", caseworker="A")
    assert render_leaflet(context, "A4") == render_leaflet(context, "A4")
    with pytest.raises(ValueError, match="page size"):
        render_leaflet(context, "A3")  # type: ignore[arg-type]


def test_every_drawing_exists_for_both_bands_and_is_drawn_here() -> None:
    for name in (*DRAWINGS, "together", "ask"):
        template = environment().get_template(f"pdf/drawings/{name}.svg")
        younger, older = (template.render(alt="<&", older=older) for older in (False, True))
        assert "<title>&lt;&amp;</title>" in younger
        assert younger != older
        for svg in (younger, older):
            assert "href" not in svg
            assert "<image" not in svg


class TestAnotherLanguage:
    @pytest.fixture
    def translated(self) -> LeafletContext:
        return leaflet_context(with_translation(), "kek", "6-11")

    def test_is_printed_in_its_words_and_marked_as_such(self, translated: LeafletContext) -> None:
        pdf = render_leaflet(translated)
        text = text_of(pdf)
        assert "Ka’yok language.6-11.title" in text
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert str(opened.Root.Lang) == "kek"
            spoken = {
                str(one.Lang)
                for tag in ("/Sect", "/Div", "/H2", "/P")
                for one in elements(opened, tag)
                if "/Lang" in one
            }
        assert "es-MX" in spoken

    def test_adults_are_told_that_nobody_reviewed_it(self, translated: LeafletContext) -> None:
        assert "Esta traducción aún no ha sido revisada" in text_of(render_leaflet(translated))

    def test_is_offered_by_its_own_name(self) -> None:
        assert leaflet_languages(with_translation()) == {
            "es": "Español",
            "en": "English",
            "kek": "Q’eqchi’",
        }

    def test_one_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(NoLeaflet):
            leaflet_context(REGISTER, "kek", "6-11")
        with pytest.raises(NoLeaflet):
            leaflet_context(replace(REGISTER, leaflet_bands={}), "es", "6-11")
        assert leaflet_languages(replace(REGISTER, leaflet_bands={})) == {}


def with_translation() -> Register:
    names = places(REGISTER.leaflet_bands.values(), REGISTER.leaflet_points.values())
    kek = LeafletTranslation(
        id="kek",
        tag="kek",
        name=Text(en="Q'eqchi'", es="Q'eqchi'"),
        own_name="Q’eqchi’",
        reviewed=False,
        words={name: f"Ka’yok {name}" for name in names},
    )
    return replace(REGISTER, leaflet_translations={"kek": kek})
