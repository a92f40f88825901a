"""Documents leave numbered, signed and recorded, or they do not leave."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from intake.examining import examine_here
from intake.issuing import issue as issuing
from intake.issuing.registry import KINDS
from intake.models import AuditEntry, Disclosure, IssuedDocument, User
from intake.services import attachments, consent, handed_out
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk, Refused
from intake.services.documents import kept_bytes
from intake.services.files import FileStore
from intake.signing import signer_of
from tests.issuing.conftest import NUMBER, Prints
from tests.services.conftest import find, put

COMAR = {"recipient": "comar", "purpose": "asylum", "ground": "Artículo de una ley"}


def rows(here: Desk) -> list[IssuedDocument]:
    return list(here.session.scalars(select(IssuedDocument).order_by(IssuedDocument.number)))


def trail(here: Desk, action: str) -> list[dict[str, Any]]:
    query = select(AuditEntry.detail).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(here.session.scalars(query))


def kept(files: FileStore) -> int:
    return sum(1 for path in files.folder.rglob("*") if path.is_file())


def test_what_leaves_is_recorded_signed_and_carries_the_evaluation(
    here: Desk, prints: Prints, files: FileStore, app: Flask
) -> None:
    out = prints()
    (row,) = rows(here)
    case = find(here, NUMBER)
    assert out.number == row.number == "TAP-2026-D0001"
    assert row.sha256 == hashlib.sha256(out.content).hexdigest()
    assert kept_bytes(here, files, case, row) == out.content
    sealed = files.read(case.id, row.id)
    assert out.content[:64] not in sealed and b"%PDF" not in sealed
    found = examine_here(out.content)
    assert (found.number, found.digest, found.signature, found.whole) == (
        row.number,
        row.digest,
        "intact",
        True,
    )
    signer = signer_of(app.extensions["intake.settings"])
    assert found.certificate == row.certificate == signer.fingerprint
    record = json.loads(found.record)
    expected = evaluate_file(open_file(here, case)).as_contract("es")
    assert {**record, "as_of": ""} == {**expected, "as_of": ""}
    assert trail(here, "case.printed") == [
        {
            "document": row.number,
            "kind": "summary",
            "language": "es",
            "recipient": None,
            "purpose": None,
        }
    ]


def test_the_same_again_is_the_same_document_and_an_entry_of_its_own(
    here: Desk, prints: Prints
) -> None:
    first = prints()
    sofia = here.session.scalars(select(User).where(User.email.like("sofia@%"))).unique().one()
    for again in (prints(), prints(by=sofia)):
        assert (again.content, again.number, again.again) == (first.content, first.number, True)
    assert [entry.get("again") for entry in trail(here, "case.printed")] == [None, True, True]
    others = [
        prints(language="en"),
        prints(page_size="A4"),
        prints(**COMAR),
        prints(**COMAR | {"purpose": "counsel"}),
    ]
    assert len({first.number, *(other.number for other in others)}) == 5
    assert [one.state for one in handed_out.documents(here, find(here, NUMBER))] == ["current"] * 5


def test_a_change_makes_another_document_which_supersedes_the_ones_before(
    here: Desk, prints: Prints
) -> None:
    old, english, comar = prints(), prints(language="en"), prints(**COMAR)
    put(here, NUMBER, {"profile.age": 9})
    operation = str(uuid.uuid4())
    new = prints(operation=operation)
    assert prints(operation=operation).number == new.number
    states = {
        one.document.number: (one.state, one.newer)
        for one in handed_out.documents(here, find(here, NUMBER))
    }
    assert states == {
        old.number: ("superseded", new.number),
        english.number: ("superseded", new.number),
        # who got it has no newer one
        comar.number: ("current", None),
        new.number: ("current", None),
    }


def test_one_form_sent_again_after_a_change_gives_the_case_as_it_is_now(
    here: Desk, prints: Prints
) -> None:
    operation = str(uuid.uuid4())
    before = prints(operation=operation)
    put(here, NUMBER, {"profile.age": 9})
    assert prints(operation=operation).number != before.number


def test_nothing_leaves_for_a_recipient_without_consent_or_ground(
    here: Desk, prints: Prints, files: FileStore
) -> None:
    with pytest.raises(Refused, match="no_consent"):
        prints(recipient="comar", purpose="asylum")
    assert (rows(here), kept(files)) == ([], 0)
    assert len(trail(here, "case.sharing-refused")) == 1
    assert here.session.scalar(select(func.count()).select_from(Disclosure)) == 0


def test_a_consent_withdrawn_while_the_pages_are_made_keeps_them_here(
    here: Desk, prints: Prints, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = find(here, NUMBER)
    given = str(uuid.uuid4())
    said = {"giver": "child", "name": "", "how": "written", "evidence": ""}
    shared = {"purpose": "asylum", "recipient": "comar"}
    today = evaluate_file(open_file(here, case)).case.as_of.date()
    consent.give_consent(
        here, case, case.caseworker, **shared, **said, given_on=today, operation=given
    )

    def draft(asked: Any) -> Any:
        drafted = KINDS["summary"].draft(asked)

        def render(context: Any, page_size: Any) -> bytes:
            consent.withdraw_consent(here, find(here, NUMBER), given, asked.by, today)
            return drafted.render(context, page_size)

        return replace(drafted, render=render)

    slow = {"summary": replace(KINDS["summary"], draft=draft)}
    monkeypatch.setattr(issuing, "KINDS", slow)
    with pytest.raises(Refused, match="no_consent"):
        prints(**shared)
    assert (rows(here), kept(files)) == ([], 0)


def test_what_cannot_be_kept_does_not_leave(
    here: Desk, prints: Prints, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStore, "write", full)
    with pytest.raises(OSError, match="No space"):
        prints(**COMAR)
    assert (rows(here), kept(files), trail(here, "case.printed")) == ([], 0, [])
    assert here.session.scalar(select(func.count()).select_from(Disclosure)) == 0


def test_a_document_is_for_those_within_reach_and_the_recipients_of_its_kind(
    here: Desk, prints: Prints, monkeypatch: pytest.MonkeyPatch
) -> None:
    beto = here.session.scalars(select(User).where(User.email.like("beto@%"))).unique().one()
    with pytest.raises(Refused, match="not_yours"):
        prints(by=beto)
    for goes, asked in (("inside", COMAR), ("outside", {})):
        kinds = {"summary": replace(KINDS["summary"], goes=goes)}
        monkeypatch.setattr(issuing, "KINDS", kinds)
        with pytest.raises(Refused, match="not_for_them"):
            prints(**asked)
    topics = {"summary": replace(KINDS["summary"], topics=lambda _asked: {"counsel.assigned": "x"})}
    monkeypatch.setattr(issuing, "KINDS", topics)
    for about in (None, "", "something"):
        with pytest.raises(Refused, match="no_topic"):
            prints(about=about)
    assert rows(here) == []
    assert prints(about="counsel.assigned").number


def test_a_kept_file_that_is_gone_or_damaged_is_made_anew(
    here: Desk, prints: Prints, files: FileStore
) -> None:
    first = prints()
    case = find(here, NUMBER)
    files.write(case.id, rows(here)[0].id, b"\x02 not what was kept")
    second = prints()
    assert second.number != first.number
    files.remove(case.id, rows(here)[1].id)
    assert prints().number not in (first.number, second.number)


def test_bringing_a_photo_leaves_the_documents_alone(
    here: Desk, prints: Prints, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    prints()
    case = find(here, NUMBER)
    monkeypatch.setattr(attachments, "HELD_SECONDS", -10)
    monkeypatch.setattr(attachments, "clean", lambda content: ("png", content))
    photo = {"kind": "photo", "description": "", "operation": str(uuid.uuid4())}
    attachments.add_attachment(here, files, case, case.caseworker, b"photo", **photo)
    assert kept_bytes(here, files, find(here, NUMBER), rows(here)[0])
