"""Work on a gap: kept with its history, never closing a gap, in step with the answers."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import select, update

from intake.models import Case, StoredFinding, User, now
from intake.services import gaps, reevaluate
from intake.services.case_file import changes_since, evaluate_file, open_file
from intake.services.desk import Desk, Refused
from intake.services.gap_work import Work, work_on
from intake.services.rights import may_review
from intake.services.save import Clashed, Saved
from tests.services.conftest import find, put

NUMBER = "TAP-2026-0001"
GAP = "rights.informed"


def person(here: Desk, name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return here.session.scalars(query).unique().one()


def keep(here: Desk, name: str, work: Work, *, base: int | None = None, check: str = GAP) -> Saved:
    case = find(here, NUMBER)
    return gaps.keep_work(
        here,
        case,
        person(here, name),
        check,
        work,
        base=case.version if base is None else base,
        operation=str(uuid.uuid4()),
    )


def opened(here: Desk, answer: str = "no") -> None:
    put(here, NUMBER, {f"answers.{GAP}": {"value": answer}})


def kept(here: Desk) -> Work:
    return work_on(open_file(here, find(here, NUMBER)).document, GAP)


def stored(here: Desk) -> StoredFinding | None:
    here.session.expire_all()
    return here.session.get(StoredFinding, (find(here, NUMBER).id, GAP))


def test_work_is_kept_beside_the_finding_and_in_the_history(here: Desk) -> None:
    opened(here)
    sofia = person(here, "sofia").id
    keep(here, "ana", Work("in_progress", sofia, dt.date(2026, 12, 1), "Se pidió intérprete"))
    found = stored(here)
    assert found is not None
    assert (found.work, found.owner_id, found.agreed_due) == (
        "in_progress",
        sofia,
        dt.date(2026, 12, 1),
    )
    assert kept(here).action == "Se pidió intérprete"
    assert kept(here).by_id == person(here, "ana").id
    last = changes_since(here, find(here, NUMBER), 0)[-1]
    assert (last.kind, set(last.changes)) == ("gap-worked", {f"gaps.{GAP}"})


def test_no_work_closes_a_gap_or_opens_a_gate(here: Desk) -> None:
    opened(here)
    before = evaluate_file(open_file(here, find(here, NUMBER)))
    saved = keep(here, "ana", Work("cannot", reason="La autoridad ya no existe"))
    assert saved.after.findings[GAP].status == "gap"
    assert {name: gate.open for name, gate in saved.after.gates.items()} == {
        name: gate.open for name, gate in before.gates.items()
    }


def test_an_answer_remedies_and_another_answer_opens_it_again(here: Desk) -> None:
    opened(here)
    keep(here, "ana", Work("in_progress", action="Se pidió intérprete"))
    put(here, NUMBER, {f"answers.{GAP}": {"value": "yes"}})
    assert (kept(here).state, kept(here).action) == ("remedied", "Se pidió intérprete")
    assert stored(here) is None
    opened(here)
    assert (kept(here).state, kept(here).reopened) == ("open", True)
    changes = changes_since(here, find(here, NUMBER), 0)[-1].changes
    before, after = changes[f"gaps.{GAP}"]
    assert (before["state"], after["state"]) == ("remedied", "open")


def test_a_remedied_gap_stays_remedied_whatever_the_form_says(here: Desk) -> None:
    opened(here)
    keep(here, "ana", Work("in_progress"))
    put(here, NUMBER, {f"answers.{GAP}": {"value": "yes"}})
    keep(here, "ana", Work("in_progress", action="Constancia recibida"))
    assert (kept(here).state, kept(here).action) == ("remedied", "Constancia recibida")


def test_work_leaves_a_submitted_case_submitted_and_an_answer_does_not(here: Desk) -> None:
    opened(here)
    here.session.execute(update(Case).where(Case.number == NUMBER).values(status="submitted"))
    here.session.commit()
    keep(here, "ana", Work("in_progress"))
    assert find(here, NUMBER).status == "submitted"
    opened(here, "partly")
    assert find(here, NUMBER).status == "draft"


def test_a_supervisor_assigns_and_changes_nothing_else(here: Desk) -> None:
    opened(here)
    keep(here, "ana", Work("in_progress", action="Se pidió intérprete"))
    sofia = person(here, "sofia")
    saved = keep(here, "sofia", Work("cannot", sofia.id, dt.date(2026, 12, 2), "Otra", reason="No"))
    work = kept(here)
    assert (work.state, work.owner_id, work.due, work.action, work.reason) == (
        "in_progress",
        sofia.id,
        dt.date(2026, 12, 2),
        "Se pidió intérprete",
        "",
    )
    assert changes_since(here, saved.file.case, 0)[-1].kind == "gap-assigned"


def test_assigning_is_no_work_on_the_case_but_working_is(here: Desk) -> None:
    opened(here)
    sofia = person(here, "sofia")
    keep(here, "sofia", Work(owner_id=sofia.id))
    assert may_review(sofia, find(here, NUMBER))


def test_only_who_works_with_the_case_carries_a_gap(here: Desk) -> None:
    opened(here)
    with pytest.raises(Refused, match="not_a_carrier"):
        keep(here, "ana", Work(owner_id=person(here, "david").id))


def test_a_paper_of_another_case_shows_nothing(here: Desk) -> None:
    opened(here)
    with pytest.raises(Refused, match="no_such_file"):
        keep(here, "ana", Work(evidence=(str(uuid.uuid4()),)))


def test_two_who_write_about_one_gap_are_shown_both(here: Desk) -> None:
    opened(here)
    base = find(here, NUMBER).version
    keep(here, "ana", Work("in_progress", action="Una"))
    with pytest.raises(Clashed) as raised:
        keep(here, "ana", Work("open", action="Otra"), base=base)
    assert [clash.key for clash in raised.value.clashes] == [f"gaps.{GAP}"]


def test_the_caseworker_as_owner_goes_with_the_case(here: Desk) -> None:
    opened(here)
    keep(here, "ana", Work("in_progress", owner_id=person(here, "ana").id))
    assert kept(here).owner_id is None


def test_what_time_closes_or_opens_is_put_in_step_too(here: Desk) -> None:
    opened(here)
    keep(here, "ana", Work("in_progress"))
    case = find(here, NUMBER)
    with here.writing() as session:
        session.execute(
            update(Case)
            .where(Case.id == case.id)
            .values(reevaluate_at=now() - dt.timedelta(minutes=1))
        )
    assert reevaluate.reevaluate_due(here) == 1
    found = stored(here)
    assert found is not None and found.work == "in_progress"
