"""What may stand on paper: drawn, shown by its code, or counted as left out."""

from __future__ import annotations

import pytest

from intake.documents.text import drawable, printable

SPANISH_AND_MAYAN = "áéíóúüñ ÁÉÍÓÚÜÑ ¿¡ Ixk’aq’ Tz’ib’ bʼaktun ꞌ ɓ ʔ ä̱ n̈ x̣ ŋ ł ḱ ã̱ t͡ɬ"


@pytest.mark.parametrize(
    "words",
    [
        SPANISH_AND_MAYAN,
        "Русский ελληνικά",
        "محمد علی",
        "שלום",
        "ʻ ‘ ’ “ ” « » – — … † · ×",
        "\t\n",
    ],
)
def test_what_the_fonts_have_stays_as_it_is(words):
    made = drawable(words)
    assert (made.html, made.by_code, made.left_out) == (words, (), 0)


def test_a_character_without_a_glyph_is_shown_by_its_code():
    made = drawable("a😀b 中 \ud800 \uffff")
    assert made.html == "a‹U+1F600›b ‹U+4E2D› ‹U+D800› ‹U+FFFF›"
    assert made.by_code == ("U+1F600", "U+4E2D", "U+D800", "U+FFFF")


def test_a_character_that_is_repeated_is_counted():
    assert drawable("😀" * 3).html == "‹U+1F600›" * 3
    made = drawable("😀" * 10_000 + "中")
    assert (made.html, made.by_code) == ("‹U+1F600 ×10000›‹U+4E2D›", ("U+1F600", "U+4E2D"))


def test_what_nobody_can_see_is_left_out_and_counted():
    made = drawable("a\x00b\u202ec\u2066\u200f\ufeff\U000e0041d")
    assert (made.html, made.by_code, made.left_out) == ("abcd", (), 6)


def test_a_letter_carries_no_more_marks_than_a_language_writes():
    made = drawable("e" + "\u0301" * 500 + "\u0331x")
    assert made.html == "e" + "\u0301" * 3 + "‹U+0301 ×497›‹U+0331›x"
    assert made.by_code == ("U+0301", "U+0331")


def test_a_text_has_one_kind_of_line_end_and_no_empty_lines():
    assert printable("a\r\nb\rc\u2028d\x85\n \n\ne") == "a\nb\nc\nd\ne"
    assert printable(None) == ""
    assert printable(7) == 7


def test_a_long_word_can_be_broken_but_never_between_a_letter_and_its_mark():
    word = "e\u0301" * 100
    broken = str(printable(word))
    assert broken.replace("\u200b", "") == word
    parts = broken.split("\u200b")
    assert len(parts) > 5
    assert all(part.startswith("e") for part in parts)
