"""What a document says about itself never stands alone on its last page."""

from __future__ import annotations

from typing import Any

import pytest
from weasyprint import HTML

from intake.documents.styles import fonts, styles


def words(box: Any) -> list[str]:
    """The text of the page's body, line by line."""
    found = [box.text] if hasattr(box, "text") else []
    return found + [word for child in getattr(box, "children", ()) for word in words(child)]


@pytest.mark.parametrize("rows", range(40, 56))
def test_it_takes_something_along(rows: int) -> None:
    table = "".join(f"<tr><td>fila {row}</td></tr>" for row in range(rows))
    about = '<div class="whole about"><h2>Acerca de</h2><p>Impreso</p></div>'
    page = f'<table class="rows answers"><tbody>{table}</tbody></table>{about}'
    made = HTML(string=page).render(stylesheets=[styles("Letter")], font_config=fonts())
    last = words(made.pages[-1]._page_box)
    assert "Acerca de" in last
    assert any(word.startswith("fila") for word in last), last
