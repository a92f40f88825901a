"""What a screen reader is told beyond WeasyPrint's own tags: the language of a part, the reach of a table's head.

WeasyPrint 70 writes the language of the whole document alone, and ties cells to heads by number only, which few
readers follow. Its one function that makes a tag from a box is wrapped here; a test reads the tags back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.pdf import tags

_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column"}
_plain = tags._build_box_tree


def _with_language_and_scope(box: Any, *rest: Any) -> Iterator[Any]:
    for element in _plain(box, *rest):
        source = getattr(box, "element", None)
        if source is not None:
            if language := source.get("lang"):
                element["Lang"] = pydyf.String(language)
            if element["S"] == "/TH" and (scope := _SCOPES.get(source.get("scope"))):
                element["A"]["Scope"] = scope
        yield element


def install() -> None:
    """Puts the wrapper in the place of WeasyPrint's function, once."""
    tags._build_box_tree = _with_language_and_scope
