"""What is put together from the phrases alone: lists, answers, spans of time and citations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intake.checklist.parts import Citation, Clock, Language
from intake.checklist.register import Register
from intake.checklist.wording import Phrases, citation_label
from tests.checklist.test_clauses import WORDS

EN, ES = Phrases(WORDS, "en"), Phrases(WORDS, "es")


@pytest.mark.parametrize(
    ("words", "either", "together", "all_of", "any_of"),
    [
        ([], "", "", "", ""),
        (["A"], "A", "A", "A", "A"),
        (["A", "B"], "A or B", "A and B", "A; and B", "A; or B"),
        (["A", "B", "C"], "A, B or C", "A, B and C", "A; B; and C", "A; B; or C"),
    ],
)
def test_words_and_clauses_are_listed_as_one_says_them(
    words: list[str], either: str, together: str, all_of: str, any_of: str
) -> None:
    assert EN.either(iter(words)) == either
    assert EN.together(iter(words)) == together
    assert EN.all_of(words) == all_of
    assert EN.any_of(words) == any_of


def test_lists_are_said_in_spanish() -> None:
    words = ["A", "B", "C"]
    assert (ES.either(words), ES.together(words)) == ("A, B o C", "A, B y C")
    assert (ES.all_of(words), ES.any_of(words)) == ("A; B; y además C", "A; B; o bien C")


def test_a_phrase_is_said_with_its_places_filled_or_as_it_stands() -> None:
    assert EN.say("span_hours", n=24) == "24 h after"
    assert EN.say("span_hours") == "{n} h after"
    assert (EN.quoted("A"), ES.quoted("A")) == ("“A”", "«A»")
    assert (EN.severity("critical"), ES.severity("low")) == ("Critical", "Baja")


def test_answers_are_said_as_the_form_shows_them(small: Register) -> None:
    informed, outcome = small.checks["rights.informed"], small.checks["care.outcome"]
    assert EN.answers(informed, ("yes", "unknown")) == "“Yes” or “Not known”"
    assert ES.answers(outcome, ("stay",)) == "«Permanencia»"
    assert EN.answer(outcome, "return") == "Return"
    assert EN.answer(outcome, "fly") == "fly"
    assert EN.answer(small.checks["counsel.note"], "Hello") == "Hello"


@pytest.mark.parametrize(
    ("start", "within", "english", "spanish"),
    [
        ("encounter_at", {"hours": 1}, "1 h after contact", "1 h contadas desde el contacto"),
        ("encounter_at", {"hours": 0}, "at once, from contact", "de inmediato, desde el contacto"),
        ("encounter_at", {"days": 2}, "2 days after contact", "2 días contados desde el contacto"),
        # a fact without words for its event is called by its name
        ("return_at", {"days": 0}, "0 days after Return", "0 días contados desde Retorno"),
        (
            "encounter_at",
            {"business_days": 5, "calendar": "MX"},
            "5 business days after contact, by the calendar of Mexico",
            "5 días hábiles contados desde el contacto, según el calendario de México",
        ),
        (
            "encounter_at",
            {"business_days": 1, "calendar": "US"},
            "1 business days after contact, by the calendar of United States",
            "1 días hábiles contados desde el contacto, según el calendario de Estados Unidos",
        ),
    ],
)
def test_a_span_names_how_long_after_what(
    small: Register, start: str, within: dict[str, Any], english: str, spanish: str
) -> None:
    clock = Clock.model_validate({"from": start, "within": within})
    assert EN.span(small, clock) == english
    assert ES.span(small, clock) == spanish


@pytest.mark.parametrize(
    ("kind", "article", "language", "label"),
    [
        ("treaty", "12", "en", "CRC art. 12"),
        ("law", "12 bis", "es", "CDN art. 12 bis"),
        ("regulation", "7", "en", "CRC art. 7"),
        ("law", "3 bis", "es", "CDN art. 3 bis"),
        # of a judgment or a guideline one cites a paragraph or a chapter, by its own name
        ("court", "12", "en", "CRC 12"),
        ("guideline", "3", "es", "CDN 3"),
        ("treaty", "(b)(3)", "en", "CRC (b)(3)"),
        ("treaty", "", "en", "CRC"),
        ("paper", "", "es", "CDN"),
    ],
)
def test_an_article_is_cited_as_one_cites_its_kind(
    small: Register, kind: str, article: str, language: Language, label: str
) -> None:
    crc = small.instruments["CRC"].model_copy(update={"kind": kind})
    register = replace(small, instruments={"CRC": crc})
    citation = Citation(instrument="CRC", article=article)
    assert citation_label(register, citation, language) == label


def test_a_label_can_be_kept_on_one_line(small: Register) -> None:
    citation = Citation(instrument="CRC", article="12 bis")
    assert citation_label(small, citation, "en", space="\u00a0") == "CRC\u00a0art.\u00a012 bis"
