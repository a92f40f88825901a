"""HTML into a tagged PDF, from the app's own templates and files and from nothing else."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from intake.documents.lasting import OPTIONS, write_lasting
from intake.documents.marks import Marks
from intake.resources import resource_dir

PageSize = Literal["Letter", "A4"]
PAGE_SIZES: tuple[PageSize, ...] = ("Letter", "A4")

STATIC = "static:"
_KINDS = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, all but tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of writing
    "\ufeff\ufff9-\ufffb]"
)
_UNPRINTABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_LONG_WORD = re.compile(r"\S{60,}")
_STRIDE = 30
_one_at_a_time = Lock()


class StaticFiles(URLFetcher):  # type: ignore[misc]
    """Reads ``static:<path>`` from the app's static files and refuses every other address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file of that address. Raises ValueError where it is not a font or image of ours."""
        name = PurePosixPath(url.removeprefix(STATIC))
        path = (self.folder / name).resolve()
        kind = _KINDS.get(name.suffix)
        if not url.startswith(STATIC) or kind is None or not path.is_relative_to(self.folder):
            raise ValueError("A document reads no files but the app's own fonts and images")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def printable(value: object) -> object:
    """A text as it may be printed: nothing invisible, no empty lines, long words breakable."""
    if value is None:
        return ""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n"))
    text = _BLANK_LINES.sub("\n", _INVISIBLE.sub("", text))
    return _LONG_WORD.sub(_breakable, text)


def _breakable(word: re.Match[str]) -> str:
    letters = word[0]
    parts = (letters[start : start + _STRIDE] for start in range(0, len(letters), _STRIDE))
    return "\N{ZERO WIDTH SPACE}".join(parts)


@cache
def environment() -> Environment:
    """The templates of printed documents; every value is escaped and made printable."""
    return Environment(
        loader=FileSystemLoader(resource_dir("templates")),
        autoescape=True,
        finalize=printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _files() -> StaticFiles:
    return StaticFiles(resource_dir("static"))


@cache
def _styles(page_size: PageSize) -> CSS:
    sheet = (resource_dir("templates") / "pdf" / "document.css").read_text(encoding="utf-8")
    sheet = f"{sheet}\n@page {{ size: {page_size} }}"
    return CSS(string=sheet, font_config=_fonts(), url_fetcher=_files())


def render_pdf(template: str, page_size: PageSize, **values: Any) -> bytes:
    """The template as a file that is PDF/UA-1 and PDF/A-3b; the same values give the same bytes.

    Where ``context`` has marks, what they record is embedded. Raises ValueError for another paper.
    """
    if page_size not in PAGE_SIZES:
        raise ValueError(f"page size must be one of {', '.join(PAGE_SIZES)}")
    marks: Marks | None = getattr(values.get("context"), "marks", None)
    html = environment().get_template(template).render(**values)
    identifier = hashlib.sha256(f"{page_size}\0{html}".encode()).digest()[:16]
    with _one_at_a_time:
        document = HTML(string=html, url_fetcher=_files()).render(
            stylesheets=[_styles(page_size)], font_config=_fonts(), **OPTIONS
        )
        return write_lasting(document, marks, identifier)
