"""A case over time: as it stood on a day under the register of that day, and its move to a newer register."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.register import Register
from intake.checklist.transition import Transition, compare
from intake.models import Case, Change, User, now
from intake.services import audit
from intake.services.case_file import (
    CaseFile,
    as_input,
    changes_since,
    evaluate_file,
    open_file,
    put_into,
)
from intake.services.desk import Desk, Refused
from intake.services.gap_spans import catch_up
from intake.services.keep import Who, keep


def file_as_of(desk: Desk, case: Case, moment: dt.datetime) -> CaseFile | None:
    """The case as it stood at that moment, under the register it was kept under then; None before it was opened."""
    document = json.loads(json.dumps(open_file(desk, case).document))
    sha256 = None
    for change in reversed(changes_since(desk, case, 0)):
        if change.at <= moment:
            sha256 = change.register_sha256
            break
        for key, (old, _new) in change.changes.items():
            put_into(document, key, old)
    if sha256 is None:
        return None
    return CaseFile(case, document, desk.shelf.of(desk.session, sha256))


def evaluate_under(file: CaseFile, register: Register, as_of: dt.datetime) -> Evaluation:
    """What the case comes out as under another register."""
    return evaluate_case(register, as_input(register, file.document, as_of.astimezone(file.zone)))


@dataclass(frozen=True)
class Move:
    """What moving a case to a newer register would change for it."""

    before: Evaluation
    after: Evaluation
    transition: Transition
    left_out: tuple[str, ...]
    """Answered checks that the newer register has no place for; they stay in the history."""


def look_at_move(file: CaseFile, to: Register) -> Move:
    """What the move would change, with nothing moved yet."""
    moment = now()
    before, after = evaluate_file(file, moment), evaluate_under(file, to, moment)
    left_out = tuple(
        check_id for check_id in before.case.answers if check_id not in after.case.answers
    )
    return Move(before, after, compare(before, after), left_out)


def move_to_register(
    desk: Desk, case: Case, by: User | None, to: Register, *, base: int, operation: str
) -> None:
    """Keeps the case under that register from now on, as a change of its history. Sent twice, it moves once.

    Answers stay as they were given; each remembers the register it was given under. Raises Refused:
    ``changed_since`` (the case is not what was looked at).
    """
    by_id, case_id = by.id if by else None, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Change, operation) is not None or case.register_sha256 == to.sha256:
            return
        if case.version != base:
            raise Refused("changed_since")
        document = json.loads(json.dumps(open_file(desk, case).document))
        who = Who(by_id, operation, "register-moved", now())
        catch_up(desk, case, who.at)
        case.register_sha256 = to.sha256
        keep(desk, case, document, {}, who, version=case.version + 1)
        audit.record(
            session, "case.register-moved", actor_id=by_id, case_id=case_id, register=to.sha256
        )


def move_one(desk: Desk, case_id: str, to: Register) -> None:
    """Moves the case to that register, whoever saves it meanwhile."""
    while (case := desk.session.get_one(Case, case_id)).register_sha256 != to.sha256:
        try:
            move_to_register(desk, case, None, to, base=case.version, operation=str(uuid.uuid4()))
        except Refused:
            continue  # somebody saved it meanwhile: it is looked at again


@dataclass
class Impact:
    """What a register would change over all stored cases: how many gain and lose which gap, gate by gate."""

    cases: int = 0
    changed: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    gates_opened: Counter[str] = field(default_factory=Counter)
    gates_shut: Counter[str] = field(default_factory=Counter)
    gates_blocked: Counter[str] = field(default_factory=Counter)
    """Gates shut before and after, which something more keeps shut now."""
    appearing: Counter[str] = field(default_factory=Counter)
    going: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    deadlines: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """All counts, ready for JSON; checks and gates by id."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "gaps_gained": dict(self.gained),
            "gaps_lost": dict(self.lost),
            "gates_opened": dict(self.gates_opened),
            "gates_shut": dict(self.gates_shut),
            "gates_more_blocked": dict(self.gates_blocked),
            "checks_appearing": dict(self.appearing),
            "checks_going": dict(self.going),
            "severities_changed": dict(self.severities),
            "deadlines_changed": dict(self.deadlines),
        }


def count_cases(desk: Desk) -> int:
    """How many cases are stored."""
    return desk.session.scalar(select(func.count()).select_from(Case)) or 0


def cases_elsewhere(desk: Desk, register: Register) -> int:
    """How many cases are kept under another register."""
    elsewhere = (
        select(func.count()).select_from(Case).where(Case.register_sha256 != register.sha256)
    )
    return desk.session.scalar(elsewhere) or 0


def impact(desk: Desk, to: Register, as_of: dt.datetime) -> Iterator[Impact]:
    """Adds up, case by case, what the register would change; yields the running count after each."""
    found = Impact()
    for case_id in desk.session.scalars(select(Case.id).order_by(Case.id)).all():
        file = open_file(desk, desk.session.get_one(Case, case_id))
        moved = compare(evaluate_file(file, as_of), evaluate_under(file, to, as_of))
        found.cases += 1
        found.changed += not moved.nothing
        found.gained.update(moved.gaps_opened)
        found.lost.update(moved.gaps_closed)
        found.gates_opened.update(moved.gates_opened)
        found.gates_shut.update(moved.gates_shut)
        found.gates_blocked.update(name for name, _reasons in moved.gates_newly_blocked)
        found.appearing.update(moved.appearing)
        found.going.update(moved.going)
        found.severities.update(moved.severities)
        found.deadlines.update(moved.deadlines)
        desk.session.expunge(file.case)
        yield found
