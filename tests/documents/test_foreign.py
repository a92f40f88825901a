"""Borrowed words are marked where they are read, and only there."""

from __future__ import annotations

from intake.documents.foreign import marked


def test_a_borrowed_word_is_marked_whole():
    assert marked("<p>The Procuraduría de Protección acts</p>", "en") == (
        '<p>The <span lang="es-MX">Procuraduría de Protección</span> acts</p>'
    )
    assert (
        marked("<p>(child advocate)</p>", "es") == '<p>(<span lang="en">child advocate</span>)</p>'
    )


def test_a_word_of_the_own_language_is_not():
    assert "span" not in marked("<p>La Procuraduría de Protección</p>", "es")


def test_titles_drawings_and_attributes_stay_as_they_are():
    html = '<title>Procuraduría</title><svg><title>Procuraduría</title></svg><p data-x="Procuraduría">x</p>'
    assert marked(html, "en") == html
