"""Whatever stands in an address: never a failure of ours, and nobody is led away from the app."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.security.pages import Page
from tests.security.strange import FUZZ, RAW, SETTINGS, TEXTS
from tests.security.world import NUMBER, Asked, World

EXAMPLES = 100 if FUZZ else 2
WORST = (b"\x00", b"9" * 20, b"\xed\xa0\x80", "\u202e'\"><script>alert(1)</script>".encode())
ANSWERS = {200, 302, 304, 308, 400, 401, 403, 404, 405, 410, 413, 415, 422, 429}
KNOWN = (
    "next",
    "page",
    "before",
    "after",
    "lang",
    "size",
    "case",
    "to",
    "number",
    "day-day",
    "q",
    "sort",
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "ÑU")


def ask(world: World, asked: Asked, address: str) -> Any:
    # a form's token, so that what is sent goes as far as the page
    form = {"csrf_token": world.token(asked.role)} if asked.method == "POST" else None
    answer = world.client(asked.role).open(address, method=asked.method, data=form)
    where = f"{asked} {address[:300]}: {answer.status_code}"
    assert answer.status_code in ANSWERS, where
    if answer.status_code in (302, 308):
        to = urlsplit(answer.headers["Location"])
        assert to.scheme in ("", "http"), where
        assert to.netloc in ("", "localhost"), where
        assert not to.path.startswith(("//", "/\\")), where
    if answer.mimetype == "text/html" and asked.method != "HEAD":
        assert "<script>alert" not in answer.text, where
        assert "<img src=x" not in answer.text, where
    return answer


@st.composite
def queries(draw: st.DrawFn, names: list[str]) -> str:
    pairs = draw(st.lists(st.tuples(st.sampled_from(names) | TEXTS, RAW), min_size=1, max_size=5))
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs
    )[:20_000]


def test_no_page_fails_whatever_its_query_says(world: World, tried: Counter[str]) -> None:
    world.renew()
    for asked in world.allowed("GET"):
        page = ask(world, asked, asked.path)
        forms = Page(page.text).forms if page.mimetype == "text/html" else []
        own = {name for form in forms if form.method == "get" for name in form.fields}

        @settings(SETTINGS, max_examples=EXAMPLES)
        @given(query=queries(sorted(own) * 3 + list(KNOWN)))
        def with_query(query: str) -> None:
            tried["queries"] += 1
            joined = "&" if "?" in asked.path else "?"  # noqa: B023
            ask(world, asked, asked.path + joined + query)  # noqa: B023 - called at once

        with_query()
        for worst in WORST if own else ():
            said = quote_from_bytes(worst)
            with_query.hypothesis.inner_test("&".join(f"{name}={said}" for name in sorted(own)))
    world.renew()


def test_no_page_fails_whatever_stands_in_its_path(world: World, tried: Counter[str]) -> None:
    world.renew()
    filled = {str(value) for value in world.values.values()} | {NUMBER, *world.numbers.values()}
    for method in ("GET", "POST"):
        for asked in world.allowed(method):
            parts = asked.path.split("?")[0].split("/")
            places = [place for place, part in enumerate(parts) if part in filled]
            if not places:
                continue

            @settings(SETTINGS, max_examples=EXAMPLES)
            @given(place=st.sampled_from(places), part=RAW)
            def with_part(place: int, part: bytes) -> None:
                tried["paths"] += 1
                said = quote_from_bytes(part[:3000], safe="")
                changed = [*parts[:place], said, *parts[place + 1 :]]  # noqa: B023
                ask(world, asked, "/".join(changed))  # noqa: B023
                world.calm()

            with_part()
            for worst in WORST:
                with_part.hypothesis.inner_test(places[-1], worst)
    world.renew()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_no_method_fails_on_any_address(world: World, tried: Counter[str]) -> None:
    world.renew()
    for asked in world.allowed("GET"):
        for method in METHODS:
            if method not in ("GET", "POST"):
                tried["methods"] += 1
                ask(world, asked._replace(method=method), asked.path)
