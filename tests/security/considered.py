"""A case in the midst of everything, so that every section asks something and every record is there."""

from __future__ import annotations

import datetime as dt
import uuid

from intake.models import User
from intake.services import panel, violations
from intake.services.desk import Desk
from intake.services.review import submit_for_review
from intake.services.violation_rows import ViolationKept
from tests.services.conftest import find, put

MEMBER, VIOLATION = str(uuid.uuid4()), str(uuid.uuid4())
CONSIDERED = {
    "profile.stage": "implementation",
    "profile.decisions_considered": [
        *("return", "transfer_us", "third_country", "stay", "reunification"),
    ],
    "profile.bid_started_at": "2026-01-03T12:00:00-06:00",
    "profile.bid_decided_at": "2026-01-09T12:00:00-06:00",
    "answers.bid.opened": {"value": "yes"},
    "answers.bid.outcome": {"value": "stay"},
    "answers.counsel.assigned": {"value": "yes"},
}
"""All that a case can go through, so that every section has something to ask."""


def consider(at: Desk, number: str, ana: User) -> None:
    """The case in the midst of everything, so that each section asks and each record is there."""
    put(at, number, CONSIDERED)
    member = panel.Member("Inés Robles", "law", "Procuraduría", "declared", "Conoce a su tío.")
    case = find(at, number)
    operation = str(uuid.uuid4())
    panel.keep_member(at, case, ana, MEMBER, member, base=case.version, operation=operation)
    case, operation = find(at, number), str(uuid.uuid4())
    seen = ViolationKept("ill_treatment", "inm", dt.datetime(2024, 1, 2, tzinfo=dt.UTC))
    violations.keep_violation(
        at, case, ana, VIOLATION, seen, base=case.version, operation=operation
    )
    # and it waits for a decision
    case, operation = find(at, number), str(uuid.uuid4())
    submit_for_review(at, case, ana, base=case.version, operation=operation)


__all__ = ["MEMBER", "VIOLATION", "consider"]
