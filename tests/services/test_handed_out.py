"""Documents that were handed out go where the case goes: into backups, and with its erasure."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from intake.issuing.issue import issue
from intake.models import Case, IssuedDocument, User
from intake.services import checking, erasure
from intake.services.desk import Desk
from intake.services.documents import kept_bytes
from intake.services.files import FileStore
from intake.vault import SealBroken
from tests.services.conftest import find

NUMBER = "TAP-2026-0001"


@pytest.fixture
def issued(here: Desk, app: Flask) -> bytes:
    case = find(here, NUMBER)
    settings, files = app.extensions["intake.settings"], app.extensions["intake.files"]
    asked = {"kind": "summary", "language": "es", "operation": str(uuid.uuid4())}
    return issue(here, files, settings, case, case.caseworker, **asked).content


def test_an_erased_case_leaves_nothing_of_its_documents(
    here: Desk, app: Flask, issued: bytes
) -> None:
    files: FileStore = app.extensions["intake.files"]
    case = find(here, NUMBER)
    row = here.session.scalars(select(IssuedDocument)).one()
    case_id, document_id, digest = case.id, row.id, row.digest
    sealed = files.read(case_id, document_id)
    people = {
        user.email.split("@")[0]: user for user in here.session.scalars(select(User)).unique()
    }
    asked = {"kind": "erase", "ground": "asked", "reason": "x", "operation": str(uuid.uuid4())}
    erasure.propose(here, case, people["sofia"], **asked)
    proposal = erasure.proposal_of(here, find(here, NUMBER))
    assert proposal is not None
    erasure.confirm(here, files, proposal, people["admin"])
    assert here.session.scalars(select(IssuedDocument)).all() == []
    assert not (files.folder / case_id).exists()
    assert checking.check_same(here, issued) is None
    assert checking.check_paper(here, "TAP-2026-D0001", digest).outcome == "unknown"
    assert here.session.get(Case, case_id) is None
    assert b"%PDF" not in sealed


def test_what_was_kept_opens_nowhere_else(here: Desk, app: Flask, issued: bytes) -> None:
    files: FileStore = app.extensions["intake.files"]
    case, other = find(here, NUMBER), find(here, "TAP-2026-0002")
    row = here.session.scalars(select(IssuedDocument)).one()
    sealed = files.read(case.id, row.id)
    with pytest.raises(SealBroken):
        files.write(other.id, row.id, sealed)
        kept_bytes(here, files, other, row)
    moved = str(uuid.uuid4())
    files.write(case.id, moved, sealed)
    row.id = moved
    with pytest.raises(SealBroken):
        kept_bytes(here, files, case, row)
    here.session.rollback()


def test_numbers_run_by_team_and_year(here: Desk, app: Flask, issued: bytes) -> None:
    settings, files = app.extensions["intake.settings"], app.extensions["intake.files"]
    for number in ("TAP-2026-0002", "TIJ-2026-0001"):
        case = find(here, number)
        asked = {"kind": "summary", "language": "es", "operation": str(uuid.uuid4())}
        issue(here, files, settings, case, case.caseworker, **asked)
    found = here.session.scalars(select(IssuedDocument.number).order_by(IssuedDocument.number))
    assert found.all() == ["TAP-2026-D0001", "TAP-2026-D0002", "TIJ-2026-D0001"]


@pytest.mark.parametrize(
    ("kept", "held", "found"),
    [
        ('{"findings": [{"check": "a", "status": "gap"}]}', '{"findings": []}', ["a"]),
        ('{"findings": []}', '{"findings": [{"check": "b"}]}', ["b"]),
        ('{"gates": {"return": {"open": false}}}', '{"gates": {"return": {"open": true}}}',
         ["gate.return"]),
        ('{"as_of": "1"}', '{"as_of": "2"}', ["record"]),
        ("{}", "{}", []),
        ("{}", "no JSON", None),
        ("{}", "[1]", None),
        ("{}", '{"findings": 3}', None),
        ("{}", '{"findings": [3]}', None),
        ("{}", "[" * 100_000, None),
    ],
)  # fmt: skip
def test_two_evaluations_are_told_apart(kept: str, held: str, found: list[str] | None) -> None:
    assert checking.differing(kept.encode(), held) == found
