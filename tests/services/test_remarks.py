"""Comments, decisions and struck records cannot be touched unnoticed, in whatever way."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select, text, update

from intake.models import AuditEntry, AuditHead, Case, Change, Comment, Review, User
from intake.services import audit, review
from intake.services.desk import Desk
from intake.services.verify import Broken, verify_histories, verify_trail
from tests.services.conftest import find

NUMBER = "TAP-2026-0001"


def person(here: Desk, name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return here.session.scalars(query).unique().one()


@pytest.fixture
def reviewed(here: Desk) -> Desk:
    """A case with three comments and two decisions."""
    for number in range(3):
        check = None if number == 1 else "rights.informed"
        review.comment_on(
            here, find(here, NUMBER), person(here, "sofia"), check, f"Nota {number}", _operation()
        )
    for number in range(2):
        case = find(here, NUMBER)
        if case.status != "submitted":
            review.submit_for_review(
                here, case, person(here, "ana"), base=case.version, operation=_operation()
            )
        case = find(here, NUMBER)
        review.review_case(
            here, case, person(here, "sofia"), "returned", f"Falta {number}",
            approves_bid=False, base=case.version, operation=_operation(),
        )  # fmt: skip
    assert verify_trail(here.session) is None
    assert verify_histories(here.session) is None
    return here


def _operation() -> str:
    return str(uuid.uuid4())


EDITS = [
    ("comment", "sealed = (select sealed from comment where id = :first and case_id = :case)"),
    ("comment", "by_id = by_id + 1"),
    ("comment", "check_id = 'rights.language'"),
    ("comment", "at = '2026-01-01 00:00:00'"),
    ("comment", "operation = 'another'"),
    ("review", "decision = 'approved'"),
    ("review", "approves_bid = true"),
    ("review", "by_id = by_id + 1"),
    ("review", "case_version = case_version - 1"),
    ("review", "sealed = (select sealed from review where id = :first and case_id = :case)"),
]


@pytest.mark.parametrize(("table", "edit"), EDITS)
def test_an_edited_comment_or_decision_is_found(reviewed: Desk, table: str, edit: str) -> None:
    places = _places(reviewed, table)
    values = {"first": places[0], "case": find(reviewed, NUMBER).id}
    with reviewed.writing() as session:
        session.execute(
            text(f"update {table} set {edit} where id = :place").bindparams(  # noqa: S608 - ours
                place=places[1],
                **{key: value for key, value in values.items() if f":{key}" in edit},
            )
        )
    assert verify_histories(reviewed.session) == Broken(2, "edited", NUMBER, table)


@pytest.mark.parametrize("table", ["comment", "review"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_removed_comment_or_decision_is_found_the_last_one_too(
    reviewed: Desk, table: str, which: int
) -> None:
    place = _places(reviewed, table)[which - 2]
    before = len(_places(reviewed, table)) - 1
    with reviewed.writing() as session:
        session.execute(text(f"delete from {table} where id = {place}"))  # noqa: S608 - ours
    assert verify_histories(reviewed.session) == Broken(before + which, "removed", NUMBER, table)


@pytest.mark.parametrize("table", ["comment", "review"])
def test_comments_or_decisions_that_changed_places_are_found(reviewed: Desk, table: str) -> None:
    first, second = _places(reviewed, table)[:2]
    with reviewed.writing() as session:
        for old, new in ((first, 9999), (second, first), (9999, second)):
            session.execute(text(f"update {table} set id = {new} where id = {old}"))  # noqa: S608 - ours
    assert verify_histories(reviewed.session) == Broken(1, "reordered", NUMBER, table)


@pytest.mark.parametrize("model", [Comment, Review])
def test_a_comment_or_decision_that_was_put_in_is_found(
    reviewed: Desk, model: type[Comment] | type[Review]
) -> None:
    place = _places(reviewed, model.__tablename__)[-1]
    with reviewed.writing() as session:
        row = session.get_one(model, place)
        kept = {
            column.key: getattr(row, column.key)
            for column in model.__table__.columns
            if column.key != "id"
        }
        session.add(model(**kept | {"operation": _operation()}))
    assert verify_histories(reviewed.session) == Broken(
        len(_places(reviewed, model.__tablename__)), "inserted", NUMBER, model.__tablename__
    )


def test_a_remark_removed_together_with_its_entry_breaks_the_trail(reviewed: Desk) -> None:
    place = _places(reviewed, "comment")[-1]
    with reviewed.writing() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.commented"))
        entry = next(one for one in entries if one.detail["remark"] == place)
        session.execute(text(f"delete from comment where id = {place}"))  # noqa: S608 - ours
        session.execute(text(f"delete from audit_entry where id = {entry.id}"))  # noqa: S608 - ours
    assert verify_trail(reviewed.session) is not None


def test_a_struck_record_is_a_change_of_the_chained_history(reviewed: Desk) -> None:
    with reviewed.writing() as session:
        case = find(reviewed, NUMBER)
        session.execute(
            update(Change)
            .where(Change.case_id == case.id, Change.sequence == case.version)
            .values(kind="breach-struck")
        )
    broken = verify_histories(reviewed.session)
    assert broken is not None
    assert (broken.kind, broken.what) == ("edited", "change")


def _as_before(here: Desk) -> None:
    """Makes the entries of remarks what earlier releases wrote, in a trail that is whole."""
    with here.writing() as session:
        previous = audit.START
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
            entry.detail = {
                key: value for key, value in entry.detail.items() if key not in ("remark", "digest")
            }
            entry.previous = previous
            entry.digest = previous = audit.digest(entry)
        session.execute(update(AuditHead).values(digest=previous))


def test_remarks_of_an_earlier_release_are_whole_and_held_against_their_entries(
    reviewed: Desk,
) -> None:
    _as_before(reviewed)
    assert verify_trail(reviewed.session) is None
    assert verify_histories(reviewed.session) is None
    first, second = _places(reviewed, "comment")[-2:]
    with reviewed.writing() as session:
        session.execute(text(f"update comment set by_id = by_id + 1 where id = {second}"))  # noqa: S608 - ours
    broken = verify_histories(reviewed.session)
    assert broken is not None
    assert (broken.kind, broken.what) == ("edited", "comment")
    with reviewed.writing() as session:
        session.execute(text(f"delete from comment where id = {second}"))  # noqa: S608 - ours
    broken = verify_histories(reviewed.session)
    assert broken is not None
    assert (broken.kind, broken.what) == ("removed", "comment")
    assert first != second


def test_the_entry_of_a_remark_holds_no_word_of_it(reviewed: Desk) -> None:
    entries = reviewed.session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(("case.commented", "case.returned")))
    )
    told = json.dumps([entry.detail for entry in entries])
    assert "Nota" not in told
    assert "Falta" not in told


def _places(here: Desk, table: str) -> list[int]:
    case_id = here.session.scalar(select(Case.id).where(Case.number == NUMBER))
    query = text(f"select id from {table} where case_id = :case order by id")  # noqa: S608 - ours
    return list(here.session.scalars(query, {"case": case_id}))
