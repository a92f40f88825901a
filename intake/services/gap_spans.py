"""From when to when each gap of a case was open, kept beside it in the transaction that opens or closes the gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from intake.checklist.evaluation import Evaluation
from intake.checklist.spans import Gaps, Span, SpanBook, gaps_of
from intake.checklist.timing import changes_at
from intake.models import Case, GapSpan
from intake.services.case_file import CaseFile, evaluate_file, open_file
from intake.services.desk import Desk

Seen = tuple[dt.datetime, Gaps]
"""A moment, and what was a gap then."""


def seen(evaluation: Evaluation) -> Seen:
    """What an evaluation says of gaps."""
    return evaluation.case.as_of, gaps_of(evaluation)


def by_time(
    file: CaseFile, since: dt.datetime | None, until: dt.datetime
) -> Iterator[tuple[Seen, dt.datetime | None]]:
    """What was a gap at each moment before ``until`` at which time alone may have changed that, from ``since`` on.

    With each the moment that comes next.
    """
    while since is not None and since < until:
        evaluation = evaluate_file(file, since)
        since = changes_at(evaluation)
        yield seen(evaluation), since


def catch_up(desk: Desk, case: Case, until: dt.datetime) -> None:
    """Puts on record what time alone opened and closed before this, by the document as it lay until now.

    To be called before a case's document or register becomes another; called again, it does nothing.
    """
    if case.reevaluate_at is None or case.reevaluate_at >= until:
        return
    passed = list(by_time(open_file(desk, case), case.reevaluate_at, until))
    record_spans(desk.session, {case.id: (case.team_id, [one for one, _next in passed])})
    case.reevaluate_at = passed[-1][1]


def keep_spans(session: Session, case: Case, evaluation: Evaluation) -> None:
    """Opens and closes spans as this evaluation has the gaps, in the transaction under way."""
    record_spans(session, {case.id: (case.team_id, [seen(evaluation)])})


def record_spans(session: Session, cases: Mapping[str, tuple[int, Sequence[Seen]]]) -> None:
    """Opens and closes the spans of these cases, each by its team and what was seen of it, oldest first."""
    books: dict[str, SpanBook] = {case_id: SpanBook() for case_id in cases}
    still_open = select(GapSpan).where(GapSpan.case_id.in_(books), GapSpan.closed_at.is_(None))
    for row in session.scalars(still_open.execution_options(populate_existing=True)):
        books[row.case_id].open[row.check_id] = row.as_span()
    new: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    never: list[dict[str, Any]] = []
    for case_id, (team_id, moments) in cases.items():
        book = books[case_id]
        kept = {(span.check, span.opened_at) for span in book.open.values()}
        for at, gaps in moments:
            book.see(at, gaps)
        are = {(span.check, span.opened_at): span for span in book.spans}
        for check, opened_at in sorted(kept):
            span = are.get((check, opened_at))
            key = {"of": case_id, "which": check, "since": opened_at}
            if span is None:
                never.append(key)
            elif span.closed_at is not None:
                ended.append(key | {"until": span.closed_at})
        new += rows_of(case_id, team_id, (span for key, span in are.items() if key not in kept))
    _write(session, new, ended, never)


def _write(
    session: Session,
    new: list[dict[str, Any]],
    ended: list[dict[str, Any]],
    never: list[dict[str, Any]],
) -> None:
    table = cast(Table, GapSpan.__table__)
    one = and_(
        GapSpan.case_id == bindparam("of"),
        GapSpan.check_id == bindparam("which"),
        GapSpan.opened_at == bindparam("since"),
    )
    if never:
        session.execute(delete(table).where(one), never)
    if ended:
        closing = update(table).where(one).values(closed_at=bindparam("until"))
        session.execute(closing, ended)
    if new:
        session.execute(insert(GapSpan), new)


def rows_of(case_id: str, team_id: int, spans: Iterable[Span]) -> list[dict[str, Any]]:
    """The spans of a case as rows."""
    return [
        {
            "case_id": case_id,
            "team_id": team_id,
            "check_id": span.check,
            "section": span.section,
            "severity": span.severity,
            "opened_at": span.opened_at,
            "closed_at": span.closed_at,
        }
        for span in spans
    ]


__all__ = [
    "Seen",
    "by_time",
    "catch_up",
    "keep_spans",
    "record_spans",
    "rows_of",
    "seen",
]
