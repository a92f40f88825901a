"""A case that is handed over between a page's look at it and the write: nothing is written, and nothing typed is lost."""

from __future__ import annotations

import html
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from intake.extensions import db
from intake.models import (
    Attachment,
    AuditEntry,
    Case,
    Change,
    Comment,
    Consent,
    IssuedDocument,
    User,
)
from intake.services import team
from intake.services.desk import Desk, OutOfReach
from intake.services.people import change_person
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.security.pages import Page
from tests.security.strange import multipart, urlencoded
from tests.services.conftest import find
from tests.test_cleaning import photo

Sign = Callable[[str], Person]
NUMBER = "TAP-2026-0001"
NOTE = "Contó que <durmió> bajo el puente."
DAY = {"day": "3", "month": "2", "year": "2026", "time": "10:00"}
HELD = (Attachment, Change, Comment, Consent, IssuedDocument)
FORMS: dict[str, dict[str, str]] = {
    "sections/rights": {"rights.informed": "no", "rights.informed.note": NOTE},
    "profile/child": {"name": NOTE},
    "gaps/counsel.assigned": {"state": "in_progress", "action": NOTE},
    "gaps/counsel.assigned/pause": {"ground": NOTE}
    | {f"since-{part}": value for part, value in DAY.items()},
    "panel/new": {"name": NOTE, "role": "law", "conflict": "none"},
    "violations/new": {"kind": "detention", "authority": "inm", "what": NOTE}
    | {f"observed_at-{part}": value for part, value in DAY.items()},
    "attachments/new": {"kind": "photo", "description": NOTE},
    "consent/new": {
        **{"purpose": "asylum", "recipient": "comar", "giver": "child", "how": "spoken"},
        **{"given_on-day": "3", "given_on-month": "2", "given_on-year": "2026", "evidence": NOTE},
    },
    "documents": {"kind": "summary", "recipient": "own_file"},
}


def person(name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return db.scalars(query).unique().one()


def hand_over(app: Flask) -> None:
    with app.test_request_context():
        team.hand_over(
            desk(), person("sofia"), [NUMBER], person("beto").id, "Turno", str(uuid.uuid4())
        )


def meanwhile(app: Flask, do: Callable[[Flask], None]) -> None:
    """Somebody else does that, in a request of their own."""
    thread = threading.Thread(target=do, args=(app,))
    thread.start()
    thread.join()


@pytest.fixture
def lost(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The case is handed over as soon as a page has seen that it may be written; says when that was."""
    happened: list[str] = []
    rely_on = Desk.rely_on

    def late(self: Desk, *about: Any) -> None:
        rely_on(self, *about)
        if not happened:
            happened.append("handed over")
            self.session.rollback()
            meanwhile(app, hand_over)

    monkeypatch.setattr(Desk, "rely_on", late)
    yield happened
    assert happened == ["handed over"]


def written(app: Flask, by: str) -> dict[str, int]:
    """How much of each kind that person ever wrote."""
    with app.test_request_context():
        return {
            kind.__name__: db.scalar(
                select(func.count()).select_from(kind).where(kind.by_id == person(by).id)
            )
            or 0
            for kind in HELD
        }


@pytest.mark.parametrize("end", FORMS)
def test_nothing_is_written_into_a_case_that_was_handed_over_and_nothing_typed_is_lost(
    app: Flask, sign_in: Sign, lost: list[str], end: str
) -> None:
    ana, path = sign_in("ana"), f"/cases/{NUMBER}/{end}"
    main = Page(ana.open(path)).main
    assert main
    fields = {
        name: field.value
        for name, field in main.fields.items()
        if field.kind not in ("button", "radio", "checkbox") or field.value
    }
    values = {name: [text.encode()] for name, text in (fields | FORMS[end]).items()}
    sent = urlencoded(values)
    if "file" in values:
        sent = multipart(values | {"file": [photo()]}, ("file",))
    before = written(app, "ana")
    answer = ana.client.post(path, data=sent.body, content_type=sent.content_type)
    assert lost
    assert answer.status_code == 404, "as if the case had been handed over before"
    assert written(app, "ana") == before
    assert "No se encontró el caso" in answer.text
    assert not FORMS[end] or NOTE not in FORMS[end].values() or NOTE in html.unescape(answer.text)
    with app.test_request_context():
        refused = db.scalars(
            select(AuditEntry).where(AuditEntry.action == "refused").order_by(AuditEntry.id.desc())
        ).first()
        assert refused
        assert refused.case_id == find(desk(), NUMBER).id, "the trail tells of it"


def test_a_supervisor_whose_role_was_taken_meanwhile_comments_no_more(
    app: Flask, sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def demote(app: Flask) -> None:
        with app.test_request_context():
            sofia = person("sofia")
            change_person(
                desk(), sofia, by=person("admin"), name=sofia.name, role="caseworker",
                team="Albergue Tapachula", language="es",
            )  # fmt: skip

    sofia, path, rely_on = sign_in("sofia"), f"/review/{NUMBER}", Desk.rely_on
    typed = dict(form_fields(sofia.open(path))) | {"do": "comment:case", "comment.case": NOTE}

    def late(self: Desk, *about: Any) -> None:
        rely_on(self, *about)
        self.session.rollback()
        meanwhile(app, demote)

    monkeypatch.setattr(Desk, "rely_on", late)
    before = written(app, "sofia")
    answer = sofia.client.post(path, data=typed)
    assert answer.status_code == 404
    assert NOTE in html.unescape(answer.text)
    assert written(app, "sofia") == before


def test_who_writes_first_keeps_the_hand_over_waiting(app: Flask) -> None:
    with app.test_request_context():
        here, ana = desk(), person("ana")
        here.rely_on(ana, "case.write", find(here, NUMBER))
        with here.writing() as session:
            thread = threading.Thread(target=hand_over, args=(app,))
            thread.start()
            thread.join(0.3)
            assert thread.is_alive(), "it waits until this is written"
            case = session.scalars(select(Case).where(Case.number == NUMBER)).one()
            assert case.caseworker_id == ana.id
        thread.join(20)
        assert not thread.is_alive()
        with pytest.raises(OutOfReach), here.writing():
            pytest.fail("the right is gone")
