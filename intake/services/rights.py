"""Who may do what: one table of roles and actions, and the cases each person reaches by each of them.

A right over cases names the ways in which a case is within reach. The queries carry them: what a person does not
reach by a right is never read and then held back, it is not found.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, object_session

from intake.models import Case, Change, Cover, EmergencyAccess, User, now

Action = Literal[
    "case.read",
    "case.open",
    "case.write",
    "case.print",
    "case.review",
    "case.hand-over",
    "case.emergency",
    "cover.own",
    "cover.team",
    "audit.read",
    "register.read",
    "people.manage",
    "account",
    # how long a case is kept, how it ends, and what a child may ask for
    "case.retain",
    "case.erase",
    "case.hand-out",
    "erasure.confirm",
    "retention.settings",
    # saying that a document that was handed out does not hold any more
    "document.withdraw",
]
Reach = Literal["own", "cover", "team", "emergency"]
"""A case of one's own, of somebody one stands in for, of one's team, or opened for an emergency."""
Scope = frozenset[Reach]

NO_CASE: Scope = frozenset()
"""The right is about no case."""
CASEWORK: Scope = frozenset({"own", "cover"})
OVERSIGHT: Scope = frozenset({"team", "emergency"})

RIGHTS: dict[str, dict[Action, Scope]] = {
    "caseworker": {
        "case.read": CASEWORK,
        "case.write": CASEWORK,
        "case.print": CASEWORK,
        "document.withdraw": CASEWORK,
        "case.open": NO_CASE,
        "cover.own": NO_CASE,
        "register.read": NO_CASE,
        "account": NO_CASE,
    },
    "supervisor": {
        "case.read": OVERSIGHT,
        "case.print": OVERSIGHT,
        "document.withdraw": frozenset({"team"}),
        "case.write": frozenset({"cover"}),
        "case.review": frozenset({"team"}),
        "case.hand-over": frozenset({"team"}),
        "case.emergency": NO_CASE,
        "case.retain": frozenset({"team"}),
        "case.erase": frozenset({"team"}),
        "case.hand-out": frozenset({"team"}),
        "erasure.confirm": NO_CASE,
        "cover.own": NO_CASE,
        "cover.team": NO_CASE,
        "register.read": NO_CASE,
        "account": NO_CASE,
    },
    "administrator": {
        "people.manage": NO_CASE,
        "erasure.confirm": NO_CASE,
        "retention.settings": NO_CASE,
        "register.read": NO_CASE,
        "account": NO_CASE,
    },
    "auditor": {"audit.read": NO_CASE, "register.read": NO_CASE, "account": NO_CASE},
}

WRITTEN = ("opened", "section-saved", "profile-saved", "submitted", "register-moved")
"""The kinds of change that make a case also that person's own work, on which they cannot decide."""


def may(person: User, action: Action) -> bool:
    """Whether the person's role has that right at all; over which cases, ``visible_cases`` says."""
    return action in RIGHTS.get(person.role, {})


def visible_cases(
    person: User, action: Action = "case.read", at: dt.datetime | None = None
) -> ColumnElement[bool]:
    """The condition a query of cases carries: those within the person's reach by that right, at that moment."""
    scope = RIGHTS.get(person.role, {}).get(action, NO_CASE)
    moment = at or now()
    return or_(false(), *(_within(person, reach, moment) for reach in sorted(scope)))


def covered_cases(person: User, at: dt.datetime | None = None) -> ColumnElement[bool]:
    """The condition for cases of those the person stands in for at that moment, in the person's own team."""
    return _within(person, "cover", at or now())


def _within(person: User, reach: Reach, moment: dt.datetime) -> ColumnElement[bool]:
    match reach:
        case "own":
            return Case.caseworker_id == person.id
        case "team":
            return Case.team_id == person.team_id if person.team_id is not None else false()
        case "cover":
            absent = select(Cover.absent_id).where(
                Cover.covering_id == person.id, Cover.starts_at <= moment, Cover.ends_at > moment
            )
            # somebody who went to another team stands in for nobody in the old one
            return Case.caseworker_id.in_(absent) & (Case.team_id == person.team_id)
        case "emergency":
            return Case.id.in_(
                select(EmergencyAccess.case_id).where(
                    EmergencyAccess.by_id == person.id, EmergencyAccess.ends_at > moment
                )
            )


def may_with(person: User, action: Action, case: Case) -> bool:
    """Whether the person reaches this case by that right, now."""
    found = _session(case).scalar(
        select(Case.id).where(Case.id == case.id, visible_cases(person, action))
    )
    return found is not None


def may_review(person: User, case: Case) -> bool:
    """Whether the person may decide on this case: never on one of their own.

    Their own is also one that they ever wrote in, and one of somebody they stand in for now.
    """
    if person.id in (case.caseworker_id, case.submitted_by_id):
        return False
    if not may_with(person, "case.review", case):
        return False
    session = _session(case)
    wrote = select(Change.operation).where(
        Change.case_id == case.id, Change.by_id == person.id, Change.kind.in_(WRITTEN)
    )
    if session.scalar(wrote.limit(1)) is not None:
        return False
    covers = select(Case.id).where(Case.id == case.id, covered_cases(person))
    return session.scalar(covers) is None


def _session(case: Case) -> Session:
    session = object_session(case)
    assert session is not None  # noqa: S101 - a case is always read from a session
    return session


__all__ = [
    "RIGHTS",
    "WRITTEN",
    "Action",
    "covered_cases",
    "may",
    "may_review",
    "may_with",
    "visible_cases",
]
