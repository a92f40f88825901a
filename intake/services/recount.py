"""Counting anew from scratch: whether the running totals are what the cases say, and setting them right."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from intake.checklist.case_input import Answer, CaseInput
from intake.checklist.evaluation import evaluate_case
from intake.checklist.indicators import Coded, code_case
from intake.checklist.register import Register
from intake.checklist.tallies import Cell, changes
from intake.models import (
    NATION,
    AnonymousCase,
    Case,
    CodedCase,
    CountEntry,
    Tally,
    TallyState,
)
from intake.services import counts
from intake.services.anonymous import anonymous_coded
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk

AT_ONCE = 200
Advance = Callable[[int], None]


@dataclass(frozen=True)
class Difference:
    """A total that is not what the cases say."""

    team_id: int
    cell: Cell
    kept: int
    counted: int


def number_of_cases(desk: Desk) -> int:
    """How many cases there are to count."""
    return desk.session.scalar(select(func.count()).select_from(Case)) or 0


def code_all(desk: Desk, advance: Advance, *, check: bool = False) -> int:
    """Codes every case anew from its document, as of its last evaluation; says how many were coded otherwise.

    A transaction for so many cases at a time; stopped anywhere, it can be begun again. ``check``: writes nothing.
    """
    differing, last = 0, ""
    while True:
        ids = desk.session.scalars(
            select(Case.id).where(Case.id > last).order_by(Case.id).limit(AT_ONCE)
        ).all()
        if not ids:
            return differing
        last = ids[-1]
        if check:
            differing += sum(_differs(desk, case_id) for case_id in ids)
            desk.session.rollback()
        else:
            with desk.writing():
                differing += sum(_differs(desk, case_id, keep=True) for case_id in ids)
        desk.session.expunge_all()
        advance(len(ids))


def _differs(desk: Desk, case_id: str, *, keep: bool = False) -> bool:
    query = select(Case).where(Case.id == case_id)
    case = desk.session.scalars(query.with_for_update() if keep else query).one_or_none()
    if case is None:  # it ended meanwhile
        return False
    file = open_file(desk, case)
    evaluation = evaluate_file(file, case.evaluated_at)
    kept = desk.session.get(CodedCase, case_id)
    coded = counts.code(desk.register, case, file.document, evaluation).as_json()
    differs = kept is None or (kept.coded, kept.team_id) != (coded, case.team_id)
    if keep:
        counts.count_case(desk, case, file.document, evaluation)
    return differs


def differences(desk: Desk, advance: Advance = lambda _n: None) -> Iterator[Difference]:
    """Each total that is not the sum over the coded cases, as of one moment."""
    session = desk.session
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    counted, kept = _counted(desk, session, advance), _kept(session)
    session.rollback()
    for key in sorted(counted.keys() | kept.keys()):
        if counted[key] != kept[key]:
            yield Difference(key[0], key[1], kept[key], counted[key])


def set_right(desk: Desk, advance: Advance = lambda _n: None) -> int:
    """Makes every total the sum over the coded cases, in one transaction; says how many cases there are.

    Saves wait until it is done.
    """
    with desk.writing() as session:
        session.scalar(select(TallyState.id).where(TallyState.id == 1).with_for_update())
        for kept in session.scalars(select(AnonymousCase).where(AnonymousCase.coded.is_(None))):
            kept.coded = _of_anonymous(desk.register, kept).as_json()
        session.flush()
        counted = _counted(desk, session, advance)
        session.execute(delete(CountEntry))
        session.execute(delete(Tally))
        rows = [
            {"team_id": team_id, **cell._asdict(), "n": n} for (team_id, cell), n in counted.items()
        ]
        for start in range(0, len(rows), 5000):
            session.execute(insert(Tally), rows[start : start + 5000])
        every = select(func.count()).select_from(CodedCase)
        number, cases = session.scalar(every) or 0, number_of_cases(desk)
        session.execute(
            update(TallyState).where(TallyState.id == 1).values(complete=number == cases)
        )
        return number


def _counted(desk: Desk, session: Session, advance: Advance) -> Counter[tuple[int, Cell]]:
    counted: Counter[tuple[int, Cell]] = Counter()
    streamed = {"yield_per": 2000}
    for team_id, coded in session.execute(
        select(CodedCase.team_id, CodedCase.coded), execution_options=streamed
    ):
        counted.update(changes(team_id, None, Coded.read(coded)))
        advance(1)
    for row in session.scalars(select(AnonymousCase), execution_options=streamed):
        coded = Coded.read(row.coded) if row.coded else _of_anonymous(desk.register, row)
        counted.update(changes(NATION, None, coded))
    return counted


def _kept(session: Session) -> Counter[tuple[int, Cell]]:
    """The totals with what waits to be folded into them."""
    kept: Counter[tuple[int, Cell]] = Counter()
    streamed = {"yield_per": 5000}
    for row in session.execute(
        select(
            Tally.team_id,
            Tally.quarter,
            Tally.country,
            Tally.measure,
            Tally.dimension,
            Tally.value,
            Tally.cell,
            Tally.n,
        ),
        execution_options=streamed,
    ):
        kept[row[0], Cell(*row[1:7])] = row[7]
    for team_id, before, after in session.execute(
        select(CountEntry.team_id, CountEntry.before, CountEntry.after), execution_options=streamed
    ):
        kept.update(
            changes(
                team_id,
                Coded.read(before) if before else None,
                Coded.read(after) if after else None,
            )
        )
    return kept


def _of_anonymous(register: Register, row: AnonymousCase) -> Coded:
    """How a case counts that was anonymised before cases were counted, as far as what was kept of it tells.

    A check that was satisfied counts as answered yes, one with a gap as answered no.
    """
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.facts.get("facts", {}).items()
        if name in register.facts
    }
    answers = {}
    for check_id, finding in row.facts.get("findings", {}).items():
        check = register.checks.get(check_id)
        value = {"satisfied": "yes", "gap": "no"}.get(finding["status"])
        if check is not None and value in check.values:
            answers[check_id] = Answer(value)
    moment = dt.datetime.now(dt.UTC)
    coded = code_case(
        evaluate_case(register, CaseInput(moment, facts, answers)), {}, moment, None
    ).as_json()
    band = row.facts.get("age", coded["traits"][3])
    coded["traits"][3] = band
    coded |= {"quarter": row.quarter, "child": band != "18+", "steps": {}}
    return anonymous_coded(Coded.read(coded))


__all__ = ["Difference", "code_all", "differences", "number_of_cases", "set_right"]
