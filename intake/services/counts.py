"""How cases are counted: coded facts kept with each save, and running totals that follow from them.

A save writes how its case counts now, and an entry that says what changed, in its own transaction. Entries are folded
into the totals by whoever comes next: every so many saves, and before a page shows totals. One folds at a time, and
nobody waits for them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, inspect, select
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.indicators import Coded, Recorded, code_case
from intake.checklist.register import Register
from intake.checklist.tallies import Cell, changes
from intake.models import NATION, Case, CodedCase, CountEntry, Tally, TallyState
from intake.services.case_file import as_input
from intake.services.desk import Desk
from intake.services.holding import hours_held

EVERY, AT_ONCE = 64, 512
"""Each so many entries, the save that writes the last folds up to so many."""


def code(register: Register, case: Case, document: dict[str, Any], evaluation: Evaluation) -> Coded:
    """The case as it counts: by the register in force, so that all cases are counted alike.

    Its gaps, gates and deadlines are those of its own register, as they stand in the queue.
    """
    counted = evaluation
    if register.sha256 != evaluation.register.sha256:
        moment = evaluation.case.as_of
        counted = evaluate_case(register, as_input(register, document, moment))
    held = hours_held(document, evaluation.case)
    return code_case(counted, _recorded(document), case.opened_at, held, board=evaluation)


def _recorded(document: dict[str, Any]) -> dict[str, Recorded]:
    found = {}
    for check_id, kept in document["answers"].items():
        since, evidence = kept.get("since") or kept.get("at"), kept.get("evidence_date")
        found[check_id] = Recorded(
            dt.datetime.fromisoformat(since) if since else None,
            dt.date.fromisoformat(evidence) if evidence else None,
            kept.get("cause"),
            kept.get("authority"),
        )
    return found


def count_case(desk: Desk, case: Case, document: dict[str, Any], evaluation: Evaluation) -> None:
    """Keeps how the case counts now, in the transaction under way."""
    session, register = desk.session, desk.register
    sha256, coded = register.sha256, code(register, case, document, evaluation)
    kept = session.get(CodedCase, case.id, populate_existing=True)
    after = coded.as_json()
    if kept is not None and (kept.coded, kept.team_id) == (after, case.team_id):
        kept.register_sha256 = sha256
        return
    note(session, kept.team_id if kept else case.team_id, kept.coded if kept else None, after)
    if kept is None:
        kept = CodedCase(case_id=case.id)
        session.add(kept)
    kept.team_id, kept.quarter, kept.coded = case.team_id, coded.quarter, after
    kept.register_sha256 = sha256


def note(
    session: Session, team_id: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """Notes what a case's change does to the totals; every so often what was noted is folded into them."""
    entry = CountEntry(team_id=team_id, before=before, after=after)
    session.add(entry)
    session.flush()
    if entry.id % EVERY == 0:
        fold(session, AT_ONCE)


def leave(session: Session, case_id: str, remains: dict[str, Any] | None) -> None:
    """Takes a case that ends out of its team's totals; ``remains``: as what it counts on among all, if it does."""
    kept = session.get(CodedCase, case_id, populate_existing=True)
    if kept is not None:
        note(session, kept.team_id, kept.coded, None)
        session.expunge(kept)
    if remains is not None:
        note(session, NATION, None, remains)


def fold(session: Session, most: int = 2000) -> int:
    """Folds up to so many entries into the totals, in the transaction under way; says how many.

    None where another is folding now.
    """
    guard = select(TallyState.id).where(TallyState.id == 1).with_for_update(skip_locked=True)
    if session.scalar(guard) is None:
        return 0
    entries = session.execute(
        select(CountEntry.id, CountEntry.team_id, CountEntry.before, CountEntry.after)
        .order_by(CountEntry.id)
        .limit(most)
    ).all()
    counted: Counter[tuple[int, Cell]] = Counter()
    for _id, team_id, before, after in entries:
        counted.update(
            changes(
                team_id,
                Coded.read(before) if before else None,
                Coded.read(after) if after else None,
            )
        )
    add(session, counted)
    ids = [entry.id for entry in entries]
    for start in range(0, len(ids), 500):
        session.execute(delete(CountEntry).where(CountEntry.id.in_(ids[start : start + 500])))
    return len(entries)


def fold_all(desk: Desk, most: int = 20) -> bool:
    """Folds what was noted so far, in a few transactions; says whether nothing is left."""
    for _time in range(most):
        if desk.session.scalar(select(CountEntry.id).limit(1)) is None:
            return True
        with desk.writing() as session:
            if fold(session) == 0:
                return False
    return False


def add(session: Session, counted: Counter[tuple[int, Cell]]) -> None:
    """Adds to the totals; what comes to nothing is taken out."""
    rows: list[dict[str, Any]] = [
        {"team_id": team_id, **dict(zip(Cell._fields, cell, strict=True)), "n": n}
        # in one order, as always where several rows are written
        for (team_id, cell), n in sorted(counted.items())
        if n
    ]
    _upsert(session, rows)
    key = [column.name for column in inspect(Tally).primary_key]
    for row in rows:
        if row["n"] < 0:
            same = and_(*(getattr(Tally, name) == row[name] for name in key))
            session.execute(delete(Tally).where(same, Tally.n == 0))


def _upsert(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if not listed:
        return
    postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (insert_pg if postgresql else insert_sqlite)(Tally)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(inspect(Tally).primary_key),
            set_={"n": Tally.n + statement.excluded.n},
        ),
        listed,
    )


__all__ = ["add", "code", "count_case", "fold", "fold_all", "leave", "note"]
