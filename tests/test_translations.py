"""Both languages are whole: every sentence of the pages is translated, and what is compiled is what was written."""

from __future__ import annotations

import ast
import io
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "intake" / "translations" / "es" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("mail/**.txt", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do"}}


def catalogue() -> dict[str, object]:
    with (FOLDER / "messages.po").open("rb") as file:
        return {str(m.id): m for m in read_po(file) if m.id}


def test_every_sentence_on_the_pages_has_its_spanish() -> None:
    known, missing = catalogue(), []
    for folder in ("intake", "templates"):
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, KEYWORDS)
        for filename, line, message, _comments, _context in found:
            if str(message) not in known:
                missing.append(f"{folder}/{filename}:{line}: {message}")
    assert not missing


def test_no_translation_is_empty_or_doubtful() -> None:
    for message in catalogue().values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert "fuzzy" not in message.flags, message.id


def test_what_is_compiled_is_what_was_written() -> None:
    with (FOLDER / "messages.po").open("rb") as file:
        written = {_key(m.id): _strings(m.string) for m in read_po(file) if m.id}
    compiled = read_mo(io.BytesIO((FOLDER / "messages.mo").read_bytes()))
    assert {_key(m.id): _strings(m.string) for m in compiled if m.id} == written


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def test_no_word_hides_inside_a_formatted_string() -> None:
    """What collects the words does not look there: such a word stays English in every language."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted((ROOT / "intake").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "ngettext", "pgettext", "lazy_gettext")
    ]
    assert hidden == []
