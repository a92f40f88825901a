"""A return made while its gate was shut is recorded as a violation, and stays recorded."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select, update

from intake.models import AuditEntry, Case, StoredFinding, User, Violation, now
from intake.services import review, violations
from intake.services.case_file import changes_since, evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.reevaluate import reevaluate_due
from intake.services.violation_rows import ViolationKept
from intake.vault import Place
from tests.services.conftest import find, put

NUMBER = "TAP-2026-0001"


def yesterday() -> str:
    return (now() - dt.timedelta(days=1)).replace(microsecond=0).isoformat()


def breach_of(here: Desk) -> Any:
    return open_file(here, find(here, NUMBER)).document["breaches"]["gate.return"]


def test_the_save_that_tells_of_the_return_records_the_violation(here: Desk) -> None:
    happened = yesterday()
    saved = put(here, NUMBER, {"profile.return_at": happened})
    document = saved.file.document
    assert document["answers"]["compliance.violation-observed"]["value"] == "yes"
    assert document["profile"]["violation_kinds"] == ["expulsion"]
    observed = dt.datetime.fromisoformat(document["events"]["violation_observed_at"])
    assert observed == dt.datetime.fromisoformat(happened)
    assert "return.bid-before" in breach_of(here)["blocked_by"]
    remedy = saved.after.findings["remedy.complaint-filed"]
    assert remedy.status == "missing"
    assert remedy.due == dt.datetime.fromisoformat(happened) + dt.timedelta(days=10)
    assert "returned_while_shut" in find(here, NUMBER).alerts
    actions = here.session.scalars(select(AuditEntry.action)).all()
    assert "case.gate-breached" in actions


def test_the_record_stays_when_later_answers_would_have_opened_the_gate(here: Desk) -> None:
    put(here, NUMBER, {"profile.return_at": yesterday()})
    before = breach_of(here)
    put(here, NUMBER, {"answers.return.bid-before": {"value": "yes"}})
    assert breach_of(here) == before
    put(here, NUMBER, {"profile.returned": True})
    assert breach_of(here) == before


def test_a_return_that_was_called_off_is_no_violation(here: Desk) -> None:
    saved = put(here, NUMBER, {"profile.return_at": yesterday(), "profile.returned": False})
    assert not saved.file.document["breaches"]
    assert saved.after.findings["compliance.violation-observed"].status == "missing"


def test_what_was_recorded_of_another_violation_is_kept(here: Desk) -> None:
    earlier = (now() - dt.timedelta(days=5)).replace(microsecond=0).isoformat()
    put(
        here,
        NUMBER,
        {
            "answers.compliance.violation-observed": {"value": "yes", "note": "Documentos retenidos."},
            "events.violation_observed_at": earlier,
            "profile.violation_kinds": ["papers_withheld"],
        },
    )  # fmt: skip
    document = put(here, NUMBER, {"profile.return_at": yesterday()}).file.document
    assert document["profile"]["violation_kinds"] == ["papers_withheld", "expulsion"]
    assert document["events"]["violation_observed_at"] == earlier
    assert document["answers"]["compliance.violation-observed"]["note"] == "Documentos retenidos."


def test_a_planned_return_becomes_a_violation_when_its_moment_passes(here: Desk) -> None:
    soon = now() + dt.timedelta(hours=3)
    put(here, NUMBER, {"profile.return_at": soon.isoformat()})
    case = find(here, NUMBER)
    assert "return_gate_shut" in case.alerts
    assert "returned_while_shut" not in case.alerts
    assert case.reevaluate_at is not None
    assert case.reevaluate_at <= soon
    # the same case with its moment behind it, as it is once three hours have gone by
    put(here, NUMBER, {"profile.returned": False, "profile.return_at": yesterday()})
    document = open_file(here, find(here, NUMBER)).document
    del document["profile"]["returned"]
    with here.writing() as session:
        case = find(here, NUMBER)
        case.document = here.vault.seal(
            case.wrapped_key, Place("child_case.document", case.id), document
        )
        case.version += 1
        session.flush()
    with here.writing() as session:
        session.execute(update(Case).where(Case.number == NUMBER).values(reevaluate_at=now()))
    assert reevaluate_due(here) == 1
    case = find(here, NUMBER)
    assert "returned_while_shut" in case.alerts
    last = changes_since(here, case, 0)[-1]
    assert (last.kind, last.by) == ("time-passed", None)
    assert reevaluate_due(here) == 0


def test_a_case_whose_hour_came_is_evaluated_anew_without_a_change(here: Desk) -> None:
    case = find(here, NUMBER)
    version, findings = (
        case.version,
        select(StoredFinding.check_id).where(StoredFinding.case_id == case.id),
    )
    before = set(here.session.scalars(findings))
    with here.writing() as session:
        session.execute(
            update(Case).where(Case.number == NUMBER).values(reevaluate_at=now(), alerts=[])
        )
    assert reevaluate_due(here) == 1
    case = find(here, NUMBER)
    assert case.version == version
    assert set(here.session.scalars(findings)) == before
    assert case.alerts == [
        raised.alert.id for raised in evaluate_file(open_file(here, case)).alerts
    ]


def strike(here: Desk) -> dict[str, Any]:
    """Has a supervisor strike the record; the document then."""
    sofia = here.session.scalars(select(User).where(User.email == "sofia@intake.example")).one()
    operation = str(uuid.uuid4())
    review.strike_breach(here, find(here, NUMBER), sofia, "gate.return", "Error.", operation)
    return open_file(here, find(here, NUMBER)).document


def test_what_intake_answered_by_itself_goes_with_a_record_that_is_struck(here: Desk) -> None:
    put(here, NUMBER, {"profile.return_at": yesterday()})
    put(here, NUMBER, {"profile.returned": False})
    document = strike(here)
    assert "violation_kinds" not in document["profile"]
    assert "violation_observed_at" not in document["events"]
    assert "compliance.violation-observed" not in document["answers"]
    changes = changes_since(here, find(here, NUMBER), 0)[-1].changes
    assert changes["profile.violation_kinds"] == (["expulsion"], None)
    assert breach_of(here)["struck"]["reason"] == "Error."


def test_what_a_person_wrote_stays_when_a_record_is_struck(here: Desk) -> None:
    answered = {"value": "no", "note": "Nada observado."}
    put(here, NUMBER, {"answers.compliance.violation-observed": answered})
    put(here, NUMBER, {"profile.return_at": yesterday()})
    observed = (now() - dt.timedelta(days=3)).replace(microsecond=0).isoformat()
    mine = {"profile.violation_kinds": ["expulsion", "papers_withheld"]}
    put(here, NUMBER, {"profile.returned": False, "events.violation_observed_at": observed} | mine)
    document = strike(here)
    assert document["profile"]["violation_kinds"] == ["papers_withheld"]
    assert document["events"]["violation_observed_at"] == observed
    kept = document["answers"]["compliance.violation-observed"]
    assert (kept["value"], kept["note"]) == ("no", "Nada observado.")


def test_a_kind_that_a_person_had_ticked_before_stays_too(here: Desk) -> None:
    put(here, NUMBER, {"profile.violation_kinds": ["expulsion"]})
    put(here, NUMBER, {"profile.return_at": yesterday()})
    put(here, NUMBER, {"profile.returned": False})
    assert strike(here)["profile"]["violation_kinds"] == ["expulsion"]


def test_the_same_moment_written_in_another_zone_is_no_other_breach(here: Desk) -> None:
    happened = dt.datetime.fromisoformat(yesterday())
    put(here, NUMBER, {"profile.return_at": happened.astimezone(dt.UTC).isoformat()})
    kept = breach_of(here)
    east = dt.timezone(dt.timedelta(hours=9))
    saved = put(here, NUMBER, {"profile.return_at": happened.astimezone(east).isoformat()})
    assert saved.breached == ()
    assert breach_of(here) == kept


def test_a_complaint_about_another_violation_is_none_about_the_return(here: Desk) -> None:
    happened = yesterday()
    put(here, NUMBER, {"profile.return_at": happened})

    def filed() -> list[dt.datetime | None]:
        query = select(Violation).where(Violation.kind == "expulsion")
        return [row.filed_at for row in here.session.scalars(query)]

    assert filed() == [None]
    case, earlier = find(here, NUMBER), now() - dt.timedelta(days=60)
    about_another = ViolationKept("abuse", "inm", earlier, "Golpes", "cndh", earlier)
    violations.keep_violation(
        here,
        case,
        case.caseworker,
        str(uuid.uuid4()),
        about_another,
        base=case.version,
        operation=str(uuid.uuid4()),
    )
    assert filed() == [None]
    # one that was recorded by the answers alone, after the return, is about it
    after = dt.datetime.fromisoformat(happened) + dt.timedelta(hours=3)
    put(here, NUMBER, {"events.complaint_filed_at": after.isoformat()})
    assert filed() == [after]
