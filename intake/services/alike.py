"""Rows of many cases on their way into the database, and a case once more for another child.

Where a hundred thousand cases are wanted for measuring, few need be thought out: a copy has ids, keys, names, seals and
a history of its own, and only what was answered is the same.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from intake.checklist.tallies import Cell
from intake.models import Base, Case, Change, NameToken, Retention, Review
from intake.services import audit
from intake.services.keep import Who, chained
from intake.services.names import name_digests
from intake.vault import Place, Vault

NAME = "identity.name"


@dataclass
class Batch:
    """What is to be written together."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    totals: Counter[tuple[int, Cell]] = field(default_factory=Counter)
    trail: list[tuple[dt.datetime, int, str, str, dict[str, Any]]] = field(default_factory=list)
    history: list[tuple[Who, int, dict[str, Any]]] = field(default_factory=list)
    """Of one case: who made each change, as which version, and what it says."""
    decided: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the trail says of each review, by its operation; its number and digest once they are known."""
    written: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    """Of one case: the row of each review, and what it says."""

    def add(self, table: type[Base], *rows: dict[str, Any]) -> None:
        """These rows of that table too."""
        self.rows.setdefault(table.__tablename__, []).extend(rows)

    def take(self, other: Batch) -> None:
        """All rows of another batch too."""
        for name, rows in other.rows.items():
            self.rows.setdefault(name, []).extend(rows)
        self.totals.update(other.totals)
        self.trail += other.trail
        self.decided |= other.decided


@dataclass(frozen=True)
class Copier:
    """Makes cases that went the same way as another, under the same master key."""

    vault: Vault
    key_id: str
    names_key: bytes
    ids: Iterator[uuid.UUID]

    def copy(
        self, of: Batch, case: Case, document: dict[str, Any], number: str, name: str
    ) -> Batch:
        """The case in the batch once more, with that number, for a child of that name."""
        made, case_id, vault = Batch(totals=of.totals), str(next(self.ids)), self.vault
        key = vault.rewrap(vault.new_case_key(case_id), case_id, self.key_id)
        new = Case(**row_of(case) | {"id": case_id, "number": number, "wrapped_key": key})
        identity = document["identity"] | ({"name": name} if "name" in document["identity"] else {})
        # a violation's id is its row's, so each case has its own
        fresh = {old: str(next(self.ids)) for old in document.get("violations", {})}
        renamed = document | {
            "identity": identity,
            "violations": {new: document["violations"][old] for old, new in fresh.items()},
        }
        new.document = vault.seal(key, Place("child_case.document", case_id), renamed)
        new.take_places()
        for table, rows in of.rows.items():
            if table in ("child_case", "change", "review", "name_token"):
                continue
            made.rows[table] = [row | {"case_id": case_id} for row in rows]
        for row in made.rows.get("case_alert", []):
            row["place_due"] = new.place_due
        for row in made.rows.get("retention", []):
            row["place"] = Retention.place_of(row["until"], number)
        for row in made.rows.get("violation", []):
            row["id"] = fresh.get(row["id"]) or str(next(self.ids))
        previous = audit.START
        for who, version, changed in of.history:
            own = Who(who.by_id, str(next(self.ids)), who.kind, who.at)
            if NAME in changed:
                changed = changed | {NAME: [None, name]}
            entry = chained(vault, new, changed, own, version, previous)
            previous = entry.digest
            made.add(Change, row_of(entry))
        details: dict[int, dict[str, Any]] = {}
        for (row, said), detail in zip(of.written, of.decided.values(), strict=True):
            operation = str(next(self.ids))
            made.decided[operation] = details[id(detail)] = {"bid": detail["bid"]}
            sealed = vault.seal(key, Place("review.sealed", case_id, operation), said)
            made.add(Review, row | {"case_id": case_id, "operation": operation, "sealed": sealed})
        digests = name_digests(self.names_key, new.team_id, case_id, renamed)
        made.add(NameToken, *({"digest": one, "case_id": case_id} for one in sorted(digests)))
        made.add(Case, row_of(new))
        made.trail = [
            (at, by, what, case_id, details.get(id(more), more))
            for at, by, what, _old, more in of.trail
        ]
        return made


def as_is(changed: dict[str, Any]) -> dict[str, Any]:
    """What a change says, as it is now: the document it came from goes on changing."""
    kept: dict[str, Any] = json.loads(json.dumps(changed))
    return kept


def row_of(entry: Case | Change) -> dict[str, Any]:
    """The entry as a row of its table."""
    table = type(entry).__table__
    assert isinstance(table, Table)  # noqa: S101 - a model's own table
    return {column.name: getattr(entry, column.name) for column in table.columns}


__all__ = ["Batch", "Copier", "as_is", "row_of"]
