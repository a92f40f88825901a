"""Reads rules/ into a Register; refuses it with file, line, key and reason if it is broken."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from intake.checklist import consistency
from intake.checklist.conditions import OPERATORS
from intake.checklist.reading import Place, RulesError, Source, read_source
from intake.checklist.register import (
    Alert,
    Authority,
    FactDefinition,
    Gate,
    Indicator,
    Instrument,
    NamedCondition,
    Part,
    Recommendation,
    Register,
    Section,
    Text,
)

P = TypeVar("P", bound=Part)
_CONDITION_KEYS = ("applies_if", "gap_if", "if", "opens_if", "is", "not", "known")
LISTS: dict[str, type[Part]] = {
    "facts": FactDefinition,
    "conditions": NamedCondition,
    "gates": Gate,
    "alerts": Alert,
    "instruments": Instrument,
    "authorities": Authority,
    "recommendations": Recommendation,
    "indicators": Indicator,
}


def load_register(rules: Path) -> Register:
    """The register kept in that folder. Raises RulesError naming every problem found."""
    reader = _Reader(rules)
    head = reader.source("register.yaml").value
    lists = {name: reader.parts(f"{name}.yaml", name, kind) for name, kind in LISTS.items()}
    sections = reader.sections()
    words = reader.texts("words.yaml")
    title = reader.one(reader.source("register.yaml"), ("title",), Text, _at(head, "title"))
    version = _at(head, "version")
    if not isinstance(version, str) or not version:
        reader.problems.append(
            reader.source("register.yaml").problem(("version",), 'needs a text such as "2026.11"')
        )
    reader.stop_if_broken()
    register = Register(
        version=str(version),
        sha256=content_hash(rules),
        title=title or Text(en="-", es="-"),
        sections=tuple(sections),
        words=words,
        alerts=tuple(lists.pop("alerts")),  # type: ignore[arg-type]
        **{name: _by_id(parts) for name, parts in lists.items()},
    )
    reader.problems += consistency.problems(register, reader.place_of)
    reader.stop_if_broken()
    return register


def content_hash(rules: Path) -> str:
    """The SHA-256 over the names and contents of all rules files: one hash, one register."""
    digest = hashlib.sha256()
    for path in sorted(rules.rglob("*.yaml"), key=lambda path: path.relative_to(rules).as_posix()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(rules).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _by_id(parts: list[Any]) -> dict[str, Any]:
    return {part.id: part for part in parts}


class _Reader:
    def __init__(self, rules: Path) -> None:
        self.rules = rules
        self.problems: list[str] = []
        self.sources: dict[str, Source] = {}
        self.places: dict[tuple[type[Part], str], tuple[Source, Place]] = {}

    def stop_if_broken(self) -> None:
        if self.problems:
            raise RulesError(self.problems)

    def source(self, name: str) -> Source:
        if name not in self.sources:
            self.sources[name] = read_source(self.rules / name)
        return self.sources[name]

    def place_of(self, part: Any, reason: str) -> str:
        """The sentence for a problem of that part."""
        source, place = self.places[type(part), part.id]
        return source.problem(place, f"{part.id}: {reason}")

    def parts(self, name: str, key: str, kind: type[P]) -> list[P]:
        source = self.source(name)
        values = _at(source.value, key)
        if not isinstance(values, list):
            self.problems.append(source.problem((key,), "needs a list"))
            return []
        found = []
        for index, value in enumerate(values):
            value = self._with_choices(value) if kind is FactDefinition else value
            part = self.one(source, (key, index), kind, value)
            if part is not None:
                self._remember(source, (key, index), part)
                found.append(part)
        return found

    def sections(self) -> list[Section]:
        found = []
        for path in sorted((self.rules / "sections").glob("*.yaml")):
            source = self.source(f"sections/{path.name}")
            section = self.one(source, (), Section, source.value)
            if section is None:
                continue
            self._remember(source, (), section)
            for index, check in enumerate(section.checks):
                self._remember(source, ("checks", index), check)
            found.append(section)
        return found

    def texts(self, name: str) -> dict[str, Text]:
        source = self.source(name)
        found: dict[str, Text] = {}
        if not isinstance(source.value, dict):
            self.problems.append(source.problem((), "needs words, each with en and es"))
            return found
        for key, value in source.value.items():
            text = self.one(source, (key,), Text, value)
            if text is not None:
                found[key] = text
        return found

    def one(self, source: Source, place: Place, kind: type[P], value: Any) -> P | None:
        try:
            return TypeAdapter(kind).validate_python(_tuples(value))
        except ValidationError as error:
            for detail in error.errors():
                self.problems.append(
                    source.problem((*place, *_inside(detail["loc"])), detail["msg"])
                )
            return None

    def _with_choices(self, value: Any) -> Any:
        name = _at(value, "choices_from")
        if not isinstance(name, str) or not (self.rules / "choices" / f"{name}.yaml").is_file():
            return value
        source = self.source(f"choices/{name}.yaml")
        choices = _at(source.value, "choices")
        if not isinstance(choices, list):
            self.problems.append(source.problem(("choices",), "needs a list"))
            return value
        return value | {"choices": [_choice(entry) for entry in choices]}

    def _remember(self, source: Source, place: Place, part: Any) -> None:
        if (type(part), part.id) in self.places:
            self.problems.append(source.problem(place, f"{part.id}: the id stands twice"))
        self.places[type(part), part.id] = (source, place)


def _choice(entry: Any) -> Any:
    if isinstance(entry, dict) and "label" not in entry:
        return {"value": entry.get("value"), "label": {key: entry.get(key) for key in ("en", "es")}}
    return entry


def _inside(location: Place) -> Place:
    """Where pydantic found the problem, without the kinds of condition it puts between the keys."""
    kept: list[str | int] = []
    entering = False
    for part in location:
        if entering and part in OPERATORS:
            entering = False
            continue
        if kept and kept[-1] == "is" and part in ("str", "bool", "int"):
            continue
        kept.append(part)
        entering = isinstance(part, int) or part in _CONDITION_KEYS
    return tuple(kept)


def _tuples(value: Any) -> Any:
    """Lists as tuples, since the register's parts are strict and frozen."""
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return value
