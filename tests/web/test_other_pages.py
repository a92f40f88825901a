"""The links to the page before and the page after a list."""

from __future__ import annotations

import re

from intake.resources import resource_dir


def test_a_link_to_another_page_lies_over_its_own_box_and_not_over_the_page() -> None:
    """Such a link is as wide as the nearest box that holds it in place: without one, any click went to the next page."""
    folder = resource_dir("templates")
    drawn = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*.html"))
        if "govuk-pagination__link" in path.read_text(encoding="utf-8")
    ]
    assert drawn == ["components/pages.html"]
    text = (folder / drawn[0]).read_text(encoding="utf-8")
    boxes = re.findall(r'<div class="govuk-pagination__(?:prev|next)"><a class="govuk-link', text)
    assert len(boxes) == text.count("govuk-pagination__link") == 2
