"""All that is held on a child, as a supervisor hands it out."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable

import pikepdf
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from intake.extensions import db
from intake.models import AuditEntry, Case, User
from intake.services import access_export, attachments, consent, emergency, erasure, review
from intake.services.people import everybody
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.services.conftest import put
from tests.test_cleaning import photo

CASE = "/cases/TAP-2026-0001"
HELD = (
    "Nombre Plantado",
    "Nota plantada",
    "Comentario plantado",
    "Testigo plantado",
    "Foto plantada",
    "Urgencia plantada: no contesta nadie",
    "Fin plantado",
)


def fill(app: Flask) -> None:
    with app.test_request_context():
        here = desk()
        put(here, "TAP-2026-0001", {"identity.name": HELD[0]})
        put(here, "TAP-2026-0001", {"answers.rights.informed": {"value": "no", "note": HELD[1]}})

        def case() -> Case:
            return db.scalars(select(Case).where(Case.number == "TAP-2026-0001")).one()

        review.comment_on(here, case(), case().caseworker, None, HELD[2], str(uuid.uuid4()))
        consent.give_consent(
            here, case(), case().caseworker, purpose="health", recipient="salud",
            given_on=case().opened_at.date(), giver="child", name="", how="spoken",
            evidence=HELD[3], operation=str(uuid.uuid4()),
        )  # fmt: skip
        attachments.add_attachment(
            here, app.extensions["intake.files"], case(), case().caseworker, photo(),
            kind="photo", description=HELD[4], operation=str(uuid.uuid4()),
        )  # fmt: skip
        people = {one.email.split("@")[0]: one.id for one in everybody(here.session)}
        emergency.open_for_emergency(
            here, here.session.get_one(User, people["david"]), "TAP-2026-0001", HELD[5],
            str(uuid.uuid4()),
        )  # fmt: skip
        erasure.propose(
            here, case(), here.session.get_one(User, people["sofia"]), kind="anonymise",
            ground="asked", reason=HELD[6], operation=str(uuid.uuid4()),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "heading"), [("es", "Lo que se guarda"), ("en", "What is kept")]
)
def test_everything_that_is_held_is_handed_out_and_recorded(
    app: Flask, sign_in: Callable[[str], Person], language: str, heading: str
) -> None:
    fill(app)
    sofia = sign_in("sofia")
    sofia.send(f"{CASE}/access", {}, 422)
    fields = dict(form_fields(sofia.open(f"{CASE}/access")))
    fields |= {"ground": "child", "reason": "Razón plantada", "language": language}
    sent = sofia.client.post(f"{CASE}/access", data=fields)
    assert sent.status_code == 200
    assert sent.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(sent.data))
    assert archive.testzip() is None
    names = archive.namelist()
    pdf = archive.read(f"TAP-2026-0001-{language}.pdf")
    told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    told = " ".join(told.split())
    data = json.loads(archive.read("TAP-2026-0001.json"))
    assert heading in told
    for planted in (*HELD, "Razón plantada"):
        assert planted in told, planted
        assert planted in json.dumps(data, ensure_ascii=False), planted
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
    papers = [name for name in names if name.endswith(".jpg")]
    assert len(papers) == 1
    assert archive.read(papers[0]).startswith(b"\xff\xd8\xff")
    assert data["proposed_endings"][0]["state"] == "proposed"
    assert data["emergency_access"][0]["by"] == "David Hill"
    assert data["attachments"][0]["file"] in papers[0]
    assert {one["by"] for one in data["who_read_or_changed_it"]} >= {"Ana Cruz Solís"}
    with app.app_context():
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last
        assert (last.action, last.detail["purpose"]) == ("case.shared", "access_child")
        assert "Razón" not in str(last.detail)


def test_only_one_attachment_is_in_memory_at_a_time() -> None:
    held: list[int] = []

    def opens(number: int) -> Callable[[], bytes]:
        def open_it() -> bytes:
            held.append(number)
            return bytes([number]) * 3_000_000

        return open_it

    pieces = access_export.zip_of([("a", b"x")], [(str(n), opens(n)) for n in range(4)])
    longest, came = 0, io.BytesIO()
    for piece in pieces:
        longest = max(longest, len(piece))
        came.write(piece)
        assert came.tell() >= (len(held) - 1) * 3_000_000, "opened before its turn"
    assert longest < 2 * access_export.PIECE
    assert zipfile.ZipFile(came).testzip() is None


def test_a_paper_that_cannot_be_opened_does_not_keep_back_the_rest() -> None:
    def fails() -> bytes:
        raise FileNotFoundError("secret name")

    content = b"".join(access_export.zip_of([("a", b"x")], [("b", fails), ("c", lambda: b"z")]))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.namelist() == ["a", "b.txt", "c"]
