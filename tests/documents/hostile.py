"""Words that try to break a page, to be obeyed, or to be lost."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise

import pypdf

MARKUP = "<script>alert(1)</script><img src='file:///etc/passwd'><style>*{display:none}</style>"
LINKS = "<a href='http://example.org/x'>x</a> url(http://example.org/y) {{ 7 * 7 }} {% raw %}"
SVG = "<svg onload=alert(2)><image href='http://example.org/z.svg'/></svg> <!--unseen:es-->"
BIDI = "abc \u202egnitirw\u202c \u2067fed\u2069 \u200fx"
EMOJI = "Ana \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 ok"
RIGHT_TO_LEFT = "محمد علي שלמה"
MARKS = "Z" + "\u0337\u0301\u0308\u0330\u0321" * 40 + " fin"
ODD = "'; drop table case; -- \x00\x07 \u2028 fin \\n %s {0} ${x}"
TOGETHER = "\n".join((MARKUP, LINKS, SVG, BIDI, EMOJI, RIGHT_TO_LEFT, MARKS, ODD))
LONG_WORD = "W" * 10_000
WORD = r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>'


def text_of(pdf: bytes) -> str:
    """The text of the document as one line, without places to break."""
    said = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return re.sub(r"\s+", " ", said.replace("\u200b", ""))


def addresses(pdf: bytes) -> list[str]:
    """The addresses that a click in the document leads to."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})]


def collisions(pdf: bytes) -> Iterator[str]:
    """Words that leave the page, or lie on one another because one of them left its cell."""
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    for page in re.findall(r"<page.*?</page>", boxes, re.S):
        width = float(re.search(r'width="([\d.]+)"', page)[1])  # type: ignore[index]
        lines: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
        for left, top, right, bottom, word in re.findall(WORD, page):
            if float(right) > width - 30:
                yield f"{word!r} leaves the page"
            if not re.search("[\u0300-\u036f]", word):
                lines.setdefault((top, bottom), []).append((float(left), float(right), word))
        for words in lines.values():
            for (_left, end, one), (start, _right, other) in pairwise(sorted(words)):
                if start < end - 1.5:
                    yield f"{one!r} lies on {other!r}"
