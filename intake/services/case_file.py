"""A case opened for reading: its sealed document, its evaluation, its history."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intake.checklist.case_input import (
    CaseInput,
    InputError,
    read_answer,
    read_case,
    read_fact,
)
from intake.checklist.consistency import APPROVALS
from intake.checklist.deadlines import at_place
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.parts import Check
from intake.checklist.register import Register
from intake.measures import EVALUATION_SECONDS, timed
from intake.models import CASE_NUMBER, Case, Change, Comment, Review, User, now
from intake.services.desk import Desk
from intake.services.pause_rows import pauses_of
from intake.services.rights import Action, visible_cases
from intake.vault import Place


@dataclass(frozen=True)
class CaseFile:
    """A case, its opened document and the register it is kept under."""

    case: Case
    document: dict[str, Any]
    register: Register

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the team types its times."""
        return ZoneInfo(self.case.team.zone)

    @property
    def name(self) -> str:
        """The child's name as recorded, or nothing."""
        return str(self.document["identity"].get("name", ""))


def find_case(desk: Desk, number: str, person: User, action: Action = "case.read") -> Case | None:
    """The case of that number, if this person reaches it by that right."""
    if not CASE_NUMBER.fullmatch(number):
        return None
    return desk.session.scalars(
        select(Case).where(Case.number == number, visible_cases(person, action))
    ).one_or_none()


def open_file(desk: Desk, case: Case) -> CaseFile:
    """The case with its document opened."""
    document = desk.vault.open(
        case.wrapped_key, Place("child_case.document", case.id), case.document
    )
    return CaseFile(case, document, desk.register_of(case))


def as_input(register: Register, document: dict[str, Any], as_of: dt.datetime) -> CaseInput:
    """The document as that register takes it.

    What the register has no place for (a check, a fact or a choice that it dropped) stays in the document
    and counts as not recorded. Times are those of the place, in the zone of ``as_of``, however they were written.
    """
    zone = as_of.tzinfo
    case = read_case(
        register,
        {
            "as_of": as_of.isoformat(),
            "profile": _known(register, document["profile"]),
            "events": _known(register, document["events"]),
            "answers": {
                check_id: {"value": kept["value"], "reason": kept.get("reason")}
                for check_id, kept in document["answers"].items()
                if kept.get("value") and _fits(register.checks.get(check_id), kept)
            },
            "approvals": {one: True for one in document["approvals"] if one in APPROVALS},
        },
    )
    pauses = {
        check_id: tuple(pause.clock for pause in pauses_of(document, check_id))
        for check_id in document.get("pauses", {})
    }
    facts = {
        name: at_place(value, zone) if isinstance(value, dt.datetime) else value
        for name, value in case.facts.items()
    }
    breaches = frozenset(standing_breaches(document))
    return replace(case, facts=facts, breaches=breaches, pauses=pauses, zone=zone)


def put_into(document: dict[str, Any], key: str, value: Any) -> None:
    """Puts a value of the history where its key says; None takes it away."""
    part, name = key.split(".", 1)
    if value is None:
        document.setdefault(part, {}).pop(name, None)
    else:
        document.setdefault(part, {})[name] = copy.deepcopy(value)


def standing_breaches(document: dict[str, Any]) -> dict[str, Any]:
    """The recorded breaches that no supervisor struck, by gate."""
    kept = document.get("breaches", {})
    return {gate_id: breach for gate_id, breach in kept.items() if "struck" not in breach}


def _fits(check: Check | None, kept: dict[str, Any]) -> bool:
    if check is None:
        return False
    try:
        read_answer(check, {"value": kept["value"], "reason": kept.get("reason")}, check.id)
    except InputError:
        return False
    return True


def _known(register: Register, facts: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in facts.items():
        fact = register.facts.get(name)
        if fact is None or fact.group == "derived":
            continue
        if fact.kind == "choices":
            value = [part for part in value if part in fact.values] if value else value
        try:
            read_fact(fact, value, name)
        except InputError:
            continue
        found[name] = value
    return found


def evaluate_file(file: CaseFile, as_of: dt.datetime | None = None) -> Evaluation:
    """The evaluation of the case now, or as of that moment, in the case's own zone."""
    moment = (as_of or now()).astimezone(file.zone)
    with timed(EVALUATION_SECONDS):
        return evaluate_case(file.register, as_input(file.register, file.document, moment))


@dataclass(frozen=True)
class CommentRead:
    """A comment, opened."""

    check_id: str | None
    at: dt.datetime
    by: User
    text: str


@dataclass(frozen=True)
class ReviewRead:
    """A review decision, opened."""

    at: dt.datetime
    by: User
    version: int
    decision: str
    approves_bid: bool
    text: str


def comments(desk: Desk, case: Case) -> list[CommentRead]:
    """Every comment on the case, oldest first."""
    rows = desk.session.scalars(
        select(Comment).where(Comment.case_id == case.id).order_by(Comment.at)
    )
    return [
        CommentRead(r.check_id, r.at, r.by, _text(desk, case, "comment.sealed", r)) for r in rows
    ]


def reviews(desk: Desk, case: Case) -> list[ReviewRead]:
    """Every decision on the case, newest first."""
    rows = desk.session.scalars(
        select(Review).where(Review.case_id == case.id).order_by(Review.at.desc())
    )
    return [
        ReviewRead(
            r.at,
            r.by,
            r.case_version,
            r.decision,
            r.approves_bid,
            _text(desk, case, "review.sealed", r),
        )
        for r in rows
    ]


@dataclass(frozen=True)
class ChangeRead:
    """One save, opened: what was changed from what to what."""

    sequence: int
    at: dt.datetime
    by: User | None
    kind: str
    register_sha256: str
    changes: dict[str, tuple[Any, Any]]


def changes_since(desk: Desk, case: Case, version: int) -> list[ChangeRead]:
    """The changes made after that version of the case, oldest first."""
    rows = desk.session.scalars(
        select(Change)
        .where(Change.case_id == case.id, Change.sequence > version)
        .order_by(Change.sequence)
    )
    return [
        ChangeRead(
            row.sequence,
            row.at,
            row.by,
            row.kind,
            row.register_sha256,
            {
                key: (old, new)
                for key, (old, new) in desk.vault.open(
                    case.wrapped_key, Place("change.sealed", case.id, row.operation), row.sealed
                ).items()
            },
        )
        for row in rows
    ]


def _text(desk: Desk, case: Case, column: str, row: Comment | Review) -> str:
    place = Place(column, case.id, row.operation)
    return str(desk.vault.open(case.wrapped_key, place, row.sealed)["text"])
