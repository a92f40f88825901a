"""No words break a document or are obeyed by it, and none are lost: each document, each field."""

from __future__ import annotations

import logging

import pytest

from intake.documents.fetching import StaticFiles
from tests.documents import hostile
from tests.documents.family import FAMILY, gap_report

each_document = pytest.mark.parametrize("make", FAMILY.values(), ids=FAMILY.keys())
PRINTED = (
    "<script>alert(1)</script>",
    "src='file:///etc/passwd'",
    "{{7*7}}{%raw%}",
    "<svgonload=alert(2)>",
    "<!--unseen:es-->",
    "abcgnitirwfedx",
    "Ana‹U+1F600›‹U+1F468›",
    "';droptablecase;--",
    "%s{0}${x}",
    "ensulugaraparecesucódigo",
)
"""Of the hostile words, without their spaces; the gap report prints nobody's notes."""
OURS = ("https://intake.example/", "mailto:ana@intake.example")


@each_document
def test_nothing_is_obeyed_lost_or_out_of_its_place(make, monkeypatch, caplog):
    fetched = []
    fetch = StaticFiles.fetch
    monkeypatch.setattr(
        StaticFiles,
        "fetch",
        lambda self, url, *rest: fetched.append(url) or fetch(self, url, *rest),
    )
    with caplog.at_level(logging.ERROR, "weasyprint"):
        pdf = make("es", hostile.TOGETHER)
    assert not [one for one in caplog.records if one.name.startswith("weasyprint")]
    assert all(url.startswith("static:") for url in fetched)
    assert all(address.startswith(OURS) for address in hostile.addresses(pdf))
    assert ".Se omitieron" not in " ".join(hostile.text_of(pdf).split()), (
        "two sentences run together"
    )
    said = hostile.text_of(pdf).replace(" ", "")
    for words in ("%s{0}${x}",) if make is gap_report else PRINTED:
        assert words in said
    assert not list(hostile.collisions(pdf))


@each_document
def test_a_word_of_ten_thousand_letters_stays_in_its_cell_and_whole(make):
    pdf = make("en", hostile.LONG_WORD)
    assert not list(hostile.collisions(pdf))
    least = 110 if make is gap_report else 10_000
    assert hostile.text_of(pdf).replace(" ", "").count("W") >= least


@each_document
def test_names_written_from_right_to_left_are_drawn(make):
    pdf = make("es", hostile.RIGHT_TO_LEFT)
    said = hostile.text_of(pdf)
    assert "‹U+" not in said
    assert any("\u0600" <= letter <= "\u06ff" or letter >= "\ufb50" for letter in said)
