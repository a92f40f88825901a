"""The running totals are what the cases say, whatever was done to the cases."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text

from intake.models import (
    AnonymousCase,
    Case,
    CodedCase,
    CountEntry,
    Erasure,
    Tally,
    TallyState,
    User,
)
from intake.services import counts, erasure, recount
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.files import FileStore
from intake.services.keep import Who, keep
from intake.services.save import open_case
from intake.web.guard import desk
from tests.services.conftest import assert_counted_right, close, find, put


def totals(here: Desk, **where: object) -> dict[tuple[str, str], int]:
    """Measure and cell of the totals that fit, folded first."""
    assert counts.fold_all(here)
    query = select(Tally.measure, Tally.cell, func.sum(Tally.n)).where(Tally.dimension == "")
    for name, value in where.items():
        query = query.where(getattr(Tally, name) == value)
    return {
        (m, c): n for m, c, n in here.session.execute(query.group_by(Tally.measure, Tally.cell))
    }


def test_the_demo_is_counted_as_a_plain_recount_counts_it(here: Desk) -> None:
    """Counted here once more by plain SQL and Python, with nothing of the counting code."""
    assert_counted_right(here)
    assert counts.fold_all(here)
    session = here.session
    cases = session.scalar(text("select count(*) from child_case"))
    assert totals(here, team_id=1)["case", ""] + totals(here, team_id=2)["case", ""] == cases
    for team_id in (1, 2):
        kept = totals(here, team_id=team_id)
        gates = session.execute(
            text(
                "select gate_id, is_open, count(*) from gate join child_case on id = case_id"
                " where team_id = :team group by gate_id, is_open"
            ),
            {"team": team_id},
        )
        expected = {
            ("gate", f"{one}:{'open' if is_open else 'shut'}"): n for one, is_open, n in gates
        }
        assert {key: n for key, n in kept.items() if key[0] == "gate"} == expected
        rows = session.execute(
            text(
                "select case_id, check_id, severity, authority, due, finding.status as status from finding"
                " join child_case on id = case_id where team_id = :team"
            ),
            {"team": team_id},
        ).all()
        gaps = Counter(
            ("gap", pair)
            for _case, pair in {
                (row.case_id, f"{here.register.section_of[row.check_id].id}:{row.severity}")
                for row in rows
                if row.status == "gap"
            }
        ) + Counter(
            ("gap", f"any:{severity}")
            for _case, severity in {
                (row.case_id, row.severity) for row in rows if row.status == "gap"
            }
        )
        assert {key: n for key, n in kept.items() if key[0] == "gap"} == gaps
        now = dt.datetime.now(dt.UTC)

        def passed(due: Any, moment: dt.datetime = now) -> bool:
            if due is None:
                return False
            when = dt.datetime.fromisoformat(due) if isinstance(due, str) else due
            return bool(when.replace(tzinfo=when.tzinfo or dt.UTC) < moment)

        overdue = Counter(
            ("overdue", authority)
            for _case, authority in {(r.case_id, r.authority) for r in rows if passed(r.due)}
        )
        assert {key: n for key, n in kept.items() if key[0] == "overdue"} == overdue


def test_each_save_moves_the_totals_with_it(here: Desk) -> None:
    before = totals(here, team_id=1)
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number)
    ).first()
    assert number
    heard = ("ind.heard.heard", "every-step")
    put(here, number, {"answers.participation.heard": {"value": "yes"}})
    told = totals(here, team_id=1)[heard]
    put(here, number, {"answers.participation.heard": {"value": "no"}})
    assert totals(here, team_id=1).get(heard, 0) == told - 1
    assert totals(here, team_id=1)["case", ""] == before["case", ""]
    assert_counted_right(here)


def test_a_first_contact_corrected_moves_the_case_to_its_quarter(here: Desk) -> None:
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number.desc())
    ).first()
    assert number
    put(here, number, {"profile.encounter_at": "2025-02-03T10:00:00-06:00"})
    assert totals(here, team_id=1, quarter="2025-Q1")["case", ""] == 1
    assert totals(here, team_id=0, quarter="2025-Q1")["case", ""] == 1
    put(here, number, {"profile.encounter_at": "2025-04-03T10:00:00-06:00"})
    assert totals(here, quarter="2025-Q1") == {}
    assert_counted_right(here)


def test_hours_in_detention_are_kept_once_the_child_is_elsewhere(here: Desk) -> None:
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number.desc())
    ).first()
    assert number
    began = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    put(here, number, {"profile.custody": "inm", "profile.custody_since": began.isoformat()})
    ended = began + dt.timedelta(hours=50)
    put(here, number, {"profile.custody": "dif", "profile.custody_since": ended.isoformat()})
    kept = here.session.get_one(CodedCase, find(here, number).id)
    assert (
        kept.coded["steps"]["ind.detention.hours-held"] == 52
    )  # the step of four hours that 50 lies in
    again = ended + dt.timedelta(days=2)
    put(here, number, {"profile.custody": "ice", "profile.custody_since": again.isoformat()})
    over = again + dt.timedelta(hours=10)
    put(here, number, {"profile.custody": "family", "profile.custody_since": over.isoformat()})
    here.session.expire_all()
    kept = here.session.get_one(CodedCase, find(here, number).id)
    assert kept.coded["steps"]["ind.detention.hours-held"] == 60
    assert_counted_right(here)


def test_a_child_held_at_the_border_by_the_passing_of_time_counts_as_held(here: Desk) -> None:
    """Nothing is saved when the 72 hours are over; the next custody tells how long the child was there."""
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number.desc())
    ).first()
    assert number
    began = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    held = ("ind.detention.held", "ind.detention.hours-held")

    def counted() -> tuple[object, object]:
        coded = here.session.get_one(CodedCase, find(here, number).id, populate_existing=True).coded
        return coded["groups"].get(held[0]), coded["steps"].get(held[1])

    elsewhere = {"profile.custody": "family", "profile.custody_since": began.isoformat()}
    put(here, number, elsewhere | {"profile.country": "US", "answers.non-detention.not-held": None})
    assert counted() == ("rest", None)
    put(here, number, {"profile.custody": "cbp", "profile.custody_since": began.isoformat()})
    with here.writing():
        # as if nobody had saved since: the record does not know of the detention yet
        case = find(here, number)
        document = json.loads(json.dumps(open_file(here, case).document))
        document.pop("holding", None)
        who = Who(
            case.caseworker_id, str(uuid.uuid4()), "time-passed", began + dt.timedelta(hours=3)
        )
        keep(here, case, document, {}, who, version=case.version + 1)
    assert counted() == ("rest", None)
    after = began + dt.timedelta(hours=100)
    put(here, number, {"profile.custody": "orr", "profile.custody_since": after.isoformat()})
    assert counted() == ("ever", 120)
    quick = after + dt.timedelta(hours=5)
    put(here, number, {"profile.custody": "family", "profile.custody_since": quick.isoformat()})
    assert counted() == ("ever", 120)
    assert_counted_right(here)


def test_a_word_added_to_a_note_makes_an_answer_no_younger(here: Desk) -> None:
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number.desc())
    ).first()
    assert number
    key = "answers.counsel.assigned"
    put(here, number, {key: {"value": "yes"}})
    first = _document(here, number)["answers"]["counsel.assigned"]
    put(here, number, {key: {"value": "yes", "note": "Lic. Ficticia"}})
    second = _document(here, number)["answers"]["counsel.assigned"]
    assert second["since"] == first["since"] == first["at"] < second["at"]
    put(here, number, {key: {"value": "no"}})
    put(here, number, {key: {"value": "yes"}})
    assert _document(here, number)["answers"]["counsel.assigned"]["since"] > second["at"]


def _document(here: Desk, number: str) -> dict[str, Any]:
    return json.loads(json.dumps(open_file(here, find(here, number)).document))


@pytest.mark.parametrize("kind", ["erase", "anonymise"])
def test_an_erased_case_counts_no_more_and_an_anonymised_one_counts_on(
    here: Desk, kind: str, app: Flask
) -> None:
    number = here.session.scalars(
        select(Case.number).where(Case.team_id == 1).order_by(Case.number.desc())
    ).first()
    assert number
    nation, team = totals(here, team_id=0)["case", ""], totals(here, team_id=1)["case", ""]
    close(here, number)
    case = find(here, number)
    people = {
        user.email.split("@")[0]: user for user in here.session.scalars(select(User)).unique()
    }
    operation = str(uuid.uuid4())
    erasure.propose(
        here,
        case,
        people["sofia"],
        kind=kind,
        ground="request",
        reason="x" * 30,
        operation=operation,
    )
    proposal = here.session.get_one(Erasure, operation)
    erasure.confirm(
        here,
        FileStore(app.extensions["intake.settings"].instance / "attachments"),
        proposal,
        people["admin"],
    )
    assert here.session.get(CodedCase, case.id) is None
    assert totals(here, team_id=1)["case", ""] == team - 1
    assert totals(here, team_id=0)["case", ""] == nation - (kind == "erase")
    if kind == "anonymise":
        left = here.session.scalars(select(AnonymousCase)).one()
        assert left.coded
        state, _authority, nationality, _age, sex = left.coded["traits"]
        assert (state, nationality, sex) == ("unknown", "unknown", "unknown")
    assert_counted_right(here)


def test_a_case_anonymised_before_cases_were_counted_counts_after_a_recount(here: Desk) -> None:
    nation = totals(here, team_id=0)["case", ""]
    with here.writing() as session:
        session.add(
            AnonymousCase(
                id=str(uuid.uuid4()),
                country="MX",
                quarter="2024-Q3",
                facts={
                    "age": "10-12",
                    "facts": {"country": "MX", "custody": "dif", "trafficking_indicators": True},
                    "findings": {
                        "participation.heard": {"status": "satisfied", "severity": "critical"}
                    },
                },
            )
        )
    recount.set_right(here)
    assert totals(here, team_id=0)["case", ""] == nation + 1
    kept = totals(here, team_id=0, quarter="2024-Q3", country="MX")
    assert kept["ind.heard.heard", "every-step"] == 1
    assert kept["ind.security-risks.trafficking", "signs"] == 1


def test_a_recount_says_what_differs_and_sets_it_right(here: Desk) -> None:
    assert counts.fold_all(here)
    with here.writing() as session:
        session.execute(delete(Tally).where(Tally.measure == "case", Tally.team_id == 1))
        session.execute(text("update tally set n = n + 1 where team_id = 2 and measure = 'case'"))
    found = list(recount.differences(here))
    assert {one.team_id for one in found} == {1, 2}
    assert all(one.cell.measure == "case" for one in found)
    recount.set_right(here)
    assert_counted_right(here)


def test_cases_of_before_are_counted_by_a_recount(here: Desk) -> None:
    with here.writing() as session:
        for table in (CodedCase, CountEntry, Tally):
            session.execute(delete(table))
        session.execute(text("update tally_state set complete = false"))
    number = recount.number_of_cases(here)
    assert recount.code_all(here, lambda _n: None) == number
    assert recount.set_right(here) == number
    assert here.session.get_one(TallyState, 1, populate_existing=True).complete
    assert_counted_right(here)


def test_many_save_at_once_and_nothing_is_counted_twice_or_left_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folding comes often, in the midst of others' saves."""
    monkeypatch.setattr(counts, "EVERY", 3)
    failed: list[BaseException] = []

    def work(email: str) -> None:
        try:
            with app.test_request_context():
                person = (
                    desk().session.scalars(select(User).where(User.email == email)).unique().one()
                )
                for age in range(6, 14):
                    values = {"profile.age": age, "profile.country": "MX"}
                    case = open_case(desk(), person, values, str(uuid.uuid4()))
                    put(desk(), case.number, {"answers.participation.heard": {"value": "yes"}})
        except BaseException as error:
            failed.append(error)

    people = [f"{name}@intake.example" for name in ("ana", "beto", "carmen")]
    threads = [threading.Thread(target=work, args=(email,)) for email in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with app.test_request_context():
        assert_counted_right(desk())
        assert counts.fold_all(desk())
        assert_counted_right(desk())


def test_what_is_counted_says_nothing_of_who_the_child_is(here: Desk) -> None:
    person = (
        here.session.scalars(select(User).where(User.email == "ana@intake.example")).unique().one()
    )
    values = {
        "identity.name": "Xóchitl Inventada",
        "profile.birth_date": "2014-05-06",
        "profile.encounter_at": "2026-05-06T10:11:00-06:00",
        "profile.nationality": "GT",
    }
    case = open_case(here, person, values, str(uuid.uuid4()))
    kept = here.session.get_one(CodedCase, case.id)
    written = json.dumps([kept.coded, [e.after for e in here.session.scalars(select(CountEntry))]])
    for telling in ("Inventada", "2014", "05-06", "10:11", '"GT"', case.number, case.id):
        assert telling not in written
    assert kept.coded["traits"][3] == "10-12"  # twelve on the very day of the first contact
