"""Who may decide on a case: nobody who did the work, and nobody who stands in for whoever does it now."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select, update

from intake.models import Cover, User, now
from intake.services import review, save, team
from intake.services.desk import Desk
from intake.services.rights import may_review
from tests.services.conftest import find

NUMBER = "TAP-2026-0001"


def person(here: Desk, name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return here.session.scalars(query).unique().one()


@pytest.mark.parametrize("wrote", [False, True])
def test_whoever_stood_in_and_wrote_nothing_may_decide_once_it_is_over(
    here: Desk, wrote: bool
) -> None:
    sofia, today = person(here, "sofia"), dt.datetime.now(dt.UTC).date()
    team.set_cover(
        here, sofia, absent_id=person(here, "ana").id, covering_id=sofia.id,
        first=today - dt.timedelta(days=1), last=today + dt.timedelta(days=2),
    )  # fmt: skip
    if wrote:
        case = find(here, NUMBER)
        save.save(
            here, case, person(here, "sofia"), {"answers.rights.informed": {"value": "no"}},
            base=case.version, operation=str(uuid.uuid4()), kind="section-saved",
        )  # fmt: skip
    case = find(here, NUMBER)
    if case.status != "submitted":
        review.submit_for_review(
            here, case, person(here, "ana"), base=case.version, operation=str(uuid.uuid4())
        )
    assert not may_review(person(here, "sofia"), find(here, NUMBER))
    with here.writing() as session:
        session.execute(update(Cover).values(ends_at=now()))
    assert may_review(person(here, "sofia"), find(here, NUMBER)) is not wrote
