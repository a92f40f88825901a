"""How the sheets that are about no case, and the certificate, are read back in tests."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import page
import pikepdf
import pypdf

SIZES = {"Letter": (612, 792), "A4": (595, 842)}


def pages_of(pdf: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def size_of(one: pypdf.PageObject) -> tuple[int, int]:
    width, height = one.mediabox[2:]
    return round(width), round(height)


def text_of(pdf: bytes) -> str:
    text = "\n".join(one.extract_text() for one in pages_of(pdf))
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def squeezed(text: str) -> str:
    """The text without its spaces and places to break: words are compared, not lines."""
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def tags(node: Any) -> Iterator[str]:
    """The tags of the document in the order in which a screen reader meets them."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from tags(kid)


def faults(pdf: bytes) -> list[str]:
    """What a validator that is not ours finds against PDF/UA-1."""
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    return [f"{one.rule_id}: {one.message}" for one in report.failures]
