"""The supervisor's queue: reads stored findings only, never a case's document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, exists, nulls_last, select

from intake.checklist.evaluation import RANK
from intake.models import (
    CASE_NUMBER,
    STATUSES,
    Case,
    CodedCase,
    StoredFinding,
    StoredGate,
    User,
    now,
)
from intake.services.desk import Desk
from intake.services.names import called
from intake.services.rights import Action, covered_cases, visible_cases
from intake.services.today import has_alert

PAGE = 50
LONGEST_NAME = 120
WORDS = ("section", "check", "gate", "authority", "cause", "quarter", "timed", "counted")
_WORD = re.compile(r"[\w.:-]{1,120}", re.ASCII)
SORTS = ("worst", "due", "updated", "number")


@dataclass(frozen=True)
class QueueQuery:
    """What a supervisor asks of the queue; what the address does not say is left open."""

    status: str = ""
    severity: str = ""
    stage: str = ""
    caseworker: int | None = None
    overdue: bool = False
    alert: str = ""
    section: str = ""
    check: str = ""
    gate: str = ""
    gate_state: str = ""
    authority: str = ""
    cause: str = ""
    quarter: str = ""
    """Of the first contact."""
    timed: str = ""
    """A timing of an indicator that is known."""
    counted: str = ""
    """A measure of an indicator and a group of it, such as ``ind.heard.heard:every-step``."""
    number: str = ""
    name: str = ""
    """Words of the child's name; never part of an address, which logs and browsers keep."""
    sort: str = "worst"
    page: int = 1

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """The filters by which a figure leads here: name and value."""
        return tuple(
            (name, getattr(self, name)) for name in (*WORDS, "gate_state") if getattr(self, name)
        )

    @classmethod
    def read(cls, args: Mapping[str, str], name: str = "") -> QueueQuery:
        """The query an address says, and the name that was typed; what it says wrongly is left open."""

        def one_of(name: str, values: Sequence[str]) -> str:
            value = args.get(name, "")
            return value if value in values else ""

        def word(name: str) -> str:
            value = args.get(name, "")
            return value if _WORD.fullmatch(value) else ""

        def number(name: str) -> int | None:
            value = args.get(name, "")
            return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None

        return cls(
            status=one_of("status", STATUSES),
            severity=one_of("severity", tuple(RANK)),
            stage=one_of(
                "stage",
                ("identification", "assessment", "determination", "implementation", "closed"),
            ),
            caseworker=number("caseworker"),
            overdue=args.get("overdue") == "yes",
            alert=args.get("alert", "")[:64],
            gate_state=one_of("gate_state", ("open", "shut")),
            **{name: word(name) for name in WORDS},
            number="".join(
                mark
                for mark in args.get("number", "").strip()[:24]
                if mark.isalnum() or mark == "-"
            ),
            name=name.strip()[:LONGEST_NAME],
            sort=one_of("sort", SORTS) or "worst",
            page=max(1, min(number("page") or 1, 1000)),
        )


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue, as of a moment."""

    cases: Sequence[Case]
    as_of: dt.datetime
    more: bool


def cases_in_queue(desk: Desk, person: User, asked: QueueQuery) -> QueuePage:
    """The cases this person may review, filtered and sorted, a page at a time."""
    moment = now()
    query = _sorted(_fitting(desk, person, asked, moment), asked)
    rows = (
        desk.session.scalars(query.offset((asked.page - 1) * PAGE).limit(PAGE + 1)).unique().all()
    )
    return QueuePage(rows[:PAGE], moment, len(rows) > PAGE)


def cases_that_fit(desk: Desk, person: User, asked: QueueQuery, most: int) -> list[str]:
    """The ids of all cases of the queue that fit, those that come first, of which the person may print any."""
    query = _fitting(desk, person, asked, now()).where(visible_cases(person, "case.print"))
    sorted_ids = _sorted(query, asked).with_only_columns(Case.id).limit(most)
    return list(desk.session.scalars(sorted_ids))


def _fitting(desk: Desk, person: User, asked: QueueQuery, moment: dt.datetime) -> Select[Case]:
    query = select(Case).where(visible_cases(person, "case.review"))
    if asked.status:
        query = query.where(Case.status == asked.status)
    if asked.stage:
        query = query.where(Case.stage == asked.stage)
    if asked.caseworker is not None:
        query = query.where(Case.caseworker_id == asked.caseworker)
    if asked.overdue:
        query = query.where(Case.next_due < moment)
    if asked.alert:
        query = query.where(has_alert(asked.alert))
    found = _findings(desk, asked, moment)
    if found:
        query = query.where(exists().where(StoredFinding.case_id == Case.id, *found))
    if asked.gate:
        is_open = {"open": (True,), "shut": (False,)}.get(asked.gate_state, (True, False))
        state = (StoredGate.gate_id == asked.gate, StoredGate.is_open.in_(is_open))
        query = query.where(exists().where(StoredGate.case_id == Case.id, *state))
    counted = _counted(asked)
    if counted:
        query = query.where(exists().where(CodedCase.case_id == Case.id, *counted))
    if asked.name:
        query = query.where(called(desk, asked.name))
    if asked.number:
        query = query.where(Case.number.ilike(f"%{asked.number}%"))
    return query


def _findings(desk: Desk, asked: QueueQuery, moment: dt.datetime) -> list[ColumnElement[bool]]:
    """What one finding of the case has to be: a gap, or anything that is overdue where that is asked."""
    found: list[ColumnElement[bool]] = []
    if asked.severity:
        found.append(StoredFinding.severity == asked.severity)
    if asked.section:
        section = desk.register.section(asked.section)
        found.append(
            StoredFinding.check_id.in_([one.id for one in section.checks] if section else [])
        )
    if asked.check:
        found.append(StoredFinding.check_id == asked.check)
    if asked.authority:
        found.append(StoredFinding.authority == asked.authority)
    if asked.cause:
        found.append(StoredFinding.cause == asked.cause)
    if found:
        found.append(StoredFinding.due < moment if asked.overdue else StoredFinding.status == "gap")
    return found


def _counted(asked: QueueQuery) -> list[ColumnElement[bool]]:
    """What the coded facts of the case have to say."""
    found: list[ColumnElement[bool]] = []
    if asked.quarter:
        found.append(CodedCase.quarter == asked.quarter)
    if asked.timed:
        found.append(CodedCase.coded["steps", asked.timed].as_integer().is_not(None))
    if asked.counted:
        measure, _colon, group = asked.counted.rpartition(":")
        found.append(CodedCase.coded["groups", measure].as_string() == group)
    return found


def covered(desk: Desk, person: User) -> set[str]:
    """The ids of the cases in which the person stands in for somebody now."""
    return set(desk.session.scalars(select(Case.id).where(covered_cases(person))))


def cases_to_hand_over(desk: Desk, person: User, numbers: Sequence[str]) -> Sequence[Case]:
    """Those of the cases that the person may give to another caseworker."""
    return chosen(desk, person, numbers, "case.hand-over")


def chosen(desk: Desk, person: User, numbers: Sequence[str], action: Action) -> Sequence[Case]:
    """Those of the cases that the person reaches by that right."""
    written = [number for number in numbers if CASE_NUMBER.fullmatch(number)]
    query = select(Case).where(Case.number.in_(written), visible_cases(person, action))
    return desk.session.scalars(query.order_by(Case.number)).unique().all()


def _sorted(query: Select[Case], asked: QueueQuery) -> Select[Case]:
    due = nulls_last(Case.next_due.asc())
    match asked.sort:
        case "due":
            return query.order_by(due, Case.worst_rank, Case.number)
        case "updated":
            return query.order_by(Case.updated_at.desc(), Case.number)
        case "number":
            return query.order_by(Case.number)
        case _:
            settled = case((Case.status == "approved", 1), else_=0)
            return query.order_by(
                settled, Case.worst_rank, Case.critical_gaps.desc(), due, Case.number
            )


def caseworkers(desk: Desk, person: User) -> Sequence[User]:
    """The people whose cases this person may review, by name."""
    return (
        desk.session.scalars(
            select(User)
            .where(User.id.in_(select(Case.caseworker_id).where(visible_cases(person))))
            .order_by(User.name)
        )
        .unique()
        .all()
    )
