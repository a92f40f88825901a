"""Tampering with the trail or a history is found, whatever was done, and named."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from intake.models import AuditEntry, AuditHead, Case, Change
from intake.services import audit
from intake.services.desk import Desk
from intake.services.verify import Broken, verify_histories, verify_trail
from tests.services.conftest import find, put

ENTRIES = 9


def _resealed(session: Session, number: int) -> None:
    """Gives an entry that was changed the digest that fits it."""
    session.expire_all()
    entry = session.get_one(AuditEntry, number)
    entry.digest = audit.digest(entry)
    session.flush()


def _edit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == 4).values(actor_id=77))


def _edit_and_reseal(session: Session) -> None:
    _edit(session)
    _resealed(session, 4)


def _edit_the_last_and_reseal(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == ENTRIES).values(actor_id=77))
    _resealed(session, ENTRIES)


def _unreadable_detail(session: Session) -> None:
    session.execute(text("update audit_entry set detail = '{\"n\": 1.0}' where id = 4"))


def _delete(session: Session) -> None:
    session.execute(text("delete from audit_entry where id = 4"))


def _delete_and_close_up(session: Session) -> None:
    session.execute(text("delete from audit_entry where id = 4"))
    for number in range(5, ENTRIES + 1):
        _renumber(session, number, number - 1)
    session.execute(update(AuditHead).values(entries=ENTRIES - 1))


def _cut(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.id > ENTRIES - 2))


def _swap(session: Session) -> None:
    for old, new in ((4, 100), (6, 4), (100, 6)):
        _renumber(session, old, new)


def _swap_neighbours(session: Session) -> None:
    for old, new in ((4, 100), (5, 4), (100, 5)):
        _renumber(session, old, new)


def _insert(session: Session) -> None:
    for number in range(ENTRIES, 3, -1):
        _renumber(session, number, number + 1)
    before = session.get_one(AuditEntry, 3)
    _forge(session, 4, before.digest)
    session.execute(update(AuditHead).values(entries=ENTRIES + 1))


def _insert_at_the_end(session: Session) -> None:
    _forge(session, ENTRIES + 1, session.get_one(AuditEntry, ENTRIES).digest)


def _insert_below(session: Session) -> None:
    _forge(session, 0, audit.START)


def _change_the_heads_digest(session: Session) -> None:
    session.execute(update(AuditHead).values(digest="f" * 64))


def _lower_the_head(session: Session) -> None:
    session.execute(update(AuditHead).values(entries=ENTRIES - 1))


def _remove_the_head(session: Session) -> None:
    session.execute(text("delete from audit_head"))


def _renumber(session: Session, old: int, new: int) -> None:
    session.execute(text(f"update audit_entry set id = {new} where id = {old}"))  # noqa: S608 - two numbers
    session.expire_all()


def _forge(session: Session, number: int, previous: str) -> None:
    entry = AuditEntry(
        id=number,
        at=session.get_one(AuditEntry, 3).at,
        action="case.read",
        detail={},
        previous=previous,
    )
    entry.digest = audit.digest(entry)
    session.add(entry)
    session.flush()


@pytest.fixture
def trail(here: Desk) -> Desk:
    """A trail of some entries, of which the demo gave the first."""
    with here.writing() as session:
        session.execute(text("delete from audit_entry"))
        session.execute(update(AuditHead).values(entries=0, digest=audit.START))
        session.expire_all()
        for number in range(1, ENTRIES + 1):
            audit.record(session, "case.read", actor_id=number, page="cases.overview")
    return here


@pytest.mark.parametrize(
    ("tamper", "number", "kind"),
    [
        (_edit, 4, "edited"),
        (_edit_and_reseal, 4, "edited"),
        (_edit_the_last_and_reseal, ENTRIES, "head"),
        (_unreadable_detail, 4, "edited"),
        (_delete, 4, "removed"),
        (_delete_and_close_up, 4, "removed"),
        (_cut, ENTRIES - 1, "truncated"),
        (_swap, 4, "reordered"),
        (_swap_neighbours, 4, "reordered"),
        (_insert, 4, "inserted"),
        (_insert_at_the_end, ENTRIES + 1, "inserted"),
        (_insert_below, 0, "inserted"),
        (_change_the_heads_digest, ENTRIES, "head"),
        (_lower_the_head, ENTRIES - 1, "head"),
        (_remove_the_head, 0, "head"),
    ],
)
def test_the_first_broken_entry_is_named_with_what_was_done(
    trail: Desk, tamper: object, number: int, kind: str
) -> None:
    assert verify_trail(trail.session) is None
    with trail.writing() as session:
        tamper(session)  # type: ignore[operator]
    assert verify_trail(trail.session) == Broken(number, kind)  # type: ignore[arg-type]


def test_a_trail_cut_together_with_its_head_is_found_by_a_head_noted_before(trail: Desk) -> None:
    noted = audit.head(trail.session)
    with trail.writing() as session:
        _cut(session)
        last = session.get_one(AuditEntry, ENTRIES - 2)
        session.execute(update(AuditHead).values(entries=last.id, digest=last.digest))
    assert verify_trail(trail.session) is None
    assert verify_trail(trail.session, noted) == Broken(ENTRIES - 1, "truncated")


def test_a_trail_written_anew_is_found_by_a_head_noted_before(trail: Desk) -> None:
    noted = audit.head(trail.session)
    with trail.writing() as session:
        session.execute(text("delete from audit_entry"))
        session.execute(update(AuditHead).values(entries=0, digest=audit.START))
        session.expire_all()
        for number in range(ENTRIES):
            audit.record(session, "case.read", actor_id=number)
    assert verify_trail(trail.session) is None
    assert verify_trail(trail.session, noted) == Broken(ENTRIES, "edited")


def test_a_trail_that_grew_still_fits_the_head_noted_before(trail: Desk) -> None:
    noted = audit.head(trail.session)
    with trail.writing() as session:
        audit.record(session, "signed-in", actor_id=1)
    assert verify_trail(trail.session, noted) is None
    assert verify_trail(trail.session, since=5) is None


NUMBER = "TAP-2026-0001"


@pytest.mark.parametrize(
    ("statements", "sequence", "kind"),
    [
        (("update change set kind = 'opened' where sequence = 2 and {case}",), 2, "edited"),
        (("update change set by_id = 1 + by_id where sequence = 2 and {case}",), 2, "edited"),
        (
            ("update change set register_sha256 = 'other' where sequence = 2 and {case}",),
            2,
            "edited",
        ),
        (
            (
                "update change set sealed = (select sealed from change where sequence = 1 and {case})"
                " where sequence = 2 and {case}",
            ),
            2,
            "edited",
        ),
        (("delete from change where sequence = 2 and {case}",), 2, "removed"),
        (("delete from change where sequence = 4 and {case}",), 4, "truncated"),
        (
            (
                "update change set sequence = 99 where sequence = 2 and {case}",
                "update change set sequence = 2 where sequence = 3 and {case}",
                "update change set sequence = 3 where sequence = 99 and {case}",
            ),
            2,
            "reordered",
        ),
        (("update child_case set version = 3 where number = 'TAP-2026-0001'",), 4, "inserted"),
    ],
)
def test_a_history_that_was_touched_is_found(
    here: Desk, statements: tuple[str, ...], sequence: int, kind: str
) -> None:
    put(here, NUMBER, {"answers.rights.informed": {"value": "no"}})
    assert find(here, NUMBER).version == 4
    assert verify_histories(here.session) is None
    case = f"case_id = '{find(here, NUMBER).id}'"
    with here.writing() as session:
        for statement in statements:
            session.execute(text(statement.replace("{case}", case)))
    assert verify_histories(here.session) == Broken(sequence, kind, NUMBER)  # type: ignore[arg-type]


def test_a_history_of_an_earlier_release_is_whole(here: Desk) -> None:
    from intake.services.keep import change_digests

    case_id = here.session.scalar(select(Case.id).where(Case.number == NUMBER))
    with here.writing() as session:
        previous = audit.START
        for change in session.scalars(
            select(Change).where(Change.case_id == case_id).order_by(Change.sequence)
        ):
            change.previous = previous
            change.digest = previous = change_digests(change)[1]
    assert verify_histories(here.session) is None
