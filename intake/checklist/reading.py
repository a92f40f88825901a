"""YAML into plain values, keeping the line of every key, so that an error can say where to look.

Plain scalars follow YAML 1.2: only ``true`` and ``false`` are booleans, so ``yes``, ``no`` and
``NO`` stay words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DEEPEST = 100
"""Levels of lists and mappings in a file; the register needs less than ten."""
_INTEGER = re.compile(r"[-+]?[0-9]+")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]


class RulesError(ValueError):
    """The register is broken. Says the file, line, key and reason, one problem a line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass
class Source:
    """One rules file: its value and the line of every place in it."""

    path: Path
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set, repr=False)

    def problem(self, place: Place, reason: str) -> str:
        """The sentence for a problem at that place of the file."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        key = ".".join(str(part) for part in place) or "(file)"
        return f"{self.path}:{self.lines.get(known, 1)}: {key}: {reason}"


RulesFiles = Mapping[str, bytes]
"""The files of a register: the name below rules/, with slashes, and the content of each."""


def read_files(rules: Path) -> RulesFiles:
    """The files of the register in that folder. Raises RulesError where one cannot be read."""
    found = {}
    for path in sorted(rules.rglob("*.yaml"), key=lambda path: path.relative_to(rules).as_posix()):
        try:
            found[path.relative_to(rules).as_posix()] = path.read_bytes()
        except OSError as error:
            raise RulesError([f"{path}:1: (file): {error.strerror or error}"]) from error
    return found


def read_source(path: Path, content: bytes | None) -> Source:
    """The value of a file with its lines; ``path`` is how errors call it, ``content`` None where it is missing.

    Raises RulesError where it is no YAML or repeats a key.
    """
    source = Source(path, None)
    if content is None:
        raise RulesError([f"{path}:1: (file): the file is missing"])
    try:
        text = content.decode("utf-8")
        if _too_deep(text):
            raise RulesError([f"{path}:1: (file): nested too deeply"])
        node = yaml.compose(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        raise RulesError([f"{path}:1: (file): not UTF-8 text"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or "not readable as YAML"
        raise RulesError([f"{path}:{line}: (file): {reason}"]) from error
    if node is None:
        raise RulesError([f"{path}:1: (file): the file is empty"])
    problems: list[str] = []
    source.value = _value(node, (), source, problems)
    if problems:
        raise RulesError(problems)
    return source


def _too_deep(text: str) -> bool:
    """Whether the file is nested so deeply that building its nodes could use up the stack.

    Events come one by one, so nothing deeper is even looked at.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return True
    return False


def _value(node: Any, place: Place, source: Source, problems: list[str]) -> Any:
    source.lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in source.seen:
        problems.append(source.problem(place, "an alias: write the value out"))
        return None
    source.seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(source.problem(place, "a key must be one word"))
                continue
            key = key_node.value
            here = (*place, key)
            source.lines[here] = key_node.start_mark.line + 1
            if key in mapping:
                problems.append(source.problem(here, "the key stands twice"))
            mapping[key] = _value(value_node, here, source, problems)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(part, (*place, index), source, problems) for index, part in enumerate(node.value)
        ]
    if node.style in ('"', "'", "|", ">"):
        return node.value
    return _scalar(node.value)


def _scalar(text: str) -> str | bool | int | None:
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _INTEGER.fullmatch(text) and len(text) < 10:
        return int(text)
    return text
