"""The list of erased cases: lines in a file beside the database, so that a backup made before does not bring one back.

It holds ids, a number that says nothing of the child, and times. Lines are only ever added. What the database says is
erased and the list does not is added whenever there is occasion: after each erasure, at the start, at each backup.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Erasure

NUMBERS = ("team_id", "caseworker_id", "proposed_by_id", "decided_by_id")


class Tombstone(NamedTuple):
    """What is left of an erased case, and who ended it."""

    id: str
    case_id: str
    case_number: str
    team_id: int
    caseworker_id: int
    kind: str
    ground: str
    proposed_at: dt.datetime
    proposed_by_id: int
    decided_at: dt.datetime
    decided_by_id: int

    @classmethod
    def of(cls, row: Erasure) -> Tombstone:
        """That of a proposal that was carried out."""
        return cls(*(getattr(row, name) for name in cls._fields))

    @classmethod
    def read(cls, said: Any) -> Tombstone:
        """The one written so. Raises ValueError, TypeError or KeyError where it is none."""
        values = {name: said[name] for name in cls._fields}
        for name in ("proposed_at", "decided_at"):
            values[name] = dt.datetime.fromisoformat(values[name])
            if values[name].tzinfo is None:
                raise ValueError(name)
        for name, value in values.items():
            if not isinstance(value, int if name in NUMBERS else (str, dt.datetime)):
                raise ValueError(name)
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            name: value.isoformat() if isinstance(value, dt.datetime) else value
            for name, value in self._asdict().items()
        }


def read_list(path: Path) -> list[Tombstone]:
    """The erased cases on the list, the earliest first; none where there is no list.

    A last line that was cut off is left out: the database says it again. Raises ValueError naming a line that cannot
    be read.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise ValueError("is no list of erased cases") from error
    found: dict[str, Tombstone] = {}
    *lines, _cut_off = content.split("\n")
    for number, line in enumerate(lines, 1):
        try:
            tombstone = Tombstone.read(json.loads(line)) if line.strip() else None
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"line {number} cannot be read") from error
        if tombstone:
            found.setdefault(tombstone.case_id, tombstone)
    return list(found.values())


def add_to_list(path: Path, tombstones: Iterable[Tombstone]) -> int:
    """Adds those that are not on the list; says how many. When this returns, they survive a power cut."""
    known = {one.case_id for one in read_list(path)}
    new = [one for one in tombstones if one.case_id not in known]
    if not new:
        return 0
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        # a last line that was cut off goes, or what is added would lengthen it
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(b"".join(json.dumps(one.as_json()).encode() + b"\n" for one in new))
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def note_erasures(session: Session, path: Path) -> Sequence[Tombstone]:
    """Brings the list up to date with the database; gives all that is on it then."""
    rows = session.scalars(select(Erasure).where(Erasure.state == "done")).unique()
    add_to_list(path, map(Tombstone.of, rows))
    return read_list(path)


__all__ = ["Tombstone", "add_to_list", "note_erasures", "read_list"]
