"""Who may do what: one table of roles and actions, and the cases each person can see at all."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import ColumnElement, false

from intake.models import Case, User

Action = Literal[
    "case.read",
    "case.open",
    "case.write",
    "case.print",
    "case.review",
    "register.read",
    "account",
    # how long a case is kept, how it ends, and what a child may ask for
    "case.retain",
    "case.erase",
    "case.hand-out",
    "erasure.confirm",
    "retention.settings",
]

RIGHTS: dict[str, frozenset[Action]] = {
    "caseworker": frozenset(
        {"case.read", "case.open", "case.write", "case.print", "register.read", "account"}
    ),
    "supervisor": frozenset(
        {
            "case.read",
            "case.print",
            "case.review",
            "register.read",
            "account",
            "case.retain",
            "case.erase",
            "case.hand-out",
            "erasure.confirm",
        }
    ),
    "administrator": frozenset(
        {"register.read", "account", "erasure.confirm", "retention.settings"}
    ),
    "auditor": frozenset({"register.read", "account"}),
}


def may(person: User, action: Action) -> bool:
    """Whether the person's role has that right."""
    return action in RIGHTS.get(person.role, frozenset())


def visible_cases(person: User) -> ColumnElement[bool]:
    """The condition a query of cases carries: own cases, the team's, or none."""
    if person.role == "caseworker":
        return Case.caseworker_id == person.id
    if person.role == "supervisor" and person.team_id is not None:
        return Case.team_id == person.team_id
    return false()


def may_review(person: User, case: Case) -> bool:
    """Whether the person may decide on this case: never on one of their own."""
    return may(person, "case.review") and person.id not in (
        case.caseworker_id,
        case.submitted_by_id,
    )


__all__ = ["RIGHTS", "Action", "may", "may_review", "visible_cases"]
