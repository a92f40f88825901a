"""Pages are small on the line, and their size tells a stranger nothing."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Person

PAGE = "/cases/TAP-2026-0001/sections/bid"
GZIP = {"Accept-Encoding": "gzip, br"}
SignIn = Callable[[str], Person]


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_that_the_person_asked_for_is_compressed(sign_in: SignIn, site: str) -> None:
    ana = sign_in("ana")
    plain = ana.client.get(PAGE)
    small = ana.client.get(PAGE, headers=GZIP | {"Sec-Fetch-Site": site})
    assert small.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(small.data)
    assert len(small.data) < len(plain.data) / 5
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(small.vary)
    assert small.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        GZIP,
        GZIP | {"Sec-Fetch-Site": "cross-site"},
        GZIP | {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_page_that_another_site_may_have_asked_for_is_not(
    sign_in: SignIn, headers: dict[str, str]
) -> None:
    answer = sign_in("ana").client.get(PAGE, headers=headers)
    assert "Content-Encoding" not in answer.headers
    assert "</html>" in answer.text
    assert "Sec-Fetch-Site" in set(answer.vary)


def test_the_size_of_a_page_is_blurred(app: Flask) -> None:
    client, asked = app.test_client(), GZIP | {"Sec-Fetch-Site": "none"}
    sizes = {len(client.get("/sign-in", headers=asked).data) for _time in range(24)}
    assert len(sizes) > 8


def test_scripts_and_styles_are_compressed_and_kept_by_their_content(app: Flask) -> None:
    client = app.test_client()
    found = re.findall(
        r'(?:href|src)="(/static/app\.(?:css|js)\?v=[0-9a-f]{16})"', client.get("/sign-in").text
    )
    assert len(found) == 2
    for address in found:
        answer = client.get(address, headers=GZIP)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        plain = client.get(address)
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(answer.data) == plain.data
        again = client.get(address, headers=GZIP | {"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_file_of_another_version_is_not_kept(app: Flask) -> None:
    client = app.test_client()
    for address in ("/static/app.css", "/static/app.css?v=0123456789abcdef"):
        assert client.get(address).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../intake/config.py").status_code == 404
    assert client.get("/static/nothing.css").status_code == 404


def test_the_first_page_with_all_it_needs_is_light(sign_in: SignIn) -> None:
    ana, asked = sign_in("ana"), GZIP | {"Sec-Fetch-Site": "same-origin"}
    page = ana.client.get(PAGE, headers=asked)
    weight = len(page.data)
    for address in re.findall(
        r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"', gzip.decompress(page.data).decode()
    ):
        weight += len(ana.client.get(address, headers=GZIP).data)
    assert weight < 100_000
