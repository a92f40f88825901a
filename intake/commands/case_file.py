"""Reading a case from a JSON file strictly: what is wrong is named, and nothing is guessed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LARGEST_FILE = 5 * 1024 * 1024
DEEPEST = 20
"""Levels of objects and lists; the evaluation contract needs four."""


class CaseFileError(ValueError):
    """A file that is no case. ``key`` says where, ``reason`` why."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"{key}: {reason}")


def read_case_file(name: str) -> Any:
    """The JSON value in the file of that name, or on standard input for ``-``.

    Raises CaseFileError where it cannot be read, is over 5 MB, is not strict UTF-8 JSON, has a key
    twice, or is nested more deeply than any case.
    """
    content = _content(name)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CaseFileError("(file)", "not UTF-8 text") from error
    _refuse_depth(text)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CaseFileError("(file)", f"not JSON: {error.msg}, {where}") from error
    except CaseFileError:
        raise
    except (ValueError, RecursionError) as error:
        raise CaseFileError("(file)", "not JSON: a number too long to be one") from error


def _content(name: str) -> bytes:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise CaseFileError("(file)", reason or "cannot be read") from error
    if len(content) > LARGEST_FILE:
        raise CaseFileError("(file)", "larger than 5 MB")
    return content


def _refuse_depth(text: str) -> None:
    """Refuses deep nesting before the parser meets it, so that no stack is used up."""
    depth = 0
    in_text = escaped = False
    for mark in text:
        if escaped:
            escaped = False
        elif in_text:
            escaped = mark == "\\"
            in_text = mark != '"'
        elif mark == '"':
            in_text = True
        elif mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise CaseFileError("(file)", f"nested more than {DEEPEST} levels deep")
        elif mark in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise CaseFileError(_printable(key), "the key stands twice")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise CaseFileError("(file)", f"{name} is no JSON number")


def _printable(key: str) -> str:
    shown = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in key[:60]
    )
    return shown or "(empty key)"
