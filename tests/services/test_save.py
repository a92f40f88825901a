"""Saving: nothing is lost between writers, nothing lies in the clear, and no record can be changed unseen."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from intake.extensions import db
from intake.models import AuditEntry, Case, Change, Team, User
from intake.services import people
from intake.services.case_file import changes_since, open_file
from intake.services.desk import Desk
from intake.services.save import Clashed, open_case, save
from intake.services.verify import verify_trail
from intake.vault import Place, SealBroken
from intake.web.guard import desk

WRITERS, SAVES = 4, 6


@pytest.fixture
def here(app: Flask) -> Iterator[Desk]:
    with app.test_request_context():
        yield desk()


def case_and_person(here: Desk, number: str = "TAP-2026-0003") -> tuple[Case, User]:
    case = here.session.scalars(select(Case).where(Case.number == number)).one()
    return case, case.caseworker


def answer(here: Desk, check: str, value: str, *, base: int | None = None, note: str = "") -> int:
    case, by = case_and_person(here)
    kept = {"value": value} | ({"note": note} if note else {})
    base = case.version if base is None else base
    save(
        here,
        case,
        by,
        {f"answers.{check}": kept},
        base=base,
        operation=str(uuid.uuid4()),
        kind="section-saved",
    )
    return case.version


def test_every_save_of_many_writers_at_once_is_kept(app: Flask) -> None:
    checks = ["rights.informed", "rights.language", "rights.understood", "participation.heard"]
    faults: list[Exception] = []

    def write(check: str) -> None:
        for number in range(SAVES):
            try:
                with app.test_request_context():
                    answer(desk(), check, "yes" if number % 2 else "no", note=f"{check} {number}")
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=write, args=(check,)) for check in checks[:WRITERS]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with app.test_request_context():
        case, _by = case_and_person(desk())
        assert case.version == 1 + WRITERS * SAVES
        kept = open_file(desk(), case).document["answers"]
        assert [kept[check]["note"] for check in checks] == [
            f"{check} {SAVES - 1}" for check in checks
        ]
        history = changes_since(desk(), case, 0)
        assert [change.sequence for change in history] == list(range(1, case.version + 1))
        assert verify_trail(db()) is None


def test_a_save_over_anothers_newer_answer_is_held_back_and_keeps_nothing(here: Desk) -> None:
    base = answer(here, "rights.informed", "yes")
    answer(here, "rights.informed", "no")
    with pytest.raises(Clashed) as clashed:
        answer(here, "rights.informed", "partly", base=base)
    assert [(clash.mine["value"], clash.theirs["value"]) for clash in clashed.value.clashes] == [
        ("partly", "no")
    ]
    case, _by = case_and_person(here)
    assert open_file(here, case).document["answers"]["rights.informed"]["value"] == "no"


def test_history_keeps_what_was_there_before(here: Desk) -> None:
    answer(here, "rights.informed", "no", note="antes")
    answer(here, "rights.informed", "yes")
    case, _by = case_and_person(here)
    old, new = changes_since(here, case, case.version - 1)[0].changes["answers.rights.informed"]
    assert (old["note"], new["value"]) == ("antes", "yes")


def test_no_name_note_or_answer_lies_in_the_clear(
    here: Desk, database_url: str, tmp_path: Path
) -> None:
    planted = "Quetzalcóatl-7731"
    answer(here, "rights.informed", "no", note=planted)
    here.session.execute(select(1))
    if database_url.startswith("sqlite"):
        raw = b"".join(path.read_bytes() for path in tmp_path.glob("intake.sqlite*"))
    else:
        tables = here.session.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        )
        raw = "".join(
            str(row)
            for table in tables.all()
            for row in here.session.execute(text(f'select t::text from "{table}" t'))  # noqa: S608
        ).encode()
    assert b"TAP-2026-0003" in raw
    for secret in (planted, "Darlin", 'rights.informed": "no'):
        assert secret.encode() not in raw


def test_a_document_moved_to_another_case_does_not_open(here: Desk) -> None:
    case, _by = case_and_person(here)
    other, _by = case_and_person(here, "TAP-2026-0001")
    with pytest.raises(SealBroken):
        here.vault.open(other.wrapped_key, Place("child_case.document", other.id), case.document)
    with pytest.raises(SealBroken):
        here.vault.open(case.wrapped_key, Place("child_case.document", other.id), case.document)


@pytest.mark.parametrize(
    "tamper",
    [
        "update audit_entry set action = 'nothing' where id = 3",
        "delete from audit_entry where id = 3",
        "delete from audit_entry where id = (select max(id) from audit_entry)",
        "update audit_entry set id = -1 where id = 2",
    ],
)
def test_the_audit_trail_shows_that_it_was_touched(here: Desk, tamper: str) -> None:
    assert verify_trail(here.session) is None
    here.session.rollback()
    with here.writing() as session:
        session.execute(text(tamper))
    assert verify_trail(here.session) is not None


def test_each_change_seals_the_one_before(here: Desk) -> None:
    answer(here, "rights.informed", "yes")
    changes = here.session.scalars(select(Change).order_by(Change.case_id, Change.sequence)).all()
    for before, after in pairwise(changes):
        if before.case_id == after.case_id:
            assert after.previous == before.digest
    assert here.session.scalars(select(AuditEntry.id)).first() == 1


def test_two_who_open_the_first_cases_of_a_team_get_a_number_each(app: Flask) -> None:
    start, numbers = threading.Barrier(4), []
    with app.app_context():
        people.add_team(
            desk(), name="Casa Comitán", prefix="COM", country="MX", zone="America/Mexico_City"
        )
        session = desk().session
        ana = session.scalars(select(User).where(User.email == "ana@intake.example")).unique().one()
        ana.team = session.scalars(select(Team).where(Team.prefix == "COM")).one()
        session.commit()

    def open_one() -> None:
        with app.test_request_context():
            here = desk()
            ana = select(User).where(User.email == "ana@intake.example")
            by = here.session.scalars(ana).unique().one()
            start.wait()
            numbers.append(open_case(here, by, {}, str(uuid.uuid4())).number)

    hands = [threading.Thread(target=open_one) for _number in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(numbers) == len(set(numbers)) == 4
