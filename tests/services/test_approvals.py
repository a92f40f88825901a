"""Approvals stage by stage: of what is there, by who took no part, and ended by what changes it."""

from __future__ import annotations

import functools
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from intake.models import Case, User, now
from intake.services import panel, review, save
from intake.services.case_file import open_file
from intake.services.desk import Desk, Refused
from intake.services.keep import Who, keep
from tests.issuing.determined import determine
from tests.services.conftest import find, put

NUMBER = "TAP-2026-0001"
GIVEN = {"by": 3, "at": "2026-11-20T10:00:00+00:00"}


def person(here: Desk, name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return here.session.scalars(query).unique().one()


def give(here: Desk, *stages: str) -> None:
    """Has these stages approved, as a supervisor did before."""
    with here.writing():
        case = find(here, NUMBER)
        document = json.loads(json.dumps(open_file(here, case).document))
        changes: dict[str, Any] = {}
        for stage in stages:
            changes[f"approvals.{stage}"] = [None, GIVEN]
            document["approvals"][stage] = GIVEN
        case.status = "approved"
        who = Who(case.caseworker_id, str(uuid.uuid4()), "approved", now())
        keep(here, case, document, changes, who, version=case.version + 1)


def given(here: Desk) -> set[str]:
    return set(open_file(here, find(here, NUMBER)).document["approvals"])


def decide(here: Desk, **asked: Any) -> None:
    case = find(here, NUMBER)
    review.review_case(
        here,
        case,
        person(here, "sofia"),
        "approved",
        "",
        approves_bid=False,
        base=case.version,
        operation=str(uuid.uuid4()),
        **asked,
    )


def submitted(here: Desk) -> Case:
    case = find(here, NUMBER)
    if case.status != "submitted":
        review.submit_for_review(
            here, case, case.caseworker, base=case.version, operation=str(uuid.uuid4())
        )
    return find(here, NUMBER)


def test_an_assessment_that_is_done_is_approved_and_a_change_of_it_ends_that(here: Desk) -> None:
    put(here, NUMBER, {"answers.bia.done": {"value": "yes"}})
    submitted(here)
    decide(here, approves=("assessment",))
    assert given(here) == {"assessment"}
    put(here, NUMBER, {"answers.counsel.assigned": {"value": "yes"}})
    assert given(here) == {"assessment"}
    put(here, NUMBER, {"answers.bia.done": {"value": "partly"}})
    assert given(here) == set()


@pytest.mark.parametrize(
    ("stage", "said"), [("assessment", "no_assessment"), ("closure", "closure_shut")]
)
def test_what_is_not_there_is_not_approved(here: Desk, stage: str, said: str) -> None:
    submitted(here)
    with pytest.raises(Refused, match=said):
        decide(here, approves=(stage,))
    assert given(here) == set()
    assert find(here, NUMBER).status == "submitted"


def test_a_case_that_is_sent_back_has_nothing_approved(here: Desk) -> None:
    put(here, NUMBER, {"answers.bia.done": {"value": "yes"}})
    case = submitted(here)
    review.review_case(
        here,
        case,
        person(here, "sofia"),
        "returned",
        "Falta la voz de la niña",
        approves_bid=False,
        approves=("assessment",),
        base=case.version,
        operation=str(uuid.uuid4()),
    )
    assert given(here) == set()


def test_a_change_of_the_panel_ends_the_approval_of_the_determination_only(here: Desk) -> None:
    give(here, "assessment", "bid")
    case = find(here, NUMBER)
    panel.keep_member(
        here,
        case,
        case.caseworker,
        str(uuid.uuid4()),
        panel.Member("Lucía Fierro", "law"),
        base=case.version,
        operation=str(uuid.uuid4()),
    )
    assert given(here) == {"assessment"}


def test_any_change_ends_the_approval_of_the_closure(here: Desk) -> None:
    give(here, "closure")
    put(here, NUMBER, {"profile.sex": "girl"})
    assert given(here) == set()


def test_approvals_that_the_register_does_not_know_open_no_gate(here: Desk) -> None:
    give(here, "assessment", "closure")
    saved = put(here, NUMBER, {"gaps.rights.informed": {"state": "in_progress"}})
    assert not saved.after.gates["gate.return"].open
    assert saved.after.case.approvals == frozenset()


def test_a_case_is_closed_only_once_its_closure_is_approved(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save, "_refuse_held", lambda *_: None)  # as if its gate were open
    with pytest.raises(Refused, match="closure_not_approved"):
        put(here, NUMBER, {"profile.stage": "closed"})
    give(here, "closure")
    put(here, NUMBER, {"profile.stage": "closed"})
    assert find(here, NUMBER).stage == "closed"
    assert find(here, NUMBER).status == "approved"
    assert given(here) == {"closure"}


LAW = panel.Member("Lucía Fierro", "law")
MIND = panel.Member("Olga Ruiz", "psychology")


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ([LAW, MIND, panel.Member("Sofía Méndez Prado", "supervision")], "on_panel"),
        ([LAW, MIND, panel.Member("sofia mendez", "other")], "on_panel"),
        ([LAW, MIND, panel.Member("MÉNDEZ PRADO, Sofía", "other")], "on_panel"),
        ([LAW], "panel_unfit"),
        ([LAW, panel.Member("Raúl Peña", "law")], "panel_unfit"),
        ([LAW, MIND, panel.Member("Raúl Peña", "health", conflict="declared")], "panel_unfit"),
        ([LAW, MIND], None),
        ([LAW, MIND, panel.Member("Sofía Robles", "supervision")], None),
        ([], None),
    ],
)
def test_a_determination_is_approved_by_who_did_not_make_it_and_made_by_a_panel(
    here: Desk, members: list[panel.Member], refusal: str | None
) -> None:
    case = determine(here, approve=False)
    for member in members:
        case = find(here, case.number)
        panel.keep_member(
            here,
            case,
            case.caseworker,
            str(uuid.uuid4()),
            member,
            base=case.version,
            operation=str(uuid.uuid4()),
        )
    case = find(here, case.number)
    review.submit_for_review(
        here, case, case.caseworker, base=case.version, operation=str(uuid.uuid4())
    )
    case, given_before = find(here, case.number), set[str]()
    approve = functools.partial(
        review.review_case,
        *(here, case, person(here, "sofia"), "approved", "Completa."),
        base=case.version,
        operation=str(uuid.uuid4()),
    )
    if refusal is None:
        approve(approves_bid=True)
        given_before = {"bid"}
    else:
        with pytest.raises(Refused, match=refusal):
            approve(approves_bid=True)
        approve(approves_bid=False)
    assert set(open_file(here, find(here, case.number)).document["approvals"]) == given_before
