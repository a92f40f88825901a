"""What differs between two registers, part by part and key by key: typed, in no language.

Compared is what the rules mean. Comments, layout and the order of keys in a file make another
hash, and no difference here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from intake.checklist.parts import Choice, Citation, Clock, Part, Section
from intake.checklist.register import Register

Kind = Literal[
    "section",
    "check",
    "gate",
    "alert",
    "condition",
    "fact",
    "recommendation",
    "indicator",
    "instrument",
    "authority",
    "topic",
    "cause",
    "nationality_group",
    "word",
    "leaflet_band",
    "leaflet_point",
    "leaflet_translation",
]
KINDS: dict[Kind, str] = {
    "section": "sections",
    "check": "checks",
    "gate": "gates",
    "alert": "alerts",
    "condition": "conditions",
    "fact": "facts",
    "recommendation": "recommendations",
    "indicator": "indicators",
    "instrument": "instruments",
    "authority": "authorities",
    "topic": "topics",
    "cause": "causes",
    "nationality_group": "nationality_groups",
    "word": "words",
    "leaflet_band": "leaflet_bands",
    "leaflet_point": "leaflet_points",
    "leaflet_translation": "leaflet_translations",
}
"""Every kind of part, in the order it is told, and where the register keeps it."""

Value = object
"""A value of the register as it is typed there: a text, a condition, a severity, a list of clocks …"""


@dataclass(frozen=True)
class Change:
    """One value that differs; ``None`` where it is left out.

    ``path`` are the keys that lead to it inside its part, such as ``("title", "es")``,
    ``("choices", "stay", "label", "en")`` or ``("severity",)``. Two paths are not keys of a file:
    ``("section",)``, the section a check stands in, and ``("place",)``, the place among the
    others of its kind, counted from one.
    """

    path: tuple[str, ...]
    old: Value
    new: Value


@dataclass(frozen=True)
class Difference:
    """A part that came, went or changed."""

    kind: Kind
    id: str
    state: Literal["added", "removed", "changed"]
    old: Part | None
    new: Part | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two registers and all that differs between them, in the order of :data:`KINDS`."""

    old: Register
    new: Register
    head: tuple[Change, ...]
    """Changes of the register's own version and title."""
    parts: tuple[Difference, ...]

    @property
    def same_files(self) -> bool:
        """Whether both are one register, to the letter."""
        return self.old.sha256 == self.new.sha256

    @property
    def same_meaning(self) -> bool:
        """Whether nothing that the rules say differs."""
        return not self.head and not self.parts

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(part for part in self.parts if part.kind == kind)


def compare(old: Register, new: Register) -> Comparison:
    """All that differs between two registers."""
    head = (
        *_changes(("version",), old.version, new.version),
        *_changes(("title",), old.title, new.title),
    )
    return Comparison(old, new, head, tuple(_parts(old, new)))


def _parts(old: Register, new: Register) -> Iterator[Difference]:
    for kind in KINDS:
        before, after = _of(old, kind), _of(new, kind)
        moved = _moved(kind, old, new)
        for part_id, part in after.items():
            was = before.get(part_id)
            if was is None:
                yield Difference(kind, part_id, "added", None, part)
                continue
            changes = (*moved.get(part_id, ()), *_changes((), was, part))
            if changes:
                yield Difference(kind, part_id, "changed", was, part, changes)
        for part_id, was in before.items():
            if part_id not in after:
                yield Difference(kind, part_id, "removed", was, None)


def _of(register: Register, kind: Kind) -> Mapping[str, Part]:
    parts = getattr(register, KINDS[kind])
    return parts if isinstance(parts, Mapping) else {part.id: part for part in parts}


def _moved(kind: Kind, old: Register, new: Register) -> dict[str, tuple[Change, ...]]:
    """The parts that stand at another place; of checks, in another section or at another place in it."""
    if kind == "word":  # phrases are found by name: their order says nothing
        return {}
    if kind != "check":
        return _places(tuple(_of(old, kind)), tuple(_of(new, kind)))
    found: dict[str, tuple[Change, ...]] = {}
    for section in new.sections:
        before = old.section(section.id)
        if before is not None:
            found |= _places(_ids(before), _ids(section))
    for check_id in new.checks:
        if check_id in old.checks:
            was, now = old.section_of[check_id].id, new.section_of[check_id].id
            found[check_id] = (*_changes(("section",), was, now), *found.get(check_id, ()))
    return found


def _ids(section: Section) -> tuple[str, ...]:
    return tuple(check.id for check in section.checks)


def _places(before: Sequence[str], after: Sequence[str]) -> dict[str, tuple[Change, ...]]:
    """The fewest of the ids in both whose moving turns one order into the other."""
    old = [part_id for part_id in before if part_id in set(after)]
    new = [part_id for part_id in after if part_id in set(before)]
    kept = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {part_id for block in kept for part_id in new[block.b : block.b + block.size]}
    return {
        part_id: (Change(("place",), before.index(part_id) + 1, after.index(part_id) + 1),)
        for part_id in new
        if part_id not in stayed
    }


def _changes(path: tuple[str, ...], old: Value, new: Value) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Part) and type(old) is type(new) and not isinstance(old, Clock | Citation):
        for name, field in type(old).model_fields.items():
            if not (isinstance(old, Section) and name == "checks"):
                here = (*path, field.alias or name)
                yield from _changes(here, getattr(old, name), getattr(new, name))
        return
    before, after = _as_choices(old), _as_choices(new)
    if before is None or after is None:
        yield Change(path, old, new)
    else:
        yield from _choices(path, before, after)


def _as_choices(value: Value) -> dict[str, Choice] | None:
    if not isinstance(value, tuple):
        return None
    choices = {one.value: one for one in value if isinstance(one, Choice)}
    return choices if len(choices) == len(value) else None


def _choices(
    path: tuple[str, ...], before: dict[str, Choice], after: dict[str, Choice]
) -> Iterator[Change]:
    moved = _places(tuple(before), tuple(after))
    for value in dict.fromkeys((*after, *before)):
        here = (*path, value)
        for change in moved.get(value, ()):
            yield Change((*here, *change.path), change.old, change.new)
        yield from _changes(here, before.get(value), after.get(value))
