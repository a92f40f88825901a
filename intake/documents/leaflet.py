"""The rights leaflet: one sheet that a child keeps, in plain words and large type, with drawings."""

from __future__ import annotations

import io
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import pikepdf

from intake.checklist.leaflet import Ages, Drawing
from intake.checklist.parts import Language
from intake.documents.rendering import PageSize, render_pdf

__all__ = ["BasisLine", "Contact", "LeafletContext", "LeafletLine", "render_leaflet"]

SIDES = 2
SIZES: dict[Ages, tuple[float, ...]] = {
    "6-11": tuple(half / 2 for half in range(32, 15, -1)),
    "12-17": tuple(half / 2 for half in range(28, 15, -1)),
}
"""Sizes of the type in points, largest first."""
STACKED = 0.0
"""Stands for the smallest size with one right below the other: side by side, words longer than a page are cut off."""
ON_FRONT = 6


@dataclass(frozen=True)
class LeafletLine:
    """One right: its drawing with what it shows in words, and what is said of it."""

    drawing: Drawing
    shows: str
    title: str
    text: str


@dataclass(frozen=True)
class BasisLine:
    """What a right rests on, for adults."""

    title: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """Somebody the child can ask; what is not known stays a line to write on."""

    label: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class LeafletContext:
    """All that is printed."""

    ages: Ages
    tag: str
    """The language of what is said to the child, as BCP 47."""
    adults: Language
    """The language of the small print for adults."""
    title: str
    shows: str
    greeting: str
    lines: tuple[LeafletLine, ...]
    ask: str
    ask_text: str
    ask_shows: str
    phone: str
    contacts: tuple[Contact, ...]
    basis: tuple[BasisLine, ...]
    register_version: str
    register_sha256: str
    basis_reviewed: bool = False
    """Whether a lawyer has compared every citation with the official text."""
    translation_reviewed: bool = True


def render_leaflet(context: LeafletContext, page_size: PageSize = "Letter") -> bytes:
    """The leaflet as a tagged PDF (PDF/UA-1) of two pages: the two sides of one sheet.

    The type is as large as the words allow; only words that do not fit at the smallest size take more pages. The same
    context gives the same bytes. Raises ValueError for another paper.
    """
    if any(one.name or one.phone for one in context.contacts):
        return _render(context, page_size, _largest(context, page_size), drawn=True)
    return _without_names(context, page_size)


@lru_cache(maxsize=32)
def _without_names(context: LeafletContext, page_size: PageSize) -> bytes:
    """The same sheet for everybody: kept, since drawing it takes a second."""
    return _render(context, page_size, _largest(context, page_size), drawn=True)


@lru_cache(maxsize=64)
def _largest(context: LeafletContext, page_size: PageSize) -> float:
    """The largest size of the type with which the words fit; found on sheets without their drawings, which is quick."""
    sizes = (*SIZES[context.ages], STACKED)
    return sizes[
        bisect_left(
            sizes[:-1],
            True,
            key=lambda size: _pages(_render(context, page_size, size, drawn=False)) <= SIDES,
        )
    ]


def _render(context: LeafletContext, page_size: PageSize, size: float, *, drawn: bool) -> bytes:
    return render_pdf(
        "pdf/leaflet.html",
        page_size,
        context=context,
        size=size or SIZES[context.ages][-1],
        stacked=size == STACKED,
        drawn=drawn,
        front=context.lines[:ON_FRONT],
        back=context.lines[ON_FRONT:],
        older=context.ages == "12-17",
        language=context.adults,
    )


def _pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)
