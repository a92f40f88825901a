"""The certificate of a determination: what it is refused for, and what it takes from the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from intake.documents.certificate import render_certificate
from intake.issuing.certificate import (
    COMPLETE,
    WRITTEN,
    CertificateRefused,
    PanelMember,
    certificate_context,
    missing_for_certificate,
)
from intake.models import Case
from intake.services.desk import Desk
from tests.issuing.determined import NUMBER, determined, here, person
from tests.issuing.determined import WRITTEN as NOTES
from tests.services.conftest import find, put

Determined = Callable[..., Case]
__all__ = ["determined", "here"]


def refused(here: Desk, case: Case, **how: Any) -> list[str]:
    with pytest.raises(CertificateRefused) as error:
        certificate_context(here, case, case.caseworker, "es", **how)
    return [one.id for one in error.value.missing]


def test_a_complete_and_approved_determination_is_certified(
    here: Desk, determined: Determined
) -> None:
    case = determined()
    assert missing_for_certificate(here, case, "es") == ()
    context = certificate_context(here, case, case.caseworker, "es")
    assert context.outcome == "Traslado a Estados Unidos"
    assert [one.words for one in context.options] == [
        NOTES["bid.options-mx"],
        NOTES["bid.options-us"],
        NOTES["bid.options-third"],
    ]
    assert context.views[0].words == NOTES["bid.child-views"]
    assert context.reasons[0].words == NOTES["bid.reasoned"]
    assert context.panel_words.words == NOTES["bid.panel"]
    assert "Procuraduría de Protección" in context.authority
    assert context.approved_by == person(here, "sofia").name != case.caseworker.name
    assert context.recommendation and context.recommendation[0] == "US-3"
    assert context.marks is None


def test_the_gates_stand_in_it_as_they_are(here: Desk, determined: Determined) -> None:
    context = certificate_context(here, determined(), person(here, "ana"), "es")
    states = {row.title: row for row in context.gates}
    assert len(states) == 2
    transfer = next(row for title, row in states.items() if "Estados Unidos" in title)
    assert transfer.state == "shut"
    assert transfer.gaps or transfer.unanswered
    assert any(row.state == "not_applicable" for row in states.values())


def test_says_nothing_of_the_child_that_an_adjudicator_need_not_know(
    here: Desk, determined: Determined
) -> None:
    case = determined({"profile.gbv_disclosed": True, "profile.trafficking_indicators": True})
    context = certificate_context(here, case, person(here, "ana"), "en")
    said = " ".join(label for label, _ in context.child)
    assert "Child's name" in said
    assert "violence" not in said
    assert "trafficking" not in said


@pytest.mark.parametrize("check_id", COMPLETE)
@pytest.mark.parametrize("value", ["partly", "no", "unknown"])
def test_is_refused_while_a_part_of_the_determination_is_not_known_to_hold(
    here: Desk, determined: Determined, check_id: str, value: str
) -> None:
    case = determined({f"answers.{check_id}": {"value": value, "note": "x"}})
    assert check_id in refused(here, case)


@pytest.mark.parametrize("check_id", WRITTEN)
def test_is_refused_where_nothing_is_written_of_what_was_weighed(
    here: Desk, determined: Determined, check_id: str
) -> None:
    case = determined({f"answers.{check_id}": {"value": "yes", "note": "  "}})
    assert refused(here, case) == [check_id]


def test_is_refused_until_somebody_else_than_the_caseworker_approved_it(
    here: Desk, determined: Determined
) -> None:
    case = determined(approve=False)
    assert refused(here, case) == ["approvals.bid"]
    (missing,) = missing_for_certificate(here, case, "en")
    assert "supervisor other than the caseworker" in missing.words


def test_is_refused_once_who_approved_it_leads_the_case(here: Desk, determined: Determined) -> None:
    case = determined()
    with here.writing() as session:
        session.get_one(Case, case.id).caseworker_id = person(here, "sofia").id
    assert refused(here, find(here, NUMBER)) == ["approvals.bid"]


def test_is_refused_once_the_determination_changed_after_its_approval(
    here: Desk, determined: Determined
) -> None:
    determined()
    put(here, NUMBER, {"answers.bid.reasoned": {"value": "yes", "note": "Otras razones."}})
    assert refused(here, find(here, NUMBER)) == ["approvals.bid"]


def test_is_refused_without_a_result_or_its_date(here: Desk, determined: Determined) -> None:
    case = determined({"answers.bid.outcome": None, "profile.bid_decided_at": None}, approve=False)
    assert {"bid.outcome", "profile.bid_decided_at"} <= set(refused(here, case))


def test_everything_that_is_missing_is_named_at_once_in_the_reader_s_language(
    here: Desk, determined: Determined
) -> None:
    changes = {"answers.bid.options-us": {"value": "no"}, "answers.bid.panel": {"value": "yes"}}
    case = determined(changes, approve=False)
    es, en = (missing_for_certificate(here, case, code) for code in ("es", "en"))
    assert [one.id for one in es] == [one.id for one in en]
    assert {"bid.options-us", "bid.panel", "approvals.bid"} == {one.id for one in es}
    assert "No se cumple o no consta" in es[1].words
    assert "Not met or not known" in en[1].words


def test_a_recorded_panel_stands_in_for_the_note(here: Desk, determined: Determined) -> None:
    case = determined({"answers.bid.panel": {"value": "yes"}})
    member = PanelMember("Inés Robles", "Derecho", "Procuraduría", "Ninguno")
    assert refused(here, case) == ["bid.panel"]
    assert certificate_context(here, case, case.caseworker, "es", panel=[member]).panel == (member,)


def test_what_is_read_is_what_is_printed(here: Desk, determined: Determined) -> None:
    case = determined()
    context = certificate_context(here, case, case.caseworker, "en", printed_for="Asylum office")
    assert render_certificate(context).startswith(b"%PDF")
