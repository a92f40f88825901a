"""What a page holds, as a browser reads it: its fields, its links, the targets of its errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Field:
    """Everything on the page that sends a value under one name."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of the page, by the names that it sends."""

    id: str
    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class Page(HTMLParser):
    """A page that was read once: everything a test asks about it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.errors: list[str] = []
        self.words: list[str] = []
        self._area: Field | None = None
        self._select: Field | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "form":
            method, action = found.get("method", "get").lower(), found.get("action", "")
            self.forms.append(Form(found.get("id", ""), method, action))
        elif tag == "a" and found.get("href", "").startswith("#") and len(found["href"]) > 1:
            self.errors.append(found["href"][1:])
        elif tag in ("input", "textarea", "select", "button"):
            self._field(tag, found)
        elif tag == "option" and self._select is not None:
            self._select.options.append(found.get("value", ""))
            if "selected" in found:
                self._select.value = found.get("value", "")

    def _field(self, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text") if tag == "input" else tag
        value = found.get("value", "")
        made = Field(kind, value)
        if self.forms and name:
            fields = self.forms[-1].fields
            if kind in ("radio", "checkbox", "button"):
                made = fields.setdefault(name, Field(kind))
                made.options.append(value)
                if "checked" in found:
                    made.value = value
            elif fields.setdefault(name, made) is not made:
                fields[name].options.append(value)
        self._area = made if tag == "textarea" else None
        self._select = made if tag == "select" else self._select

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            # one line end after the tag belongs to the tag
            self._area.value += data.removeprefix("\n") if not self._area.value else data
        else:
            self.words.append(data)

    @property
    def main(self) -> Form | None:
        """The page's own form: not the search, not the button that signs out."""
        posts = [form for form in self.forms if form.method == "post"]
        own = [form for form in posts if form.id == "main-form"]
        rest = [form for form in posts if "/sign-out" not in form.action]
        return (own or rest or [None])[0]
