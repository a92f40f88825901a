"""Reading a case from a JSON file strictly: what is wrong is named, and nothing is guessed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LARGEST_FILE = 5 * 1024 * 1024
LONGEST_NAME = 150
"""So much of a file's name is told in an error."""
DEEPEST = 20
"""Levels of objects and lists; the evaluation contract needs four."""
MOST_PARTS = 10_000
"""Objects and lists; a case has one for each answer with a reason, and a few more."""
LONGEST_INTEGER = 18
_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class CaseFileError(ValueError):
    """A file that is no case. ``key`` says where, ``reason`` why."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"{key}: {reason}")


def read_case_file(name: str) -> Any:
    """The JSON value in the file of that name, or on standard input for ``-``.

    Raises CaseFileError where it cannot be read, is over 5 MB, is not strict UTF-8 JSON, has a key
    twice, or is larger or nested more deeply than any case.
    """
    content = _content(name)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CaseFileError("(file)", "not UTF-8 text") from error
    _refuse_bulk(text)
    repeated: list[str] = []
    try:
        document = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, repeated),
            # no fact takes a fraction: what is no plain integer is refused where its key is known
            parse_int=_integer,
            parse_constant=float,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CaseFileError("(file)", f"not JSON: {error.msg}, {where}") from error
    if repeated:
        raise CaseFileError(_path_to_repeated(document) or repeated[0], "the key stands twice")
    return document


def _content(name: str) -> bytes:
    try:
        if name == "-":
            if sys.stdin is None:  # whoever started the program closed it
                raise CaseFileError("(file)", "standard input is closed")
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
    except CaseFileError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        called = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        raise CaseFileError("(file)", f"{called}: {reason or 'cannot be read'}") from error
    if len(content) > LARGEST_FILE:
        raise CaseFileError("(file)", "larger than 5 MB")
    return content


def _refuse_bulk(text: str) -> None:
    """Refuses deep nesting and many parts before the parser meets them and uses up stack or time."""
    depth = parts = 0
    for found in _MARK.finditer(text):
        mark = found[0]
        if mark in ("[", "{"):
            depth += 1
            parts += 1
            if parts > MOST_PARTS:
                raise CaseFileError("(file)", f"more than {MOST_PARTS} objects and lists")
            if depth > DEEPEST:
                raise CaseFileError("(file)", f"nested more than {DEEPEST} levels deep")
        elif mark in ("]", "}"):
            depth -= 1


class _Repeated(dict[str, Any]):
    """An object of which ``key`` stands twice."""

    key: str


def _object(pairs: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked, seen = _Repeated(found), set()
    for key, _value in pairs:
        if key in seen:
            marked.key = _printable(key)
            repeated.append(marked.key)
            break
        seen.add(key)
    return marked


def _path_to_repeated(value: Any) -> str | None:
    """The path of the first repeated key, as errors name keys."""
    if isinstance(value, _Repeated):
        return value.key
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        inner = _path_to_repeated(part)
        if inner is not None:
            return f"{_printable(str(key))}.{inner}"
    return None


def _integer(digits: str) -> int | float:
    """A plain integer; minus zero and what is far too long come back as no integer."""
    return float(digits) if digits == "-0" or len(digits) > LONGEST_INTEGER else int(digits)


def _printable(key: str) -> str:
    shown = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in key[:60]
    )
    return shown or "(empty)"
