"""The end of a case: by two people, and nothing of it opens afterwards, whoever holds the master key."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import Engine, func, select, text

from intake.models import (
    AnonymousCase,
    AuditEntry,
    Base,
    Case,
    Change,
    Comment,
    Consent,
    Erasure,
    Retention,
    Review,
    User,
)
from intake.services import attachments, consent, erasure, review
from intake.services.desk import Desk, Refused
from intake.services.files import FileStore
from intake.services.scrub import scrub
from intake.services.verify import verify_trail
from intake.vault import Place
from tests.services.conftest import close, find, put
from tests.test_cleaning import photo

NUMBER = "TAP-2026-0001"
PLANTED = "Xochiquetzal Plantada"


def person(here: Desk, name: str) -> User:
    return (
        here.session.scalars(select(User).where(User.email == f"{name}@intake.example"))
        .unique()
        .one()
    )


@pytest.fixture
def files(app: Flask) -> FileStore:
    store: FileStore = app.extensions["intake.files"]
    return store


@pytest.fixture
def full(here: Desk, files: FileStore) -> Case:
    """A closed case with something of everything that can hang on one."""
    put(here, NUMBER, {"identity.name": PLANTED})
    close(here, NUMBER)
    put(here, NUMBER, {"answers.rights.informed": {"value": "no", "note": PLANTED}})
    ana, sofia = person(here, "ana"), person(here, "sofia")
    attachments.add_attachment(
        here, files, find(here, NUMBER), ana, photo(),
        kind="photo", description=PLANTED, operation=str(uuid.uuid4()),
    )  # fmt: skip
    given = {"giver": "child", "name": PLANTED, "how": "spoken", "evidence": PLANTED}
    consent.give_consent(
        here, find(here, NUMBER), ana, purpose="health", recipient="salud",
        given_on=find(here, NUMBER).opened_at.date(), operation=str(uuid.uuid4()), **given,
    )  # fmt: skip
    consent.share(
        here, find(here, NUMBER), ana, what="summary", recipient="salud", purpose="health",
        ground="", operation=str(uuid.uuid4()),
    )  # fmt: skip
    review.comment_on(here, find(here, NUMBER), sofia, None, PLANTED, str(uuid.uuid4()))
    return find(here, NUMBER)


def end(here: Desk, files: FileStore, kind: str, by: str = "admin") -> None:
    erasure.propose(
        here, find(here, NUMBER), person(here, "sofia"),
        kind=kind, ground="retention", reason=PLANTED, operation=str(uuid.uuid4()),
    )  # fmt: skip
    proposal = erasure.proposals(here, person(here, by))[0]
    erasure.confirm(here, files, proposal, person(here, by))


def everything_on_disk(here: Desk, folder: Path) -> Iterator[bytes]:
    """The bytes of the database and of the instance folder, whatever they are."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
    if here.session.get_bind().dialect.name == "postgresql":
        here.session.commit()
        connection = here.session.connection()
        place = Path(str(connection.execute(text("show data_directory")).scalar()))
        oid = connection.execute(
            text("select oid from pg_database where datname = current_database()")
        ).scalar()
        connection.execute(text("checkpoint"))
        read = [path for path in (place / "base" / str(oid)).iterdir() if os.access(path, os.R_OK)]
        assert read, "the server's files cannot be read"
        for path in read:
            yield path.read_bytes()


@pytest.mark.parametrize("kind", ["erase", "anonymise"])
def test_nothing_of_an_erased_case_opens_even_with_the_master_key(
    here: Desk, files: FileStore, full: Case, tmp_path: Path, kind: str
) -> None:
    case_id, wrapped, document = full.id, full.wrapped_key, full.document
    histories = here.session.scalars(select(Change.sealed).where(Change.case_id == case_id)).all()
    before = b"".join(everything_on_disk(here, tmp_path))
    assert wrapped in before, "the key is looked for in the wrong place"
    assert PLANTED.encode() not in before
    del before
    end(here, files, kind)
    after = b"".join(everything_on_disk(here, tmp_path))
    assert wrapped not in after
    assert PLANTED.encode() not in after
    # with the master key in hand, nothing as long that is left unwraps to a key of this case
    master, row = AESGCM(b"k" * 32), Place("child_case.wrapped_key", case_id).bound(wrapped[:1])
    body = len(wrapped) - 60
    assert master.decrypt(wrapped[body : body + 12], wrapped[body + 12 :], row)
    for start in _starts(after, wrapped[:body]):
        left = after[start : start + len(wrapped)]
        with pytest.raises(InvalidTag):
            master.decrypt(left[body : body + 12], left[body + 12 :], row)
    # and what a copy from before still holds is noise without it
    for sealed in (document, *histories):
        for key in (b"k" * 32, b"\0" * 32):
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(sealed[1:13], sealed[13:], case_id.encode())
    assert not (tmp_path / "attachments" / case_id).exists()


