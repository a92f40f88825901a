"""From when to when the gaps of a case were open, told anew from the history of its saves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from intake.checklist.spans import Span, SpanBook
from intake.checklist.timing import changes_at
from intake.models import Case, GapSpan, TallyState
from intake.services.case_file import CaseFile, changes_since, evaluate_file, open_file, put_into
from intake.services.desk import Desk
from intake.services.gap_spans import by_time, rows_of, seen

AT_ONCE = 200


class GapHistory:
    """Goes through the versions of a case from the first to the last, and notes when which gap was open."""

    def __init__(self, file: CaseFile) -> None:
        self.file, self.book = file, SpanBook()
        self.next: dt.datetime | None = None
        """When time alone may change what is a gap."""

    def pass_time(self, until: dt.datetime) -> None:
        """What time alone opened and closed before that, with the document as it lies now."""
        for moment, following in by_time(self.file, self.next, until):
            self.book.see(*moment)
            self.next = following

    def look(self, at: dt.datetime) -> None:
        """What is a gap with the document as it lies now, at that moment."""
        evaluation = evaluate_file(self.file, at)
        self.book.see(*seen(evaluation))
        self.next = changes_at(evaluation)


@dataclass(frozen=True)
class Told:
    """What the history of a case says of its gaps."""

    spans: list[Span]
    known_since: dt.datetime | None
    """None where all of it is known; else the gaps that are the oldest here may have been there before."""


@dataclass
class Recounted:
    """What came of telling many cases' gaps anew."""

    cases: int = 0
    differing: int = 0
    unknown: int = 0
    """Of so many cases an early part of the history cannot be known: when their oldest gaps began."""


def told_by_history(desk: Desk, case: Case) -> Told:
    """The spans of the case up to its last evaluation, as its saves have them.

    A save whose register is kept no longer, or that is not there, hides what was a gap until the next.
    """
    newest = open_file(desk, case)
    document = json.loads(json.dumps(newest.document))
    saves = changes_since(desk, case, 0)
    for save in reversed(saves):
        for key, (old, _new) in save.changes.items():
            put_into(document, key, old)
    history = GapHistory(newest)
    known, hidden = None, False
    for place, save in enumerate(saves, 1):
        history.pass_time(save.at)
        for key, (_old, new) in save.changes.items():
            put_into(document, key, new)
        try:
            register = desk.shelf.of(desk.session, save.register_sha256)
        except LookupError:
            history.next, hidden = None, True
            continue
        history.file = CaseFile(case, document, register)
        history.look(save.at)
        if known is None and (hidden or save.sequence != place):
            known = save.at
        hidden = False
    history.file = newest
    history.pass_time(case.evaluated_at)
    history.look(case.evaluated_at)
    # what is written first is all there is of a case whose saves are gone
    return Told(history.book.spans, known or (None if saves else case.evaluated_at))


def tell_all(desk: Desk, advance: Callable[[int], None], *, check: bool = False) -> Recounted:
    """Tells the gaps of every case anew and keeps them so; ``check``: only says how many are kept otherwise.

    A transaction for so many cases at a time; stopped anywhere, it can be begun again.
    """
    found, last = Recounted(), ""
    while True:
        ids = desk.session.scalars(
            select(Case.id).where(Case.id > last).order_by(Case.id).limit(AT_ONCE)
        ).all()
        if not ids:
            break
        last = ids[-1]
        if check:
            for case_id in ids:
                _tell(desk, case_id, found, keep=False)
            desk.session.rollback()
        else:
            with desk.writing():
                for case_id in ids:
                    _tell(desk, case_id, found, keep=True)
        desk.session.expunge_all()
        advance(len(ids))
    if not check:
        with desk.writing() as session:
            session.execute(update(TallyState).where(TallyState.id == 1).values(history=True))
    return found


def _tell(desk: Desk, case_id: str, found: Recounted, *, keep: bool) -> None:
    session, query = desk.session, select(Case).where(Case.id == case_id)
    case = session.scalars(query.with_for_update() if keep else query).unique().one_or_none()
    if case is None:  # it ended meanwhile
        return
    told = told_by_history(desk, case)
    rows = session.scalars(
        select(GapSpan)
        .where(GapSpan.case_id == case_id)
        .order_by(GapSpan.check_id, GapSpan.opened_at)
        .execution_options(populate_existing=True)
    ).all()
    found.cases += 1
    found.unknown += told.known_since is not None
    same = [row.as_span() for row in rows] == told.spans
    same = same and all(row.team_id == case.team_id for row in rows)
    if same:
        return
    found.differing += 1
    if keep:
        session.execute(
            delete(GapSpan)
            .where(GapSpan.case_id == case_id)
            .execution_options(synchronize_session=False)
        )
        for row in rows:
            session.expunge(row)
        if told.spans:
            session.execute(insert(GapSpan), rows_of(case.id, case.team_id, told.spans))


__all__ = ["GapHistory", "Recounted", "Told", "tell_all", "told_by_history"]
