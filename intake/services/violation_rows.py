"""A violation as the case's document keeps it, and the coded row of it beside the case."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert

from intake.checklist.deadlines import at_place, due_at
from intake.checklist.register import Register
from intake.models import Case, Violation
from intake.services.case_file import standing_breaches
from intake.services.desk import Desk

PART = "violations"
COMPLAINT, FOLLOWED = "remedy.complaint-filed", "remedy.followed"


@dataclass(frozen=True)
class ViolationKept:
    """What is recorded of one violation."""

    kind: str
    """A value of the fact ``violation_kinds``."""
    authority: str
    """Whose officials did it: an authority of the register."""
    observed_at: dt.datetime
    what: str = ""
    body: str | None = None
    """The body the complaint was made to; None where none was made."""
    filed_at: dt.datetime | None = None
    reference: str = ""
    answered_at: dt.datetime | None = None
    outcome: str | None = None
    answer: str = ""
    struck: str = ""
    """Why this record is a mistake; it stays readable and counts no more."""

    def as_kept(self) -> dict[str, Any]:
        """The violation as the document keeps it, without what is not said."""

        def text(moment: dt.datetime | None) -> str | None:
            return moment.isoformat() if moment else None

        said = {
            "kind": self.kind,
            "authority": self.authority,
            "observed_at": self.observed_at.isoformat(),
            "what": self.what,
            "body": self.body,
            "filed_at": text(self.filed_at),
            "reference": self.reference,
            "answered_at": text(self.answered_at),
            "outcome": self.outcome,
            "answer": self.answer,
            "struck": self.struck,
        }
        return {name: value for name, value in said.items() if value}


def violation_read(kept: dict[str, Any]) -> ViolationKept:
    """The violation that the document keeps."""

    def moment(name: str) -> dt.datetime | None:
        return dt.datetime.fromisoformat(kept[name]) if kept.get(name) else None

    return ViolationKept(
        kept["kind"],
        kept["authority"],
        dt.datetime.fromisoformat(kept["observed_at"]),
        kept.get("what", ""),
        kept.get("body"),
        moment("filed_at"),
        kept.get("reference", ""),
        moment("answered_at"),
        kept.get("outcome"),
        kept.get("answer", ""),
        kept.get("struck", ""),
    )


def store_violations(desk: Desk, case: Case, document: dict[str, Any], register: Register) -> None:
    """Puts the coded rows beside the case, within the transaction of its save."""
    desk.session.execute(delete(Violation).where(Violation.case_id == case.id))
    if rows := coded_rows(case, document, register):
        desk.session.execute(insert(Violation), rows)


def coded_rows(case: Case, document: dict[str, Any], register: Register) -> list[dict[str, Any]]:
    """The coded row of each violation of the document that is not struck, and of each breach of a gate on record."""
    zone = ZoneInfo(case.team.zone)
    kept = [(one, violation_read(found)) for one, found in document.get(PART, {}).items()]
    kept += _breaches(case, document, register)
    return [
        {
            "id": violation_id,
            "case_id": case.id,
            "kind": violation.kind,
            "authority": violation.authority,
            "observed_at": violation.observed_at,
            "body": violation.body,
            "filed_at": violation.filed_at,
            "answered_at": violation.answered_at,
            "outcome": violation.outcome,
            "due": due_of(register, violation, zone),
        }
        for violation_id, violation in kept
        if not violation.struck
    ]


def _breaches(
    case: Case, document: dict[str, Any], register: Register
) -> list[tuple[str, ViolationKept]]:
    """What Intake itself put on record: a decision that was carried out while its gate was shut."""
    filed = document.get("events", {}).get("complaint_filed_at")
    filed_at = dt.datetime.fromisoformat(filed) if filed else None
    # a complaint about another violation of the case is none about this
    others = {violation_read(kept).filed_at for kept in document.get(PART, {}).values()}
    found = []
    for gate_id, kept in standing_breaches(document).items():
        gate = register.gates.get(gate_id)
        if gate is None or gate.breach is None:
            continue
        happened_at = dt.datetime.fromisoformat(kept["happened_at"])
        about_it = filed_at is not None and filed_at >= happened_at and filed_at not in others
        violation = ViolationKept(
            gate.breach.kind, "", happened_at, filed_at=filed_at if about_it else None
        )
        found.append((str(uuid.uuid5(uuid.UUID(case.id), gate_id)), violation))
    return found


def due_of(register: Register, violation: ViolationKept, zone: ZoneInfo) -> dt.datetime | None:
    """When the next step is due: the complaint, then an answer to it; None where nothing more is awaited."""
    if violation.answered_at is not None:
        return None
    check_id, start = (
        (FOLLOWED, violation.filed_at) if violation.filed_at else (COMPLAINT, violation.observed_at)
    )
    check, event = register.checks.get(check_id), _event_of(check_id)
    clock = next((one for one in check.clocks if one.from_ == event), None) if check else None
    return at_place(due_at(start.astimezone(zone), clock.within), zone) if clock and start else None


def _event_of(check_id: str) -> str:
    return "complaint_filed_at" if check_id == FOLLOWED else "violation_observed_at"
