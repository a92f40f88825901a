"""Cases copied for measuring are cases like any other: sealed, chained, found by name, counted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from intake.commands.population import ids
from intake.models import Case, CodedCase, StoredFinding, User, now
from intake.services.bulk import BulkWriter, Plan, Step
from intake.services.case_file import changes_since, open_file
from intake.services.desk import Desk
from intake.services.names import called
from intake.services.recount import differences
from intake.services.verify import verify_histories, verify_trail
from tests.services.conftest import find

OTHERS = ("Itzel Canul Pech", "Jean Baptiste Étienne")


def copied(here: Desk) -> list[Case]:
    """A case with its copies, in the order of their numbers."""
    ana = (
        here.session.scalars(select(User).where(User.email == "ana@intake.example")).unique().one()
    )
    assert ana.team_id is not None
    first = now() - dt.timedelta(days=2)
    opened = {
        "identity.name": "Rosa Ek Tun",
        "profile.country": "MX",
        "profile.encounter_at": first.isoformat(),
    }
    answered = {"answers.rights.informed": {"value": "no"}}
    steps = (
        Step(first, ana.id, "opened", opened),
        Step(first + dt.timedelta(hours=1), ana.id, "section-saved", answered),
        Step(first + dt.timedelta(hours=2), ana.id, "submitted"),
    )
    before = set(here.session.scalars(select(Case.id)))
    assert BulkWriter(here, ids(7)).write([Plan(ana.team_id, steps, OTHERS)]) == 3
    found = here.session.scalars(select(Case).where(Case.id.not_in(before)).order_by(Case.number))
    return list(found.unique())


def test_a_copy_has_a_name_a_number_and_a_history_of_its_own(here: Desk) -> None:
    cases = copied(here)
    assert [open_file(here, case).name for case in cases] == ["Rosa Ek Tun", *OTHERS]
    assert len({case.number for case in cases} | {case.place_worst for case in cases}) == 6
    assert len({case.wrapped_key for case in cases}) == 3
    for case, name in zip(cases, ("Rosa Ek Tun", *OTHERS), strict=True):
        history = changes_since(here, case, 0)
        assert history[0].changes["identity.name"] == (None, name)
        assert [one.kind for one in history] == ["opened", "section-saved", "submitted"]
    assert verify_trail(here.session) is None
    assert verify_histories(here.session) is None


def test_a_copy_is_found_by_its_own_name_and_counted(here: Desk) -> None:
    cases = copied(here)
    for case, name in zip(cases, ("Ek Tun", "Canul", "Etienne"), strict=True):
        assert here.session.scalars(select(Case.id).where(called(here, name))).all() == [case.id]
    findings = [
        here.session.execute(
            select(StoredFinding.check_id, StoredFinding.status, StoredFinding.due)
            .where(StoredFinding.case_id == case.id)
            .order_by(StoredFinding.check_id)
        ).all()
        for case in cases
    ]
    assert findings[0] == findings[1] == findings[2] != []
    assert all(here.session.get(CodedCase, case.id) for case in cases)
    assert list(differences(here)) == []
    assert find(here, "TAP-2026-0001").id not in {case.id for case in cases}
