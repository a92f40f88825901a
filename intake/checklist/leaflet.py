"""What a child is told of their rights: the parts of the leaflet, as they stand in the rules, and their translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, get_args

from pydantic import Field

from intake.checklist.parts import Citation, Part, Text

Ages = Literal["6-11", "12-17"]
AGES: tuple[Ages, ...] = get_args(Ages)
Drawing = Literal[
    "language",
    "heard",
    "lawyer",
    "open",
    "family",
    "asylum",
    "danger",
    "health",
    "school",
    "complain",
    "private",
    "consulate",
]
DRAWINGS: tuple[Drawing, ...] = get_args(Drawing)
MOST_POINTS = 12
"""Points of one band: with more, the type that fits on one sheet is no longer large."""
BAND_TEXTS = (
    *("title", "shows", "greeting"),
    *("ask", "ask_text", "ask_shows", "caseworker", "lawyer", "phone"),
)


class LeafletBand(Part):
    """The leaflet for children of these ages: what frames its points."""

    id: Ages
    title: Text
    shows: Text
    """The drawing at the top in words, for who does not see it."""
    greeting: Text
    ask: Text
    ask_text: Text
    ask_shows: Text
    caseworker: Text
    lawyer: Text
    phone: Text


class PointWords(Part):
    """A point as it is said to children of one age band."""

    title: Text
    text: Text


class LeafletPoint(Part):
    """One right in the child's words. It rests on what the checks it names cite, and on nothing else."""

    id: str
    drawing: Drawing
    shows: Text
    """The drawing in words, for who does not see it."""
    checks: tuple[str, ...] = Field(min_length=1)
    ages_6_11: PointWords | None = None
    ages_12_17: PointWords | None = None

    def words(self, ages: Ages) -> PointWords | None:
        """What is said to children of those ages; None where the point is not for them."""
        return self.ages_6_11 if ages == "6-11" else self.ages_12_17


class LeafletTranslation(Part):
    """The leaflet in one more language: a text for each of :func:`places`."""

    id: str = Field(pattern=r"^[a-z]{2,3}$")
    """ISO 639, and the code by which the leaflet is asked for."""
    tag: str = Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")
    """BCP 47, as the document declares its language."""
    name: Text
    """The language, as the app calls it."""
    own_name: str = Field(min_length=1)
    """The language, as those who speak it call it."""
    reviewed: bool
    """Whether somebody who speaks the language has compared it with the Spanish."""
    words: dict[str, str]


Texts = Mapping[str, Text]


def places(bands: Iterable[LeafletBand], points: Iterable[LeafletPoint]) -> Texts:
    """Everything the leaflet says to a child, by the names under which a translation gives it.

    ``6-11.title`` is a band's own text; ``lawyer.shows`` and ``lawyer.6-11.text`` are those of a point.
    """
    return dict(_places(bands, points))


def _places(
    bands: Iterable[LeafletBand], points: Iterable[LeafletPoint]
) -> Iterator[tuple[str, Text]]:
    for band in bands:
        for name in BAND_TEXTS:
            yield f"{band.id}.{name}", getattr(band, name)
    for point in points:
        yield f"{point.id}.shows", point.shows
        for ages in AGES:
            words = point.words(ages)
            if words is not None:
                yield f"{point.id}.{ages}.title", words.title
                yield f"{point.id}.{ages}.text", words.text


def untranslated(translation: LeafletTranslation, texts: Texts) -> Iterator[str]:
    """What the translation lacks, and what it has that the leaflet does not know."""
    for name in texts:
        if not translation.words.get(name, "").strip():
            yield f"words: {name} is missing"
    for name in translation.words:
        if name not in texts:
            yield f"words: the leaflet has no {name}"


def cited(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each citation once, in the order of the checks."""
    return tuple(dict.fromkeys(citations))
