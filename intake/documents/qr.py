"""The code on a document's front that a phone reads."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str, title: str) -> Markup:
    """The address as a QR code, drawn as SVG that is read aloud by its title."""
    code = segno.make_qr(address, error="m", boost_error=False)
    return Markup(code.svg_inline(border=0, title=title, omitsize=True))  # noqa: S704 - segno escapes the title
