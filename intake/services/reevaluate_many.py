"""Many cases evaluated anew together, and moved to a register: what comes out is what each alone would give.

Reading, opening and evaluating hold no lock. What differs from what lies beside the cases is then written in one
short transaction, for those cases only that nobody saved meanwhile; the others are given back to be looked at again.
A case in which something has to be recorded besides (a breach, work that is settled) is done alone, as always.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from intake.checklist.evaluation import Evaluation
from intake.checklist.register import Register
from intake.models import (
    Case,
    CaseAlert,
    Change,
    CodedCase,
    CountEntry,
    Retention,
    StoredFinding,
    StoredGate,
    Violation,
    now,
)
from intake.services import audit, counts, gap_spans, retention
from intake.services.alike import row_of
from intake.services.breaches import record_breaches
from intake.services.case_file import CaseFile, evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.gap_work import settle_work
from intake.services.holding import record_holding
from intake.services.keep import Who, alert_rows, chained, finding_rows, gate_rows, summarise
from intake.services.violation_rows import store_violations

SUMMARY = (
    *("gaps", "critical_gaps", "missing", "worst_rank", "next_due", "applicable", "answered"),
    *("alerts", "alerted", "evaluated_at", "reevaluate_at", "register_sha256", "stage", "country"),
    *("place_worst", "place_due", "place_updated", "version", "updated_at"),
)
"""What an evaluation or a move changes of the case's own row."""


@dataclass
class Done:
    """What came of it: how many cases are done, which were saved meanwhile, and which have to be done alone."""

    cases: int = 0
    again: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Looked:
    """A case with what is known of it now, and the version and evaluation this was seen beside."""

    file: CaseFile
    evaluation: Evaluation
    seen: tuple[int, dt.datetime, int, str]
    gaps: list[gap_spans.Seen]
    """What was a gap when, as far as that is not kept yet."""
    moved: Change | None


def reevaluate_many(desk: Desk, case_ids: Sequence[str], to: Register | None = None) -> Done:
    """Evaluates these cases as of now, each under its register; with ``to``, moves those that are under another."""
    done, moment = Done(), now()
    desk.session.rollback()
    looked = list(_look(desk, case_ids, to, moment, done))
    if not looked:
        return done
    with desk.writing() as session:
        if to is not None:
            desk.shelf.keep(session, to)
        unchanged = _unchanged(session, looked, done)
        _write(desk, unchanged)
    done.cases += len(unchanged)
    return done


def _look(
    desk: Desk, case_ids: Sequence[str], to: Register | None, moment: dt.datetime, done: Done
) -> Iterable[_Looked]:
    session = desk.session
    cases = (
        session.scalars(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)).unique().all()
    )
    previous = _newest_digests(session, case_ids) if to else {}
    for case in cases:
        _ = case.team.zone
    # held in hand from here on: what is found out about them is not for the session to write
    session.expunge_all()
    for case in cases:
        seen = (case.version, case.evaluated_at, case.team_id, case.status)
        moves = to is not None and case.register_sha256 != to.sha256
        file = open_file(desk, case)
        passed = gap_spans.by_time(file, case.reevaluate_at, moment)
        gaps = [one for one, _next in passed]
        register = to if to is not None and moves else file.register
        file = CaseFile(case, file.document, register)
        evaluation = evaluate_file(file, moment)
        besides: dict[str, Any] = {}
        record_breaches(file.document, besides, evaluation)
        settle_work(file.document, besides, evaluation)
        if moves:
            record_holding(file.document, besides, evaluation.case)
        if besides:
            done.alone.append(case.id)
            continue
        entry = None
        if moves:
            who = Who(None, str(uuid.uuid4()), "register-moved", moment)
            case.register_sha256, case.updated_at = register.sha256, moment
            entry = chained(
                desk.vault, case, {}, who, case.version + 1, previous.get(case.id, audit.START)
            )
            case.version += 1
        summarise(case, evaluation)
        yield _Looked(file, evaluation, seen, [*gaps, gap_spans.seen(evaluation)], entry)