def _starts(content: bytes, head: bytes) -> Iterator[int]:
    """Where a wrapped key with that head could begin; at most so many that the test stays short."""
    place, found = content.find(head), 0
    while place != -1 and found < 200_000:
        yield place
        place, found = content.find(head, place + 1), found + 1


def test_every_row_that_hung_on_the_case_is_gone_and_the_trail_is_whole(
    here: Desk, files: FileStore, full: Case
) -> None:
    case_id = full.id
    trail = here.session.scalar(select(func.count()).select_from(AuditEntry))
    end(here, files, "erase")
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "child_case" for key in column.foreign_keys):
                left = select(func.count()).select_from(table).where(column == case_id)
                assert here.session.scalar(left) == 0, table.name
    assert here.session.get(Case, case_id) is None
    assert here.session.scalars(select(AnonymousCase)).all() == []
    assert here.session.scalar(select(func.count()).select_from(AuditEntry)) == (trail or 0) + 2
    assert verify_trail(here.session) is None
    tombstone = here.session.scalars(select(Erasure)).one()
    assert tombstone.sealed is None
    for model in (Comment, Consent, Review, Retention):
        assert here.session.scalars(select(model).where(model.case_id == case_id)).all() == []


def test_what_is_anonymised_leaves_coded_facts_that_lead_to_no_case(
    here: Desk, files: FileStore, full: Case
) -> None:
    case_id, number, opened = full.id, full.number, full.opened_at
    end(here, files, "anonymise")
    left = here.session.scalars(select(AnonymousCase)).one()
    assert left.id != case_id
    assert left.quarter == f"{opened.year}-Q{(opened.month + 2) // 3}"
    assert left.facts["findings"]["rights.informed"]["status"] == "gap"
    told = str(left.facts)
    for identity in (PLANTED, case_id, number, "birth_date", "nationality", "'name'", "note"):
        assert identity not in told, identity
    assert left.facts["age"] in ("0-4", "5-9", "10-12", "13-15", "16-17", "unknown")


def test_nobody_ends_a_case_alone(here: Desk, files: FileStore, full: Case) -> None:
    with pytest.raises(Refused, match="same_person"):
        end(here, files, "erase", by="sofia")
    assert find(here, NUMBER).id == full.id
    proposal = erasure.proposals(here, person(here, "sofia"))[0]
    erasure.refuse(here, proposal, person(here, "sofia"))
    assert erasure.proposals(here, person(here, "admin")) == []
    assert find(here, NUMBER).id == full.id


def test_the_administrator_decides_without_seeing_why_and_other_teams_see_nothing(
    here: Desk, full: Case
) -> None:
    sofia, admin = person(here, "sofia"), person(here, "admin")
    erasure.propose(
        here, full, sofia, kind="erase", ground="asked", reason=PLANTED, operation=str(uuid.uuid4())
    )
    proposal = erasure.proposals(here, admin)[0]
    assert erasure.reason_of(here, proposal, admin) == ""
    assert erasure.reason_of(here, proposal, person(here, "sofia")) == PLANTED
    assert erasure.proposals(here, person(here, "david")) == []
    with pytest.raises(Refused, match="proposed_already"):
        erasure.propose(
            here, find(here, NUMBER), person(here, "sofia"),
            kind="erase", ground="asked", reason="x", operation=str(uuid.uuid4()),
        )  # fmt: skip


def test_erasing_twice_is_erasing_once(here: Desk, files: FileStore, full: Case) -> None:
    end(here, files, "erase")
    tombstone = here.session.scalars(select(Erasure)).one()
    erasure.confirm(here, files, tombstone, person(here, "admin"))
    erasure.refuse(here, here.session.scalars(select(Erasure)).one(), person(here, "admin"))
    assert here.session.scalars(select(Erasure)).one().state == "done"


def test_what_somebody_still_reads_by_is_told_and_scrubbed_the_next_time(
    here: Desk, files: FileStore, full: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = here.session.get_bind()
    assert isinstance(engine, Engine)
    wrapped = full.wrapped_key
    if engine.dialect.name == "sqlite":  # it overwrites what it deletes, whoever reads
        end(here, files, "erase")
        assert wrapped not in b"".join(everything_on_disk(here, tmp_path))
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as other:
        other.execute(text("select count(*) from team"))
        end(here, files, "erase")
        assert "deleted rows were not scrubbed: others are reading" in caplog.messages
        assert wrapped in b"".join(everything_on_disk(here, tmp_path))
    scrub(engine)
    assert wrapped not in b"".join(everything_on_disk(here, tmp_path))
