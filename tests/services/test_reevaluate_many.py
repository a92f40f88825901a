"""Cases evaluated anew together come out as each alone does, and nobody's save is written over."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from intake.models import (
    AuditEntry,
    Case,
    Change,
    CodedCase,
    Retention,
    StoredFinding,
    StoredGate,
    Violation,
    now,
)
from intake.services import keep
from intake.services import reevaluate_many as together
from intake.services.all_cases import move_all_cases, reevaluate_each
from intake.services.counts import fold_all
from intake.services.desk import Desk
from intake.services.recount import differences
from intake.services.reevaluate import reevaluate
from intake.services.reevaluate_many import reevaluate_many
from intake.services.verify import verify_histories, verify_trail
from tests.services.conftest import close, find, put
from tests.services.test_versions import changed_rules, put_in_force

NUMBER = "TAP-2026-0001"
PASSING = ("evaluated_at",)


def ids(here: Desk) -> list[str]:
    return list(here.session.scalars(select(Case.id).order_by(Case.id)))


def beside(here: Desk) -> dict[str, Any]:
    """All that an evaluation leaves beside the cases."""
    here.session.rollback()
    found: dict[str, Any] = {}
    for table in (Case, StoredFinding, StoredGate, CodedCase, Retention, Violation):
        columns = [one for one in table.__table__.columns if one.name not in PASSING]
        key = table.__mapper__.primary_key
        found[table.__tablename__] = [
            tuple(row) for row in here.session.execute(select(*columns).order_by(*key))
        ]
    return found


def test_what_is_stored_is_what_each_case_alone_gives(here: Desk) -> None:
    close(here, "TAP-2026-0002")
    put(here, NUMBER, {"answers.rights.informed": {"value": "no"}})
    # what lies beside is out of date in every way
    with here.writing() as session:
        session.execute(update(Case).values(gaps=99, place_worst="x", reevaluate_at=None))
        session.execute(update(StoredFinding).values(severity="low", due=None))
        session.execute(delete(StoredGate))
        session.execute(delete(StoredFinding).where(StoredFinding.status == "gap"))
        session.execute(delete(Retention))
    assert reevaluate_many(here, ids(here)).cases == len(ids(here))
    made = beside(here)
    for case_id in ids(here):
        reevaluate(here, case_id)
    assert made == beside(here)
    assert made["finding"] and made["gate"] and made["retention"]


def test_cases_are_moved_as_each_alone_is(here: Desk, tmp_path: Path) -> None:
    register = put_in_force(here, changed_rules(tmp_path / "rules"))
    number = len(ids(here))
    assert move_all_cases(here, register, at_once=2) == number
    made = beside(here)
    for case_id in ids(here):
        reevaluate(here, case_id)
    assert made == beside(here)
    assert set(here.session.scalars(select(Case.register_sha256))) == {register.sha256}
    entries = here.session.scalars(
        select(AuditEntry.case_id).where(AuditEntry.action == "case.register-moved")
    ).all()
    assert sorted(str(one) for one in entries) == ids(here)
    newest = select(Change.kind).join(Case, Case.id == Change.case_id)
    assert set(here.session.scalars(newest.where(Change.sequence == Case.version))) == {
        "register-moved"
    }
    assert verify_trail(here.session) is None
    assert verify_histories(here.session) is None
    assert move_all_cases(here, register) == 0


def test_the_totals_follow(here: Desk, tmp_path: Path) -> None:
    register = put_in_force(here, changed_rules(tmp_path / "rules"))
    move_all_cases(here, register)
    assert fold_all(here)
    assert list(differences(here)) == []


def test_a_case_that_somebody_saved_meanwhile_is_given_back(
    app: Flask, here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, case_id = app.extensions["intake.engine"], find(here, NUMBER).id

    def save_first(case: Case, evaluation: Any) -> None:
        if case.id == case_id:
            with engine.connect().execution_options(writes=True) as other, other.begin():
                newer = update(Case).where(Case.id == case_id)
                other.execute(newer.values(status="returned", gaps=77))
        keep.summarise(case, evaluation)

    monkeypatch.setattr(together, "summarise", save_first)
    done = reevaluate_many(here, ids(here))
    assert done.again == [case_id]
    assert done.cases == len(ids(here)) - 1
    assert find(here, NUMBER).gaps == 77
    monkeypatch.undo()
    assert reevaluate_each(here, done.again) == 1
    assert find(here, NUMBER).gaps != 77


def test_what_time_brought_about_is_recorded_as_always(here: Desk) -> None:
    soon = now() + dt.timedelta(hours=1)
    put(here, NUMBER, {"profile.return_at": soon.isoformat()})
    later = soon + dt.timedelta(days=1)
    case_id = find(here, NUMBER).id
    with pytest.MonkeyPatch.context() as patch:
        for module in ("reevaluate_many", "reevaluate"):
            patch.setattr(f"intake.services.{module}.now", lambda: later)
        done = reevaluate_many(here, ids(here))
        assert done.alone == [case_id]
        assert reevaluate_each(here, done.alone) == 1
    assert "returned_while_shut" in find(here, NUMBER).alerts
    assert verify_histories(here.session) is None


def test_a_case_that_is_gone_is_passed_over(here: Desk) -> None:
    assert reevaluate_each(here, [str(uuid.uuid4())]) == 0
