"""From when to when gaps were open: kept with each save, and the same when told anew from the history."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from intake.models import Change, Erasure, GapSpan, StoredFinding, TallyState, User, now
from intake.services import erasure, reevaluate_many
from intake.services.all_cases import move_all_cases
from intake.services.desk import Desk
from intake.services.files import FileStore
from intake.services.gap_history import tell_all, told_by_history
from intake.services.reevaluate import reevaluate
from tests.population import populate
from tests.services.conftest import close, find, nothing, put
from tests.services.test_versions import changed_rules, put_in_force

NUMBER = "TAP-2026-0001"
CHECK = "rights.informed"


def spans(here: Desk, number: str = NUMBER, check: str = CHECK) -> list[GapSpan]:
    here.session.rollback()
    query = select(GapSpan).where(GapSpan.case_id == find(here, number).id)
    query = query.where(GapSpan.check_id == check).order_by(GapSpan.opened_at)
    return list(here.session.scalars(query.execution_options(populate_existing=True)))


def assert_told_alike(here: Desk) -> None:
    """Told anew from the history, every gap was open when it is kept to have been; those open are those of the queue."""
    found = tell_all(here, nothing, check=True)
    assert (found.differing, found.unknown) == (0, 0)
    still = set(
        here.session.execute(
            select(GapSpan.case_id, GapSpan.check_id, GapSpan.severity).where(
                GapSpan.closed_at.is_(None)
            )
        )
    )
    assert still == set(
        here.session.execute(
            select(StoredFinding.case_id, StoredFinding.check_id, StoredFinding.severity).where(
                StoredFinding.status == "gap"
            )
        )
    )


def test_a_save_opens_and_closes_a_span(here: Desk) -> None:
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "yes"}})
    before = len(spans(here))
    opening = now()
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "no"}})
    opened = spans(here)[-1]
    assert len(spans(here)) == before + 1
    assert (opened.section, opened.severity, opened.closed_at) == ("rights", "critical", None)
    assert opening <= opened.opened_at <= now()
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "unknown"}})
    assert len(spans(here)) == before + 1
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "yes"}})
    closed = spans(here)[-1]
    assert closed.opened_at == opened.opened_at
    assert closed.closed_at is not None
    assert_told_alike(here)


@pytest.mark.parametrize("together", [False, True])
def test_moments_that_passed_unnoticed_are_told_one_by_one(
    here: Desk, together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        here,
        NUMBER,
        {
            "profile.country": "US",
            "profile.custody": "cbp",
            "profile.custody_since": (now() - dt.timedelta(hours=10)).isoformat(),
            "answers.non-detention.not-held": {"value": "yes"},
        },
    )
    held = "non-detention.not-held"
    assert not [one for one in spans(here, check=held) if one.closed_at is None]
    later = now() + dt.timedelta(hours=200)
    for module in ("reevaluate", "reevaluate_many"):
        monkeypatch.setattr(f"intake.services.{module}.now", lambda: later)
    case = find(here, NUMBER)
    if together:
        assert reevaluate_many.reevaluate_many(here, [case.id]).cases == 1
    else:
        reevaluate(here, case.id)
    (opened,) = [one for one in spans(here, check=held) if one.closed_at is None]
    # the 72nd hour, not the hour at which somebody looked
    assert abs(opened.opened_at - (now() + dt.timedelta(hours=62))) < dt.timedelta(minutes=1)
    told = told_by_history(here, find(here, NUMBER))
    assert [one.as_span() for one in spans(here, check=held)] == [
        one for one in told.spans if one.check == held
    ]


def test_a_population_of_the_past_has_its_history(app: Flask, here: Desk) -> None:
    populate(app, 30)
    assert_told_alike(here)
    moments = here.session.scalars(select(GapSpan.opened_at)).all()
    assert min(moments) < now() - dt.timedelta(days=120)
    assert here.session.scalar(select(GapSpan.case_id).where(GapSpan.closed_at.is_not(None)))


def test_an_older_database_is_brought_up_to_date(app: Flask, here: Desk) -> None:
    populate(app, 20)
    kept = here.session.execute(select(GapSpan.__table__).order_by(text("1, 2, 3"))).all()
    with here.writing() as session:
        session.execute(delete(GapSpan))
        session.execute(update(TallyState).values(history=False))
    number = tell_all(here, nothing, check=True)
    assert number.differing > 15
    assert here.session.scalar(select(TallyState.history)) is False
    assert tell_all(here, nothing).differing == number.differing
    assert here.session.execute(select(GapSpan.__table__).order_by(text("1, 2, 3"))).all() == kept
    assert here.session.scalar(select(TallyState.history)) is True
    assert tell_all(here, nothing).differing == 0


def test_what_cannot_be_known_is_said(here: Desk) -> None:
    """The register of the first save is kept no longer: the gaps of the second may have been there before it."""
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "no"}})
    case = find(here, NUMBER)
    with here.writing() as session:
        session.execute(
            update(Change)
            .where(Change.case_id == case.id, Change.sequence == 1)
            .values(register_sha256="f" * 64)
        )
    case = find(here, NUMBER)
    second = here.session.scalar(
        select(Change.at).where(Change.case_id == case.id, Change.sequence == 2)
    )
    told = told_by_history(here, case)
    assert told.known_since == second == min(span.opened_at for span in told.spans)
    assert tell_all(here, nothing, check=True).unknown == 1


def test_a_register_that_weighs_a_check_otherwise_begins_a_span(here: Desk, tmp_path: Path) -> None:
    check = "participation.support-person"
    put(here, NUMBER, {f"answers.{check}": {"value": "no"}})
    move_all_cases(here, put_in_force(here, changed_rules(tmp_path / "rules")))
    old, new = spans(here, check=check)[-2:]
    assert (old.severity, new.severity, new.closed_at) == ("medium", "critical", None)
    assert old.closed_at == new.opened_at
    assert_told_alike(here)


def test_spans_go_with_the_case(app: Flask, here: Desk) -> None:
    put(here, NUMBER, {f"answers.{CHECK}": {"value": "no"}})
    assert spans(here)
    case_id, operation = find(here, NUMBER).id, str(uuid.uuid4())
    close(here, NUMBER)
    people = {one.email.split("@")[0]: one for one in here.session.scalars(select(User)).unique()}
    asked = {"kind": "erase", "ground": "request", "reason": "x" * 30, "operation": operation}
    erasure.propose(here, find(here, NUMBER), people["sofia"], **asked)
    files = FileStore(app.extensions["intake.settings"].instance / "attachments")
    erasure.confirm(here, files, here.session.get_one(Erasure, operation), people["admin"])
    left = select(func.count()).select_from(GapSpan).where(GapSpan.case_id == case_id)
    assert here.session.scalar(left) == 0
    assert_told_alike(here)
