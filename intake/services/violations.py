"""Violations of a child's rights by officials: each with its complaint, the answer to it and the clocks that run.

They lie in the case's document; a coded row beside the case, without a word of what happened, is what the register
across cases is read from (recommendation MX-11).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import nulls_last, select

from intake.models import Case, User, Violation, now
from intake.services.case_file import CaseFile, open_file
from intake.services.desk import Desk
from intake.services.rights import visible_cases
from intake.services.save import Saved, save
from intake.services.violation_rows import PART, ViolationKept, violation_read
from intake.vault import Place

OBSERVED = "compliance.violation-observed"
OUTCOMES = ("recommendation", "settled", "referred", "dismissed", "other")
SHOWN = 50


@dataclass(frozen=True)
class ViolationRead:
    """A violation in the register across cases: its coded row and the complaint's reference, nothing of the child."""

    row: Violation
    reference: str


def violations_of(file: CaseFile) -> dict[str, ViolationKept]:
    """The violations recorded in the case, by id, the latest first."""
    found = {one: violation_read(kept) for one, kept in file.document.get(PART, {}).items()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].observed_at, reverse=True))


def keep_violation(
    desk: Desk,
    case: Case,
    by: User,
    violation_id: str,
    violation: ViolationKept,
    *,
    base: int,
    operation: str,
) -> Saved:
    """Records a violation, or what became of it, and says the same in the answers that it is the reason for.

    The check on violations is answered yes, the kind is added, and the events that start the clocks of the remedy are
    set where they are not known yet; nothing that was answered otherwise by hand is taken back when a record is struck.
    Raises Clashed where somebody else changed the same.
    """
    file = open_file(desk, case)
    values: dict[str, Any] = {f"{PART}.{uuid.UUID(violation_id)}": violation.as_kept()}
    if not violation.struck:
        values |= _answers(file, violation)
    return save(desk, case, by, values, base=base, operation=operation, kind="violation-recorded")


def _answers(file: CaseFile, violation: ViolationKept) -> dict[str, Any]:
    document, register = file.document, file.register
    values: dict[str, Any] = {}
    if OBSERVED in register.checks:
        kept = document["answers"].get(OBSERVED, {})
        plain = {name: kept[name] for name in kept if name not in ("at", "by", "register", "since")}
        values[f"answers.{OBSERVED}"] = {**plain, "value": "yes"}
    if "violation_kinds" in register.facts:
        kinds = document["profile"].get("violation_kinds") or []
        values["profile.violation_kinds"] = list(dict.fromkeys([*kinds, violation.kind]))
    known = document["events"]
    if "violation_observed_at" in register.facts and not known.get("violation_observed_at"):
        values["events.violation_observed_at"] = violation.observed_at.isoformat()
    if (
        violation.filed_at
        and "complaint_filed_at" in register.facts
        and not known.get("complaint_filed_at")
    ):
        values["events.complaint_filed_at"] = violation.filed_at.isoformat()
    return values


def violations_across(
    desk: Desk, person: User, *, kind: str = "", authority: str = "", state: str = "", page: int = 1
) -> tuple[list[ViolationRead], bool]:
    """The violations in the cases the person oversees, what is due first on top; and whether there are more.

    ``state`` is ``due``, ``filed``, ``answered`` or empty for all.
    """
    query = (
        select(Violation)
        .join(Case, Case.id == Violation.case_id)
        .where(visible_cases(person, "case.review"))
        .order_by(nulls_last(Violation.due.asc()), Violation.observed_at.desc(), Violation.id)
    )
    if kind:
        query = query.where(Violation.kind == kind)
    if authority:
        query = query.where(Violation.authority == authority)
    match state:
        case "due":
            query = query.where(Violation.due < now())
        case "unfiled":
            query = query.where(Violation.filed_at.is_(None))
        case "filed":
            query = query.where(Violation.filed_at.is_not(None), Violation.answered_at.is_(None))
        case "answered":
            query = query.where(Violation.answered_at.is_not(None))
    rows: Sequence[Violation] = (
        desk.session.scalars(query.offset((page - 1) * SHOWN).limit(SHOWN + 1)).unique().all()
    )
    return [ViolationRead(row, _reference(desk, row)) for row in rows[:SHOWN]], len(rows) > SHOWN


def _reference(desk: Desk, row: Violation) -> str:
    if row.filed_at is None:
        return ""
    case = row.case
    document = desk.vault.open(
        case.wrapped_key, Place("child_case.document", case.id), case.document
    )
    return str(document.get(PART, {}).get(row.id, {}).get("reference", ""))