def _newest_digests(session: Session, case_ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(
        select(Change.case_id, Change.digest)
        .where(Change.case_id.in_(case_ids))
        .order_by(Change.case_id, Change.sequence)
    )
    return {row.case_id: row.digest for row in rows}


def _unchanged(session: Session, looked: list[_Looked], done: Done) -> list[_Looked]:
    """Those that are as they were when they were looked at, held until the transaction ends."""
    rows = session.execute(
        select(Case.id, Case.version, Case.evaluated_at, Case.team_id, Case.status)
        .where(Case.id.in_([one.file.case.id for one in looked]))
        .order_by(Case.id)
        .with_for_update()
    )
    present = {row[0]: tuple(row[1:]) for row in rows}
    found = []
    for one in looked:
        case_id = one.file.case.id
        if present.get(case_id) == one.seen:
            found.append(one)
        elif case_id in present:
            done.again.append(case_id)
    return found


def _write(desk: Desk, looked: list[_Looked]) -> None:
    session, ids = desk.session, [one.file.case.id for one in looked]
    if not ids:
        return
    session.execute(
        update(Case.__table__)  # type: ignore[arg-type]
        .where(Case.id == bindparam("of"))
        .values({name: bindparam(name) for name in SUMMARY}),
        [
            {"of": one.file.case.id} | {name: getattr(one.file.case, name) for name in SUMMARY}
            for one in looked
        ],
    )
    _replace(
        session,
        StoredFinding,
        "check_id",
        ids,
        (
            row
            for one in looked
            for row in finding_rows(one.file.case.id, one.file.document, one.evaluation)
        ),
    )
    _replace(
        session,
        StoredGate,
        "gate_id",
        ids,
        (row for one in looked for row in gate_rows(one.file.case.id, one.evaluation)),
    )
    gap_spans.record_spans(
        session, {one.file.case.id: (one.file.case.team_id, one.gaps) for one in looked}
    )
    _replace(
        session,
        CaseAlert,
        "alert_id",
        ids,
        (row for one in looked for row in alert_rows(one.file.case)),
    )
    _beside(desk, looked, ids)
    _count(desk, looked, ids)
    moved = [one.moved for one in looked if one.moved is not None]
    if moved:
        session.execute(insert(Change), [row_of(entry) for entry in moved])
        audit.record_all(
            session,
            "case.register-moved",
            [(entry.case_id, {"register": entry.register_sha256}) for entry in moved],
        )


def _replace(
    session: Session,
    table: type[StoredFinding] | type[StoredGate] | type[CaseAlert],
    name: str,
    ids: list[str],
    rows: Iterable[dict[str, Any]],
) -> None:
    """Makes the rows of these cases those given; what is the same already is not touched."""
    columns = list(table.__table__.columns)
    kept = {
        (row.case_id, getattr(row, name)): row._asdict()
        for row in session.execute(select(*columns).where(table.case_id.in_(ids)))
    }
    wanted = {(row["case_id"], row[name]): row for row in rows}
    gone = [key for key, row in kept.items() if wanted.get(key) != row]
    new = [row for key, row in wanted.items() if kept.get(key) != row]
    if gone:
        key = getattr(table, name)
        session.execute(
            delete(table.__table__).where(  # type: ignore[arg-type]
                and_(table.case_id == bindparam("of"), key == bindparam("which"))
            ),
            [{"of": of, "which": which} for of, which in gone],
        )
    if new:
        session.execute(insert(table), new)


def _beside(desk: Desk, looked: list[_Looked], ids: list[str]) -> None:
    """Violations with their clocks, and until when a closed case is kept: of the few that have any."""
    session = desk.session
    dated = set(session.scalars(select(Retention.case_id).where(Retention.case_id.in_(ids))))
    listed = set(session.scalars(select(Violation.case_id).where(Violation.case_id.in_(ids))))
    for one in looked:
        case, document = one.file.case, one.file.document
        if case.id in listed or document.get("violations"):
            store_violations(desk, case, document, one.evaluation.register)
        if case.id in dated or case.stage == retention.CLOSED:
            retention.settle(desk, case, one.evaluation)
    session.flush()


def _count(desk: Desk, looked: list[_Looked], ids: list[str]) -> None:
    """How these cases count now; what that changes in the totals is noted, and folded into them."""
    session, register = desk.session, desk.register
    rows = session.execute(
        select(CodedCase.case_id, CodedCase.team_id, CodedCase.coded).where(
            CodedCase.case_id.in_(ids)
        )
    )
    kept = {row.case_id: (row.team_id, row.coded) for row in rows}
    gone, new, entries = [], [], []
    for one in looked:
        case = one.file.case
        coded = counts.code(register, case, one.file.document, one.evaluation)
        after = coded.as_json()
        team_id, before = kept.get(case.id, (case.team_id, None))
        if (before, team_id) == (after, case.team_id):
            continue
        gone.append(case.id)
        new.append(
            {
                "case_id": case.id,
                "team_id": case.team_id,
                "quarter": coded.quarter,
                "register_sha256": register.sha256,
                "coded": after,
            }
        )
        entries.append({"team_id": team_id, "before": before, "after": after})
    session.execute(
        update(CodedCase)
        .where(CodedCase.case_id.in_(ids), CodedCase.register_sha256 != register.sha256)
        .values(register_sha256=register.sha256)
        .execution_options(synchronize_session=False)
    )
    if new:
        session.execute(
            delete(CodedCase)
            .where(CodedCase.case_id.in_(gone))
            .execution_options(synchronize_session=False)
        )
        session.execute(insert(CodedCase), new)
        session.execute(insert(CountEntry), entries)
        counts.fold(session, counts.AT_ONCE)


__all__ = ["Done", "reevaluate_many"]
