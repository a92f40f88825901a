"""Whoever loses a case while typing in it keeps what they typed, and sees nothing else of it."""

from __future__ import annotations

import html
import io
import re
import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from intake.extensions import db
from intake.models import User
from intake.services import erasure, team
from intake.services.people import change_person
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.services.conftest import find, put
from tests.test_cleaning import photo

Sign = Callable[[str], Person]
NUMBER = "TAP-2026-0001"
SECTION = f"/cases/{NUMBER}/sections/rights"
NOTE = "Contó que <durmió> bajo el puente & nadie le habló en mam."


def person(name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return db.scalars(query).unique().one()


def begin(ana: Person, path: str = SECTION) -> dict[str, object]:
    """The form as it stands in the browser, with something typed into it."""
    fields = dict(form_fields(ana.open(path)))
    return fields | {
        "rights.informed": "no",
        "rights.informed.note": NOTE + "\r\nSegundo renglón",
        "rights.informed.evidence_date-day": "3",
        "rights.informed.evidence_date-month": "febrero",
        "rights.informed.evidence_date-year": "2026",
        "rights.informed.evidence_date-time": "",
    }


def hand_over(app: Flask) -> None:
    with app.test_request_context():
        team.hand_over(
            desk(), person("sofia"), [NUMBER], person("beto").id, "Turno", str(uuid.uuid4())
        )


def erase(app: Flask) -> None:
    with app.test_request_context():
        here = desk()
        erasure.propose(
            here, find(here, NUMBER), person("sofia"),
            kind="erase", ground="asked", reason="Plazo", operation=str(uuid.uuid4()),
        )  # fmt: skip
        proposal = erasure.proposals(here, person("admin"))[0]
        erasure.confirm(here, app.extensions["intake.files"], proposal, person("admin"))


def copied(page: str) -> str:
    """The text in the box, as a person copies it."""
    found = re.search(r'<textarea[^>]*id="typed"[^>]*readonly[^>]*>\n(.*?)</textarea>', page, re.S)
    assert found, page
    return html.unescape(found[1])


@pytest.mark.parametrize(("lose", "status"), [(hand_over, 404), (erase, 410)])
def test_what_was_typed_is_on_the_page_that_says_the_case_is_gone(
    app: Flask, sign_in: Sign, lose: Callable[[Flask], None], status: int
) -> None:
    ana = sign_in("ana")
    typed = begin(ana)
    lose(app)
    if lose is hand_over:
        with app.test_request_context():
            put(
                desk(),
                NUMBER,
                {"answers.rights.language": {"value": "no", "note": "Escrito después"}},
            )
    answer = ana.client.post(SECTION, data=typed)
    assert answer.status_code == status
    assert "Lo que escribió no se guardó" in answer.text
    text = copied(answer.text)
    assert NOTE + "\nSegundo renglón" in text
    assert "3/febrero/2026" in text
    assert "\nNo\n" in text
    # the questions are those of the register, the rest is what the browser sent
    for hidden in ("Escrito después", str(typed["operation"]), "Yareli"):
        assert hidden not in answer.text
    assert str(typed["csrf_token"]) not in text
    # reading it tells nothing, as ever
    assert "Lo que escribió no se guardó" not in ana.client.get(SECTION).text


def test_a_section_that_is_only_looked_at_is_carried_too(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    typed = begin(ana)
    hand_over(app)
    for extra in ({"look": "1"}, {"switch_language": "en"}, {"resume": "1"}):
        answer = ana.client.post(SECTION, data=typed | extra)
        assert answer.status_code == 404
        assert NOTE in copied(answer.text)


def test_a_name_typed_into_the_profile_is_carried(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    path = re.findall(rf'"(/cases/{NUMBER}/profile/[^"#]+)"', ana.open(f"/cases/{NUMBER}/profile"))[
        0
    ]
    typed = dict(form_fields(ana.open(path))) | {"name": "Xochiquetzal"}
    hand_over(app)
    text = copied(ana.client.post(path, data=typed).text)
    assert "Nombre de la niña, niño o adolescente\nXochiquetzal" in text


def test_a_description_is_carried_and_the_file_is_said_to_be_where_it_was(
    app: Flask, sign_in: Sign
) -> None:
    ana, path = sign_in("ana"), f"/cases/{NUMBER}/attachments/new"
    typed = dict(form_fields(ana.open(path))) | {"kind": "photo", "description": NOTE}
    hand_over(app)
    sent = typed | {"file": (io.BytesIO(photo()), "foto.jpg")}
    answer = ana.client.post(path, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 404
    assert f"Descripción\n{NOTE}" in copied(answer.text)
    assert "Sigue en su dispositivo" in answer.text


def test_whoever_may_read_but_no_longer_write_keeps_their_comments(
    app: Flask, sign_in: Sign
) -> None:
    sofia = sign_in("sofia")
    path = f"/review/{NUMBER}"
    typed = dict(form_fields(sofia.open(path))) | {
        "comment.rights.informed": "Falta el acta",
        "text": NOTE,
    }
    with app.test_request_context():
        put(desk(), NUMBER, {"identity.other_names": "Nadie"})
        session = desk().session
        supervisor = person("sofia")
        change_person(
            desk(), supervisor, by=person("admin"), name=supervisor.name, role="caseworker",
            team=supervisor.team.name if supervisor.team else None, language="es",
        )  # fmt: skip
        session.rollback()
    # another role ends the sessions: the page that says so carries everything on, and it is shown after signing in
    ended = sofia.client.post(path, data=typed)
    assert ended.status_code == 401
    carried = {
        name: html.unescape(value) if isinstance(value, str) else value
        for name, value in form_fields(ended.text).items()
    }
    assert carried["text"] == NOTE
    again = sign_in("sofia")
    answer = again.client.post(path, data=carried)
    assert answer.status_code == 403
    text = copied(answer.text)
    assert NOTE in text
    assert "Falta el acta" in text


def test_a_case_that_vanishes_in_the_very_moment_is_no_fault_of_ours(
    app: Flask, sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from intake.services import save

    ana = sign_in("ana")
    typed = begin(ana) | {"rights.informed.evidence_date-month": "2"}
    kept = save.save

    def late(*args: object, **values: object) -> object:
        erase_in_between()
        return kept(*args, **values)  # type: ignore[arg-type]

    def erase_in_between() -> None:
        thread = threading.Thread(target=erase, args=(app,))
        thread.start()
        thread.join()

    monkeypatch.setattr("intake.services.save.save", late)
    answer = ana.client.post(SECTION, data=typed)
    assert answer.status_code == 404
    assert NOTE in copied(answer.text)


def test_no_page_shows_a_password_again(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/nowhere", data={"password": "cactus nube tren lima"})
    assert answer.status_code == 404
    assert "cactus nube" not in answer.text
