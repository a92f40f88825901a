"""Whatever is sent to whatever form: never a failure of ours, a sentence beside the field, nothing typed lost."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings

from intake.config import LONGEST_REQUEST
from intake.forms.fields import visible
from tests.security.pages import Field, Page
from tests.security.strange import (
    FUZZ,
    SETTINGS,
    Sent,
    bodies,
    urlencoded,
)
from tests.security.world import Asked, World

EXAMPLES = {"sqlite": 200, "postgresql": 60} if FUZZ else {"sqlite": 5, "postgresql": 2}
ANSWERS = {200, 302, 308, 400, 401, 403, 404, 405, 410, 413, 415, 422, 429}
TYPED = ("text", "textarea", "search", "email", "tel")
LONG_TEXTS = ("checklist.section", "profile.new", "people.invite", "security.login")
"""Forms of each family; the long run asks all."""
MEGABYTE = 1_000_000


def fields_of(world: World, asked: Asked) -> dict[str, Field]:
    """The form that leads to that route, with the token of the person's session."""
    page = Page(world.client(asked.role).get(asked.path).text)
    fields = dict(page.main.fields) if page.main else {}
    fields["csrf_token"] = Field("hidden", world.token(asked.role))
    for name in ("switch_language", "resume", "look", "go", "do"):
        fields.setdefault(name, Field("button", options=["es", "stay", "comment:case", "1"]))
    return fields


def send(world: World, asked: Asked, sent: Sent) -> Any:
    """The answer, which is none of a failure, and is what it says."""
    answer = world.client(asked.role).open(
        asked.path, method=asked.method, data=sent.body, content_type=sent.content_type
    )
    where = f"{asked}: {answer.status_code} on {sent.content_type!r} {sent.body[:3000]!r}"
    assert answer.status_code in ANSWERS, where
    world.changed |= answer.status_code in (200, 302)
    if answer.status_code == 302:
        to = urlsplit(answer.headers["Location"])
        assert to.netloc in ("", "localhost"), where
        assert not to.path.startswith("//"), where
    if answer.mimetype == "text/html":
        assert "<script>alert" not in answer.text, where
        assert "<img src=x" not in answer.text, where
    return answer


def says_where(page: Page) -> None:
    """Each error leads to a field that is on the page."""
    assert set(page.errors) <= page.ids, set(page.errors) - page.ids


def keeps(before: dict[str, Field], sent: Sent, page: Page) -> None:
    """Every text that was typed into a field of the page stands in it again."""
    assert sent.typed is not None and page.main is not None
    for name, field in before.items():
        values = sent.typed.get(name, [])
        if field.kind not in TYPED or len(values) != 1:
            continue
        want = visible(values[0].decode(errors="werkzeug.url_quote")) or ""
        if name.rsplit("-", 1)[-1] in ("day", "month", "year", "time"):
            want = want.strip()[:40]
        shown = page.main.fields.get(name)
        assert shown is not None or not want.strip(), f"{name} is gone, with {want[:60]!r}"
        if shown is not None:
            assert plain(visible(shown.value)) == plain(want), (
                f"{name}: {shown.value[:80]!r}, not {want[:80]!r}"
            )


def plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def check(world: World, asked: Asked, before: dict[str, Field], sent: Sent) -> int:
    """Sends it and looks at what comes back; the status."""
    answer = send(world, asked, sent)
    if answer.status_code == 422:
        page = Page(answer.text)
        says_where(page)
        if sent.typed is not None and page.main is not None and page.main.id == "main-form":
            keeps(before, sent, page)
    world.calm()
    return int(answer.status_code)


def fuzz(world: World, asked: Asked, examples: int, tried: Counter[str]) -> str:
    """Sends strange forms to that route; what went wrong with it first, else nothing."""
    world.refresh()
    before = fields_of(world, asked)

    @settings(SETTINGS, max_examples=examples)
    @given(sent=bodies(before))
    def ask(sent: Sent) -> None:
        tried["forms"] += 1
        status = check(world, asked, before, sent)
        tried[f"forms answered {status}"] += 1
        if status == 302:
            world.renew()

    try:
        ask()
    except AssertionError as error:
        return f"{asked}: {error}"
    return ""


def test_no_form_fails_whatever_is_sent_to_it(world: World, tried: Counter[str]) -> None:
    wrong = [fuzz(world, asked, EXAMPLES[world.engine], tried) for asked in world.allowed("POST")]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_ten_megabytes_in_a_field_are_answered_and_not_lost(world: World) -> None:
    long = b"<b>\xc3\xb1\x00 =" * (MEGABYTE * 10 // 8)
    for asked in world.allowed("POST"):
        if asked.endpoint not in LONG_TEXTS and not FUZZ:
            continue
        world.refresh()
        fields = fields_of(world, asked)
        texts = [name for name, field in fields.items() if field.kind in TYPED]
        values = {name: [field.value.encode()] for name, field in fields.items() if field.value}
        check(world, asked, fields, urlencoded(values | {(texts or ["x"])[-1]: [long]}))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_more_than_the_app_takes_is_refused_as_such(world: World) -> None:
    world.refresh()
    for asked in world.allowed("POST"):
        body = b"x=" + b"a" * LONGEST_REQUEST
        for kind in ("application/x-www-form-urlencoded", "text/plain"):
            answer = send(world, asked, Sent(body, kind))
            expected = (
                {308, 404, 413}  # what only leads on, or finds nothing, reads nothing
                if kind != "text/plain"
                else {200, 302, 308, 400, 401, 403, 404, 413, 415, 422}
            )
            assert answer.status_code in expected, (asked, answer.status_code)
        parts = b"".join(b"&a%d=1" % number for number in range(3000))
        assert send(world, asked, Sent(parts, "application/x-www-form-urlencoded"))
