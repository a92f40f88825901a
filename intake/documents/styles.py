"""The look that all documents share, in layers: the page, its type, tables, badges and larger parts."""

from __future__ import annotations

from functools import cache
from typing import Literal

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration

from intake.documents.fetching import files
from intake.resources import resource_dir

PageSize = Literal["Letter", "A4"]
PAGE_SIZES: tuple[PageSize, ...] = ("Letter", "A4")
LAYERS = ("page", "type", "tables", "badges", "front", "timeline", "letter")
"""Read in this order from ``templates/pdf/styles``: a later layer may refine an earlier one."""


@cache
def fonts() -> FontConfiguration:
    """The fonts, loaded once: loading them takes longer than a page."""
    return FontConfiguration()


@cache
def styles(page_size: PageSize) -> CSS:
    """All layers for that paper."""
    folder = resource_dir("templates") / "pdf" / "styles"
    layers = [(folder / f"{name}.css").read_text(encoding="utf-8") for name in LAYERS]
    sheet = "\n".join([*layers, f"@page {{ size: {page_size} }}"])
    return CSS(string=sheet, font_config=fonts(), url_fetcher=files())
