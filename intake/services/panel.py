"""Who takes part in a best-interest determination: their role, their body, and what they state of conflicts of interest.

Several disciplines, without a conflict of interest, and supervised by somebody who is not the caseworker: UNHCR's
Best Interests Procedure Guidelines, as the check ``bid.panel`` cites them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from intake.models import Case, User
from intake.services.case_file import CaseFile
from intake.services.desk import Desk
from intake.services.names import words_of
from intake.services.save import Saved, save

PART = "panel"
ROLES = (
    "law",
    "psychology",
    "social_work",
    "child_protection",
    "health",
    "education",
    "supervision",
    "other",
)
Conflict = Literal["none", "declared"]
Problem = Literal["few", "one_discipline", "conflict", "caseworker"]


@dataclass(frozen=True)
class Member:
    """One member of the panel."""

    name: str
    role: str
    body: str = ""
    conflict: Conflict = "none"
    statement: str = ""
    """What the member stated about conflicts of interest, in their words."""
    is_caseworker: bool = False


def panel_of(file: CaseFile) -> dict[str, Member]:
    """The members, by id, in the order in which they were recorded."""
    return {
        one: Member(
            kept["name"],
            kept["role"],
            kept.get("body", ""),
            kept.get("conflict", "none"),
            kept.get("statement", ""),
            bool(kept.get("is_caseworker")),
        )
        for one, kept in file.document.get(PART, {}).items()
    }


def problems_of(panel: dict[str, Member]) -> tuple[Problem, ...]:
    """What keeps this panel from being one: too few, one discipline only, a conflict, the caseworker supervising."""
    if not panel:
        return ()
    found: list[Problem] = []
    members = panel.values()
    if len(panel) < 2:
        found.append("few")
    elif len({one.role for one in members} - {"supervision", "other"}) < 2:
        found.append("one_discipline")
    if any(one.conflict == "declared" for one in members):
        found.append("conflict")
    if any(one.is_caseworker and one.role == "supervision" for one in members):
        found.append("caseworker")
    return tuple(found)


def takes_part(panel: dict[str, Member], person: User) -> bool:
    """Whether somebody of that name is on the panel; with one of two family names left out, too: in doubt it is them."""
    own = set(words_of(person.name))
    for member in panel.values():
        named = set(words_of(member.name))
        if named == own or (min(len(named), len(own)) > 1 and (named <= own or own <= named)):
            return True
    return False


def keep_member(
    desk: Desk,
    case: Case,
    by: User,
    member_id: str,
    member: Member | None,
    *,
    base: int,
    operation: str,
) -> Saved:
    """Records a member, or with None that they take no part; ends the approval of the determination.

    Raises Clashed where somebody else changed the same.
    """
    value: dict[str, Any] | None = None
    if member is not None:
        said = {
            "name": member.name,
            "role": member.role,
            "body": member.body,
            "conflict": member.conflict,
            "statement": member.statement,
            "is_caseworker": member.is_caseworker,
        }
        value = {name: kept for name, kept in said.items() if kept}
    return save(
        desk,
        case,
        by,
        {f"{PART}.{uuid.UUID(member_id)}": value},
        base=base,
        operation=operation,
        kind="panel-changed",
    )
