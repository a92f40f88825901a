"""HTML into a tagged PDF, from the app's own templates and files and from nothing else."""

from __future__ import annotations

import hashlib
import logging
import re
from functools import cache
from threading import Lock
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML

from intake.documents import tagging
from intake.documents.fetching import files
from intake.documents.foreign import marked
from intake.documents.qr import qr_code
from intake.documents.styles import PAGE_SIZES, PageSize, fonts, styles
from intake.documents.text import Drawable, drawable, printable
from intake.resources import resource_dir

__all__ = ["PAGE_SIZES", "PageSize", "document_html", "environment", "render_pdf"]

_UNSEEN = re.compile("<!--unseen:(en|es)-->")
"""Where the frame of a document leaves room for the note on what could not be drawn."""
_one_at_a_time = Lock()
log = logging.getLogger("intake")
tagging.install()


@cache
def environment() -> Environment:
    """The templates of printed documents; every value is escaped and made printable."""
    made = Environment(
        loader=FileSystemLoader(resource_dir("templates")),
        autoescape=True,
        finalize=printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["qr_code"] = qr_code
    made.globals["language_tags"] = {"es": "es-MX", "en": "en"}
    return made


def document_html(template: str, **values: Any) -> str:
    """The template as HTML that the fonts can draw whole, with a note at its end on what they could not.

    How many characters that were is logged, never which.
    """
    made = drawable(environment().get_template(template).render(**values))
    if made.by_code:
        log.warning("%s: %d characters without a glyph", template, len(made.by_code))
    html = _UNSEEN.sub(lambda place: _unseen(made, place[1]), made.html)
    return marked(html, values["language"]) if "language" in values else html


def _unseen(made: Drawable, language: str) -> str:
    if not made.by_code and not made.left_out:
        return ""
    return environment().get_template("pdf/unseen.html").render(made=made, language=language)


def render_pdf(template: str, page_size: PageSize, **values: Any) -> bytes:
    """The template as PDF/UA-1; the same values give the same bytes.

    Raises ValueError for another paper.
    """
    if page_size not in PAGE_SIZES:
        raise ValueError(f"page size must be one of {', '.join(PAGE_SIZES)}")
    html = document_html(template, **values)
    identifier = hashlib.sha256(f"{page_size}\0{html}".encode()).digest()[:16]
    with _one_at_a_time:
        pdf: bytes = HTML(string=html, url_fetcher=files()).write_pdf(
            stylesheets=[styles(page_size)],
            font_config=fonts(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier,
            finisher=tagging.finish,
        )
    return pdf
