"""Finding a case by the child's name, on the caseworker's and the supervisor's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Person

NUMBER = "TAP-2026-0001"


@pytest.mark.parametrize(
    ("name", "path", "sees"),
    [
        ("ana", "/cases", True),
        ("beto", "/cases", False),
        ("sofia", "/review", True),
        ("david", "/review", False),
    ],
)
def test_a_name_finds_the_cases_one_sees_and_stands_in_no_address(
    sign_in: Callable[[str], Person], name: str, path: str, sees: bool
) -> None:
    page = sign_in(name).client.post(path, data={"name": "m yareli"})
    assert page.status_code == 200
    assert (NUMBER in page.text) is sees
    assert "TAP-2026-0003" not in page.text
    assert "name=" not in "".join(part.split('"')[0] for part in page.text.split('href="')[1:])
    assert 'role="status"' in page.text


def test_a_name_in_an_address_is_not_looked_for(sign_in: Callable[[str], Person]) -> None:
    page = sign_in("sofia").open("/review?name=Yareli")
    assert "TAP-2026-0003" in page
    assert 'value="Yareli"' not in page
