"""Somebody who types ill-willed words into every form of the app, and a look at whether a page does what they say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

from tests.security.pages import Field, Page
from tests.security.strange import VALID, multipart, urlencoded
from tests.security.world import NUMBER, Asked, World
from tests.test_cleaning import photo

EVIL = "=1+1<script>alert(7)</script><img src=x onerror=alert(8)>\"'><a href='http://evil.example/'>{{7*7}}"
NAME = "=1+1<img src=x onerror=alert(8)>{{7*7}}"
"""Short enough for a name."""
TYPED = ("text", "textarea", "email", "search", "tel")
CHOSEN = {
    "kind": "transfer",
    "recipient": "orr",
    "purpose": "best_interests",
    "state": "cannot",
    "decision": "returned",
    "body": "cndh",
}
"""What is chosen where it is offered, so that all that is asked beside it is kept."""
FITTING = {
    "age": "14",
    "email": "zoe@intake.example",
    "prefix": "ZQX",
    "years": "9",
    "years_young": "20",
    "number": "TIJ-2026-0001",
}
"""Fields that take no words: what is sent once the words were refused."""
MARK = re.compile(r"zq\d{4}qz")
OURS = re.compile(r"/(?!/)|#|\?|$")


class Planter:
    """Types ill-willed words into every text of every form, each with a mark of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.planted: dict[str, str] = {}
        self.refused: set[str] = set()
        """The names of fields that said that they take no such words."""
        self.failed: list[str] = []
        """Forms that were not taken in the end."""

    def mark(self, asked: Asked, name: str) -> str:
        mark = f"zq{len(self.planted):04d}qz"
        self.planted[mark] = f"{asked.path} {name}"
        return f"{EVIL}{mark}"

    def fill(self, asked: Asked, fields: dict[str, Field]) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for name, field in fields.items():
            part = name.rsplit("-", 1)[-1]
            if field.kind in TYPED and part not in VALID:
                found[name] = [self.mark(asked, name).encode()]
            elif field.kind in ("radio", "select"):
                wanted = CHOSEN.get(name, "")
                first = next(filter(None, field.options), "")
                chosen = wanted if wanted and wanted in field.options else field.value or first
                found[name] = [chosen.encode()]
            elif field.kind == "checkbox" and field.value:
                found[name] = [field.value.encode()]
            elif field.kind == "hidden" or part in VALID:
                several = [field.value, *field.options] if name == "shown" else [field.value]
                found[name] = [(value or VALID.get(part, "")).encode() for value in several]
        return found

    def plant(self, asked: Asked) -> int:
        """Sends the form until it is taken, leaving out what it will not have."""
        page = Page(self.world.client(asked.role).get(asked.path).text)
        fields = dict(page.main.fields) if page.main else {}
        if not any(field.kind in TYPED for field in fields.values()):
            return 0
        fields["csrf_token"] = Field("hidden", self.world.token(asked.role))
        values = self.fill(asked, fields)
        for again in range(6):
            sent = urlencoded(values)
            if "file" in fields:
                sent = multipart(values | {"file": [photo()]}, ("file",))
            answer = self.world.client(asked.role).post(
                asked.path, data=sent.body, content_type=sent.content_type
            )
            harmless(answer, f"{asked}")
            errors = Page(answer.text).errors if answer.mimetype == "text/html" else []
            if answer.status_code < 400:
                return int(answer.status_code)
            for name in errors:
                self.mend(values, name, again)
        if any(where.startswith(f"{asked.path} ") for where in self.planted.values()):
            self.failed.append(f"{asked.path} {answer.status_code} {errors}")
        return int(answer.status_code)

    def submit(self) -> None:
        """Sends the case to its supervisors."""
        client = self.world.client("caseworker")
        main = Page(client.get(f"/cases/{NUMBER}/submit").text).main
        assert main
        values = {name: field.value for name, field in main.fields.items()}
        assert client.post(f"/cases/{NUMBER}/submit", data=values).status_code == 302

    def mend(self, values: dict[str, list[bytes]], name: str, again: int) -> None:
        """Changes what the form said about that field: shorter words, then what fits, then nothing."""
        base, _dash, part = name.rpartition("-")
        if part == "day":
            later = str(dt.date.today().year + 40).encode()
            if again == 0 and values.get(f"{base}-year", [later]) != [later]:
                values[f"{base}-year"] = [later]
                return
            for one in [one for one in values if one.startswith(f"{base}-")]:
                del values[one]
        elif name in values and again == 0:
            # some fields take no long text: the shorter one, with the same mark
            values[name] = [NAME.encode() + values[name][0][-8:]]
        elif name in FITTING and again == 1:
            mark = values[name][0][-8:].decode()
            assert self.planted.pop(mark).endswith(f" {name}")
            self.refused.add(name)
            values[name] = [FITTING[name].encode()]
        else:
            values.pop(name, None)


def harmless(answer: Any, where: str) -> None:
    """Raises AssertionError where the page runs, loads or leads to anything that is not of the app."""
    if answer.mimetype != "text/html":
        return
    for tag, found in Page(answer.text).tags:
        assert tag not in ("iframe", "object", "embed", "base", "style"), f"{where}: {tag}"
        assert not [name for name in found if name.startswith("on") or name == "style"], where
        if tag == "script":
            assert found.get("src", "").startswith("/static/"), where
        for name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
            address = found.get(name, "")
            local = urlsplit(address).netloc in ("", "localhost")
            assert ((OURS.match(address) or address.startswith("data:image/")) and local) or (
                tag == "a" and address.startswith("https://") and "evil" not in address
            ), f"{where}: {tag} {name}={address}"
    assert "{{7*7}}" in answer.text or "=1+149" not in answer.text, where


__all__ = ["EVIL", "FITTING", "MARK", "NAME", "Planter", "harmless"]
