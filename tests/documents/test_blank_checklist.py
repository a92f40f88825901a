"""The checklist to fill in by hand: every question with its boxes, few pages, and an order to type it in by."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pikepdf
import pytest

from intake.checklist.loading import load_register
from intake.checklist.parts import LANGUAGES, Language
from intake.checklist.wording import Phrases
from intake.documents.blank_checklist import (
    BlankChecklistContext,
    BlankQuestion,
    render_blank,
)
from intake.documents.rendering import PAGE_SIZES
from intake.issuing.blank_checklist import UnknownPart, blank_checklist_context
from intake.resources import resource_dir
from tests.documents.hostile import addresses, collisions
from tests.documents.sheets import SIZES, faults, pages_of, size_of, squeezed, tags

REGISTER = load_register(resource_dir("rules"))
EVERY = [(language, size) for language in LANGUAGES for size in PAGE_SIZES]


def context(language: Language = "es", **parts: Any) -> BlankChecklistContext:
    return blank_checklist_context(REGISTER, Phrases(REGISTER.words, language), **parts)


def said(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pages_of(pdf)))


@lru_cache
def whole(language: Language, size: Any = "Letter") -> bytes:
    return render_blank(context(language), size)


@pytest.mark.parametrize(("language", "size"), EVERY)
def test_asks_every_question_with_its_key_in_the_order_of_the_app(
    language: Language, size: Any
) -> None:
    pages = pages_of(whole(language, size))
    assert len(pages) <= 11
    assert size_of(pages[0]) == SIZES[size]
    texts = [page.extract_text() for page in pages]
    text, at = squeezed("".join(texts)), 0
    for check in REGISTER.checks.values():
        for part in (check.question[language], check.help[language], check.id):
            found = text.find(squeezed(part), at)
            assert found >= 0, (check.id, part)
            at = found
    for number, words in enumerate(texts, 1):
        assert {"es": "Caso núm.", "en": "Case no."}[language] in words
        assert f" {number} " in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_a_heading_for_every_section_and_question(language: Language) -> None:
    with pikepdf.open(io.BytesIO(whole(language))) as pdf:
        assert str(pdf.Root.Lang) == {"es": "es-MX", "en": "en"}[language]
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        found = Counter(tag for tag in tags(pdf.Root.StructTreeRoot) if tag.startswith("/H"))
    sections = len(REGISTER.topics) + len(REGISTER.sections)
    assert found == {"/H1": 1, "/H2": sections + 2, "/H3": len(REGISTER.checks)}


@pytest.mark.parametrize(("language", "size"), EVERY)
def test_a_validator_that_is_not_ours_finds_nothing(language: Language, size: Any) -> None:
    assert faults(whole(language, size)) == []
    assert addresses(whole(language, size)) == []
    assert not list(collisions(whole(language, size)))


def test_every_question_has_a_box_for_every_answer_with_its_word_beside_it() -> None:
    text = said(render_blank(context("en", sections=("rights",))))
    assert text.count("YesPartlyNoNotknownDoesnotapply") == 6


def test_every_fact_stands_once_either_on_its_page_or_beside_the_check_that_asks_it() -> None:
    made = context()
    fields = [field.id for topic in made.topics for field in topic.fields]
    fields += [one.id for section in made.sections for q in section.questions for one in q.beside]
    recorded = {one.id for one in REGISTER.facts.values() if one.group != "derived"}
    assert set(fields) == recorded
    essential = {one.id for one in REGISTER.facts.values() if one.essential}
    twice = {name for name in fields if fields.count(name) > 1}
    asked_often = {
        fact.fact
        for check in REGISTER.checks.values()
        for fact in check.asks
        if sum(fact.fact in {a.fact for a in one.asks} for one in REGISTER.checks.values()) > 1
    }
    assert twice <= essential | asked_often


def test_a_country_and_a_stage_leave_out_what_they_rule_out() -> None:
    everything, narrow = context(), context(country="US", stage="identification")
    assert narrow.scope == ("País: Estados Unidos", "Etapa: Identificación")
    count = [sum(len(one.questions) for one in made.sections) for made in (everything, narrow)]
    assert count[0] == len(REGISTER.checks) > count[1] > 40
    ids = {one.id for section in narrow.sections for one in section.questions}
    assert "ruta.rights-diagnosis" not in ids
    notified = _question(narrow, "identification.authority-notified")
    assert notified.deadline == "48 h contadas desde el primer contacto"
    assert len(pages_of(render_blank(narrow))) <= len(pages_of(whole("es")))


def test_what_may_not_apply_says_when_it_does() -> None:
    assert _question(context(), "rights.informed").only_if == ""
    assert "se considera un retorno" in _question(context(), "return.reception").only_if
    assert _question(context(country="MX"), "non-detention.status").only_if == ""
    assert _question(context(), "non-detention.status").only_if != ""


def test_chosen_sections_come_alone() -> None:
    made = context("en", sections=("counsel", "rights"))
    assert [one.title for one in made.sections] == ["Information on rights", "Legal counsel"]
    assert made.topics == ()
    assert len(pages_of(render_blank(made))) <= 2


@pytest.mark.parametrize(
    ("parts", "kind"),
    [({"country": "HN"}, "country"), ({"stage": "x"}, "stage"), ({"sections": ["x"]}, "section")],
)
def test_what_the_register_does_not_have_is_refused_by_name(parts: Any, kind: str) -> None:
    with pytest.raises(UnknownPart) as error:
        context(**parts)
    assert error.value.kind == kind


def test_choices_have_boxes_and_long_lists_a_line() -> None:
    fields = {field.id: field for topic in context().topics for field in topic.fields}
    assert fields["custody"].writing == "boxes"
    assert len(fields["custody"].options) == len(REGISTER.facts["custody"].choices)
    assert fields["nationality"].writing == "line"
    assert fields["encounter_at"].writing == "time"
    assert fields["birth_date"].writing == "date"
    assert fields["age_disputed"].options == ("Sí", "No")
    outcome = _question(context(), "bid.outcome").own
    assert outcome and len(outcome.options) == 5


def test_dates_and_texts_are_written_where_they_are_asked() -> None:
    checks = {
        "date": REGISTER.checks["rights.informed"].model_copy(update={"type": "date"}),
        "text": REGISTER.checks["rights.language"].model_copy(update={"type": "text"}),
    }
    section = REGISTER.sections[2].model_copy(update={"checks": tuple(checks.values())})
    made = blank_checklist_context(
        replace(REGISTER, sections=(section,)), Phrases(REGISTER.words, "es")
    )
    first, second = made.sections[0].questions
    assert first.own and first.own.writing == "date"
    assert second.own and second.own.writing == "lines"
    assert render_blank(made).startswith(b"%PDF")


def test_severity_is_a_word_beside_its_symbol() -> None:
    text = said(render_blank(context(sections=("rights",))))
    assert "Crítica" in text
    assert "Plazo:24hcontadasdesdeelprimercontacto" in text


def _question(made: BlankChecklistContext, check_id: str) -> BlankQuestion:
    return next(one for section in made.sections for one in section.questions if one.id == check_id)
