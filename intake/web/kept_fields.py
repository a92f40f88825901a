"""Fields of forms as HTML, of which what is the same for every child is kept: the components take most of a page's time.

What is kept is what the components made of a field in one language with one coded answer chosen. What a person typed is
never part of it: the field is drawn with a mark in its place, and the text is put in between. So a page comes out byte
for byte as the components write it. A field with an error is drawn anew, since an error may say what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import Markup, escape

MOST = 2048
"""So many fields are kept; then the process begins anew."""
LONGEST = 32_768
"""What is longer, such as a list of all languages, is drawn each time."""
TEMPLATE, TAGS = "components/fields.html", "components/tags.html"
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}(?:\n( *){_OPEN}\\1{_CLOSE})?")
_Pieces = tuple[tuple[str, str, str | None], ...]
"""What stands before a text, which text it is, and how far its lines are indented where they are; the last has none."""


class KeptFields:
    """The macros of fields with a memory, under the same names and with the same arguments."""

    def __init__(self, environment: Environment) -> None:
        self._environment, self._kept = environment, dict[Any, _Pieces]()
        self._tags: dict[tuple[str, str, str], Markup] = {}

    def text_input(self, field: Any, **options: Any) -> Markup:
        """One line of text."""
        return self._drawn("text_input", field, options, {"": field._value()})

    def textarea(self, field: Any, **options: Any) -> Markup:
        """Text over several lines."""
        # as the macro does, so that no component indents the lines of a text
        typed = escape(field._value()).replace("\r\n", "\n").replace("\n", Markup("&#10;"))
        return self._drawn("textarea", field, options, {"": typed})

    def date_input(self, field: Any, **options: Any) -> Markup:
        """A date in three boxes."""
        return self._drawn("date_input", field, options, field.raw)

    def datetime(self, field: Any, **options: Any) -> Markup:
        """A date in three boxes, and a time of day."""
        return self._drawn("datetime", field, options, field.raw)

    def select(self, field: Any, **options: Any) -> Markup:
        """One choice of a list."""
        return self._drawn("select", field, options, {})

    def radios(self, field: Any, **options: Any) -> Markup:
        """One choice of a few, with what follows from it."""
        return self._drawn("radios", field, options, {})

    def checkboxes(self, field: Any, **options: Any) -> Markup:
        """Any choices of a few."""
        return self._drawn("checkboxes", field, options, {})

    def tag(self, macro: str, word: str) -> Markup:
        """A tag of components/tags.html that says one word of ours."""
        key = (macro, _language(), str(word))
        html = self._tags.get(key)
        if html is None:
            drawn = getattr(self._environment.get_template(TAGS).module, macro)(word)
            if len(self._tags) >= MOST:
                self._tags.clear()
            html = self._tags[key] = Markup(drawn)  # noqa: S704 - the macro escapes
        return html

    def _drawn(
        self, macro: str, field: Any, options: dict[str, Any], typed: Mapping[str, str]
    ) -> Markup:
        draw = getattr(self._environment.get_template(TEMPLATE).module, macro)
        if field.errors:
            return Markup(draw(field, **options))  # noqa: S704 - the macro escapes
        follows = options.get("conditional") or {}
        key = (
            macro,
            _language(),
            *(field.id, field.name, str(field.label.text), str(field.description)),
            *(_choices(field) if hasattr(field, "iter_choices") else ()),
            tuple((field.render_kw or {}).items()),
            tuple((name, str(value)) for name, value in options.items() if name != "conditional"),
            tuple(value for value, html in follows.items() if html),
        )
        pieces = self._kept.get(key)
        if pieces is None:
            pieces = self._draw(draw, field, options, follows)
            if sum(len(piece[0]) for piece in pieces) <= LONGEST:
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = pieces
        return _filled(pieces, typed, follows)

    @staticmethod
    def _draw(
        draw: Callable[..., str], field: Any, options: dict[str, Any], follows: Mapping[str, str]
    ) -> _Pieces:
        if follows:
            marks = {value: Markup(_mark(value)) for value, html in follows.items() if html}  # noqa: S704 - a mark
            # on two lines, so that one sees how far the component indents the second
            options = options | {
                "conditional": {v: mark + "\n" + mark for v, mark in marks.items()}
            }
        html, found, end = str(draw(_Untyped(field), **options)), [], 0
        for match in _MARK.finditer(html):
            found.append((html[end : match.start()], match[1], match[2]))
            end = match.end()
        return (*found, (html[end:], "", None))


class _Untyped:
    """A field in which marks stand in the place of what was typed."""

    def __init__(self, field: Any) -> None:
        self._field = field
        self.raw = {part: _mark(part) for part in getattr(field, "parts", ())}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._field, name)

    def _value(self) -> str:
        return _mark("")


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else ""


def _mark(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"


def _choices(field: Any) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (choice.value, str(choice.label), choice.selected, *(choice.render_kw or {}).items())
        for choice in field.iter_choices()
    )


def _filled(pieces: _Pieces, typed: Mapping[str, str], follows: Mapping[str, str]) -> Markup:
    parts = []
    for before, name, indent in pieces[:-1]:
        parts.append(before)
        if indent is None:
            parts.append(str(escape(typed.get(name) or "")))
        else:
            parts.append(_indented(str(follows[name]).strip(), indent))
    parts.append(pieces[-1][0])
    return Markup("".join(parts))  # noqa: S704 - what was typed is escaped, the rest was drawn by the macros


def _indented(html: str, indent: str) -> str:
    first, *others = html.split("\n")
    return "\n".join((first, *(indent + line if line else line for line in others)))


__all__ = ["KeptFields"]
