"""The supervisor's queue: reads stored findings only, never a case's document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, false, select

from intake.models import (
    CASE_NUMBER,
    Case,
    CodedCase,
    GapSpan,
    StoredFinding,
    StoredGate,
    User,
    now,
)
from intake.services.alerts import with_alert
from intake.services.board_history import end_of, open_at, zone_of_team
from intake.services.desk import Desk
from intake.services.few import Among, counted
from intake.services.names import named
from intake.services.numbers import numbered
from intake.services.queue_query import QueueQuery
from intake.services.rights import Action, covered_cases, visible_cases

PAGE = 50


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue, as of a moment."""

    cases: Sequence[Case]
    as_of: dt.datetime
    total: int
    """How many fit, counted anew for this page; one more than COUNTED where there are more. A search by name says only
    how many are shown, so that nothing is counted for it."""
    after: str = ""
    """Where the next page begins; nothing on the last."""
    before: str = ""
    """Where the page before ends; nothing on the first."""

    @property
    def more(self) -> bool:
        """Whether there is a next page."""
        return bool(self.after)


def cases_in_queue(desk: Desk, person: User, asked: QueueQuery) -> QueuePage:
    """The cases this person may review, filtered and sorted, a page at a time.

    A page begins after a case and not at a number, so that none is shown twice or skipped while others work, and the
    last page is found as fast as the first.
    """
    moment = now()
    looked_for = _looked_for(desk, person, asked)
    fitting = _fitting(desk, person, asked, moment, looked_for)
    place, descending = _places(asked.sort)
    query, backwards = fitting, bool(asked.before)
    edge = asked.before or asked.after
    if edge:
        query = query.where(place < edge if descending != backwards else place > edge)
    # few are sorted; an index in that order would lead past all other cases to them
    by = place.concat("") if any(among.few for among in looked_for) else place
    order = by.desc() if descending != backwards else by.asc()
    rows = list(desk.session.scalars(query.order_by(order).limit(PAGE + 1)).unique())
    further, cases = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        cases.reverse()
    total = len(cases) if asked.name else counted(desk, fitting)
    ahead, behind = (True, further) if backwards else (further, bool(asked.after))
    return QueuePage(
        cases,
        moment,
        total,
        after=_place_of(asked.sort, cases[-1]) if cases and ahead else "",
        before=_place_of(asked.sort, cases[0]) if cases and behind else "",
    )


def cases_that_fit(desk: Desk, person: User, asked: QueueQuery, most: int) -> list[str]:
    """The ids of all cases of the queue that fit, those that come first, of which the person may print any."""
    looked_for = _looked_for(desk, person, asked)
    query = _fitting(desk, person, asked, now(), looked_for).where(
        visible_cases(person, "case.print")
    )
    place, descending = _places(asked.sort)
    order = place.desc() if descending else place.asc()
    sorted_ids = query.order_by(order).with_only_columns(Case.id).limit(most)
    return list(desk.session.scalars(sorted_ids))


def _fitting(
    desk: Desk, person: User, asked: QueueQuery, moment: dt.datetime, looked_for: Sequence[Among]
) -> Select[Case]:
    query = select(Case).where(visible_cases(person, "case.review"))
    if asked.status:
        query = query.where(Case.status == asked.status)
    if asked.stage:
        query = query.where(Case.stage == asked.stage)
    if asked.caseworker is not None:
        query = query.where(Case.caseworker_id == asked.caseworker)
    if asked.overdue:
        query = query.where(Case.next_due < moment)
    if asked.open_day:
        then = open_at(end_of(asked.open_day, zone_of_team(person), moment))
        about = _about(desk, asked, GapSpan)
        query = query.where(exists().where(GapSpan.case_id == Case.id, then, *about))
    found = _findings(desk, asked, moment)
    if found:
        query = query.where(exists().where(StoredFinding.case_id == Case.id, *found))
    if asked.gate:
        is_open = {"open": (True,), "shut": (False,)}.get(asked.gate_state, (True, False))
        state = (StoredGate.gate_id == asked.gate, StoredGate.is_open.in_(is_open))
        query = query.where(exists().where(StoredGate.case_id == Case.id, *state))
    coded = _coded(asked)
    if coded:
        query = query.where(exists().where(CodedCase.case_id == Case.id, *coded))
    for among in looked_for:
        query = query.where(among.condition)
    return query


def _looked_for(desk: Desk, person: User, asked: QueueQuery) -> list[Among]:
    """What is found by an index of its own."""
    found = []
    if asked.alert:
        found.append(with_alert(desk, person, asked.alert))
    if asked.name:
        found.append(named(desk, asked.name, person.team_id or -1))
    if asked.number:
        found.append(numbered(desk, person, asked.number))
    return found


def _findings(desk: Desk, asked: QueueQuery, moment: dt.datetime) -> list[ColumnElement[bool]]:
    """What one finding of the case has to be: a gap, or anything that is overdue where that is asked."""
    found = [] if asked.open_day else _about(desk, asked, StoredFinding)
    if asked.authority:
        found.append(StoredFinding.authority == asked.authority)
    if asked.cause:
        found.append(StoredFinding.cause == asked.cause)
    if found:
        found.append(StoredFinding.due < moment if asked.overdue else StoredFinding.status == "gap")
    return found


def _about(
    desk: Desk, asked: QueueQuery, table: type[StoredFinding] | type[GapSpan]
) -> list[ColumnElement[bool]]:
    """Which gap it has to be, of those there are or of those there were."""
    found: list[ColumnElement[bool]] = []
    if asked.severity:
        found.append(table.severity == asked.severity)
    if asked.section and table is GapSpan:
        # the section it was in then: newer rules may have it elsewhere
        found.append(GapSpan.section == asked.section)
    elif asked.section:
        section = desk.register.section(asked.section)
        found.append(table.check_id.in_([one.id for one in section.checks] if section else []))
    if asked.check:
        found.append(table.check_id == asked.check)
    return found


def _coded(asked: QueueQuery) -> list[ColumnElement[bool]]:
    """What the coded facts of the case have to say."""
    found: list[ColumnElement[bool]] = []
    if asked.quarter:
        found.append(CodedCase.quarter == asked.quarter)
    if asked.timed:
        found.append(CodedCase.coded["steps", asked.timed].as_integer().is_not(None))
    if asked.counted:
        measure, _colon, group = asked.counted.rpartition(":")
        # PostgreSQL takes no path with an empty step
        coded = CodedCase.coded["groups", measure].as_string() == group
        found.append(coded if measure else false())
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


def _places(sort: str) -> tuple[ColumnElement[str], bool]:
    """The column that says where a case stands in that order, and whether the order is from high to low."""
    match sort:
        case "due":
            return Case.place_due.expression, False
        case "updated":
            return Case.place_updated.expression, True
        case "number":
            return Case.number.expression, False
        case _:
            return Case.place_worst.expression, False


def _place_of(sort: str, case: Case) -> str:
    places = {"due": case.place_due, "updated": case.place_updated, "number": case.number}
    return places.get(sort, case.place_worst)


def caseworkers(desk: Desk, person: User) -> Sequence[User]:
    """The people whose cases this person may review, by name."""
    return (
        desk.session.scalars(
            select(User)
            # person by person: the cases of each are not read, only whether there is one
            .where(
                exists().where(Case.caseworker_id == User.id, visible_cases(person, "case.review"))
            )
            .order_by(User.name)
        )
        .unique()
        .all()
    )
