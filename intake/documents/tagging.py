"""What a screen reader is told beyond WeasyPrint's own tags.

The language of a part and the reach of a table's head: WeasyPrint 70 writes the language of the whole document alone,
and ties cells to heads by number only, which few readers follow. And what it must not be told: running heads and
feet are marked as artifacts, so that they are not read out on every page. Two functions of WeasyPrint are wrapped
for that; tests read the result back, and fail where a later version has others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pydyf
from weasyprint.formatting_structure.boxes import MarginBox
from weasyprint.pdf import tags
from weasyprint.pdf.stream import Stream

_PRINT = 4
_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column"}
_build_box_tree = tags._build_box_tree
_marked = Stream.marked


def _with_language_and_scope(box: Any, *rest: Any) -> Iterator[Any]:
    if isinstance(box, MarginBox):
        return
    for element in _build_box_tree(box, *rest):
        source = getattr(box, "element", None)
        if source is not None:
            if language := source.get("lang"):
                element["Lang"] = pydyf.String(language)
            if element["S"] == "/TH" and (scope := _SCOPES.get(source.get("scope"))):
                element["A"]["Scope"] = scope
        yield element


def _marked_unless_margin(self: Any, box: Any, tag: str) -> AbstractContextManager[None]:
    """Only what stands in a page's margins comes from no element of the document."""
    made: AbstractContextManager[None] = (
        self.artifact() if box.element is None else _marked(self, box, tag)
    )
    return made


def install() -> None:
    """Puts the wrappers in the place of WeasyPrint's functions."""
    tags._build_box_tree = _with_language_and_scope
    Stream.marked = _marked_unless_margin


def finish(_document: object, pdf: Any) -> None:
    """Lets links be printed, as archives and readers ask of every annotation."""
    for one in pdf.objects:
        if isinstance(one, dict) and one.get("Type") == "/Annot":
            one["F"] = _PRINT
