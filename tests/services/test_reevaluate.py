"""What time changes is stored for every case that opens, whatever became of the others."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from sqlalchemy import select, update

from intake.models import Case, now
from intake.services.desk import Desk
from intake.services.reevaluate import reevaluate, reevaluate_due
from tests.services.conftest import put

DAMAGED, SOUND = "TAP-2026-0001", "TAP-2026-0002"


def make_due(here: Desk) -> None:
    """The damaged case is due first, one more after it, and no other."""
    with here.writing() as session:
        case = session.scalars(select(Case).where(Case.number == DAMAGED)).one()
        document = bytes([*case.document[:-1], case.document[-1] ^ 1])
        never = now() + dt.timedelta(days=900)
        session.execute(update(Case).values(reevaluate_at=never))
        for number, days, more in ((DAMAGED, 2, {"document": document}), (SOUND, 1, {})):
            past = now() - dt.timedelta(days=days)
            session.execute(
                update(Case).where(Case.number == number).values(reevaluate_at=past, **more)
            )


@pytest.mark.parametrize("limit", [1, 25])
def test_a_case_that_does_not_open_holds_up_no_other(
    here: Desk, caplog: pytest.LogCaptureFixture, limit: int
) -> None:
    put(here, DAMAGED, {"identity.name": "Xochiquetzal"})
    make_due(here)
    with caplog.at_level(logging.ERROR, "intake"):
        assert reevaluate_due(here, limit) == 1
    due = select(Case.number).where(Case.reevaluate_at <= now())
    assert here.session.scalars(due).all() == [DAMAGED], "it stays due"
    case_id = here.session.scalars(select(Case.id).where(Case.number == DAMAGED)).one()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "intake"]
    assert line == f"case {case_id} cannot be re-evaluated: SealBroken"
    assert reevaluate_due(here, limit) == 0, "whoever goes on until nothing is due comes to an end"


def test_a_case_that_was_erased_meanwhile_is_left_at_that(here: Desk) -> None:
    reevaluate(here, "00000000-0000-4000-8000-000000000000")


def test_where_very_many_do_not_open_nobody_tries_them_all(
    here: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.writing() as session:
        past = now() - dt.timedelta(days=1)
        session.execute(update(Case).values(document=b"no case", reevaluate_at=past))
    monkeypatch.setattr("intake.services.reevaluate.MOST_BROKEN", 2)
    with caplog.at_level(logging.ERROR, "intake"):
        assert reevaluate_due(here, 2) == 0
    assert len([one for one in caplog.records if one.name == "intake"]) == 2
