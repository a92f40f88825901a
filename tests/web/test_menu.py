"""The menu: what is used every day stands in one line, the rest is a press away, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Person

SignIn = Callable[[str], Person]
FOLDED = re.compile(r'<details class="intake-more__details">.*?</details>', re.DOTALL)
ITEM = re.compile(r'class="govuk-service-navigation__link" href="([^"]+)"')


@pytest.mark.parametrize("name", ["ana", "sofia", "admin", "auditor", "beto"])
def test_no_more_words_stand_in_the_line_than_fit(sign_in: SignIn, name: str) -> None:
    page = sign_in(name).open("/account")
    folded = FOLDED.search(page)
    line = ITEM.findall(FOLDED.sub("", page))
    assert "/account" in line
    assert len(line) <= 7
    every = {*line, *(ITEM.findall(folded[0]) if folded else ())}
    assert {"/recommendations", "/materials"} <= every


def test_a_page_that_is_folded_away_is_marked_in_the_line(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    page = sofia.open("/materials")
    found = FOLDED.search(page)
    assert found and 'href="/materials" aria-current="page"' in found[0]
    assert "intake-more govuk-service-navigation__item--active" in page
    assert "intake-more govuk-service-navigation__item--active" not in sofia.open("/review")
