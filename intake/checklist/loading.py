"""Reads rules/ into a Register; refuses it with file, line, key and reason if it is broken."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from intake.checklist import completeness, consistency
from intake.checklist.conditions import OPERATORS
from intake.checklist.indicator_parts import Indicator, NationalityGroup
from intake.checklist.leaflet import LeafletBand, LeafletPoint, LeafletTranslation
from intake.checklist.parts import (
    Alert,
    Authority,
    Cause,
    FactDefinition,
    Gate,
    Instrument,
    NamedCondition,
    Part,
    Recommendation,
    Section,
    Text,
    Topic,
)
from intake.checklist.reading import (
    Place,
    RulesError,
    RulesFiles,
    Source,
    read_files,
    read_source,
)
from intake.checklist.register import Register

P = TypeVar("P", bound=Part)
_CONDITION_KEYS = ("applies_if", "gap_if", "if", "opens_if", "among", "is", "not", "known")
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


def load_register(rules: Path, *, complete: bool = False) -> Register:
    """The register kept in that folder. Raises RulesError naming every problem found.

    ``complete``: what is merely idle or untranslated is a problem too.
    """
    return build_register(read_files(rules), rules, complete=complete)


def build_register(files: RulesFiles, label: Path, *, complete: bool = False) -> Register:
    """The register of those files, which errors call by the label. Raises RulesError naming every problem found."""
    reader = _Reader(files, label)
    head = reader.source("register.yaml").value
    lists = {name: reader.parts(f"{name}.yaml", name, kind) for name, kind in LISTS.items()}
    topics = reader.parts("facts.yaml", "topics", Topic, optional=True)
    causes = reader.parts("causes.yaml", "causes", Cause, optional=True)
    groups = reader.parts("indicators.yaml", "nationality_groups", NationalityGroup, optional=True)
    bands = reader.parts("leaflet.yaml", "bands", LeafletBand, optional=True)
    points = reader.parts("leaflet.yaml", "points", LeafletPoint, optional=True)
    translations = [part for _, part in reader.whole_files("leaflet/", LeafletTranslation)]
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
        sha256=content_hash(files),
        title=title or Text(en="-", es="-"),
        sections=tuple(sections),
        topics=_by_id(topics),
        causes=_by_id(causes),
        nationality_groups=_by_id(groups),
        words=words,
        leaflet_bands=_by_id(bands),
        leaflet_points=_by_id(points),
        leaflet_translations=_by_id(translations),
        alerts=tuple(lists.pop("alerts")),  # type: ignore[arg-type]
        **{name: _by_id(parts) for name, parts in lists.items()},
    )
    reader.problems += consistency.problems(register, reader.place_of)
    if complete:
        alike = reader.words_of("register.yaml", "alike")
        reader.problems += completeness.problems(register, alike, reader.place_in)
    reader.stop_if_broken()
    return register


def content_hash(files: RulesFiles) -> str:
    """The SHA-256 over the names and contents of all rules files: one hash, one register."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _by_id(parts: list[Any]) -> dict[str, Any]:
    return {part.id: part for part in parts}


class _Reader:
    def __init__(self, files: RulesFiles, label: Path) -> None:
        self.files, self.label = files, label
        self.problems: list[str] = []
        self.sources: dict[str, Source] = {}
        self.places: dict[tuple[type[Part], str], tuple[Source, Place]] = {}

    def stop_if_broken(self) -> None:
        if self.problems:
            raise RulesError(self.problems)

    def source(self, name: str) -> Source:
        if name not in self.sources:
            self.sources[name] = read_source(self.label / name, self.files.get(name))
        return self.sources[name]

    def place_of(self, part: Any, reason: str) -> str:
        """The sentence for a problem of that part."""
        source, place = self.places[type(part), part.id]
        return source.problem(place, f"{part.id}: {reason}")

    def place_in(self, part: Any, inside: Place, reason: str) -> str:
        """The sentence for a problem at that place of the part; of words.yaml where it is none."""
        if part is None:
            return self.source("words.yaml").problem(inside, reason)
        source, place = self.places[type(part), part.id]
        return source.problem((*place, *inside), f"{part.id}: {reason}")

    def words_of(self, name: str, key: str) -> tuple[str, ...]:
        """The plain words listed under that key, none where it is left out."""
        source = self.source(name)
        words = _at(source.value, key)
        if words is None:
            return ()
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self.problems.append(source.problem((key,), "needs a list of words"))
            return ()
        return tuple(words)

    def parts(self, name: str, key: str, kind: type[P], *, optional: bool = False) -> list[P]:
        """The parts listed under that key; none where they are optional and not there."""
        if optional and name not in self.files:
            return []
        source = self.source(name)
        values = _at(source.value, key)
        if optional and values is None:
            return []
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

    def whole_files(self, folder: str, kind: type[P]) -> list[tuple[Source, P]]:
        """The parts that have a file each in that folder, with the file."""
        found = []
        for name in sorted(name for name in self.files if name.startswith(folder)):
            source = self.source(name)
            part = self.one(source, (), kind, source.value)
            if part is not None:
                self._remember(source, (), part)
                found.append((source, part))
        return found

    def sections(self) -> list[Section]:
        found = self.whole_files("sections/", Section)
        for source, section in found:
            for index, check in enumerate(section.checks):
                self._remember(source, ("checks", index), check)
        return [section for _, section in found]

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
        file = f"choices/{name}.yaml"
        if file not in self.files:
            return value
        source = self.source(file)
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
