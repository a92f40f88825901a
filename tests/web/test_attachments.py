"""Papers and photos of a case, as people bring, read and destroy them."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from intake.extensions import db
from intake.models import Attachment, AuditEntry, Case
from intake.services.verify import verify_trail
from intake.vault import Place, SealBroken
from tests.conftest import Person, form_fields
from tests.test_cleaning import PLANTED, paper, photo

CASE = "/cases/TAP-2026-0001"
NEW = f"{CASE}/attachments/new"
Sign = Callable[[str], Person]


def bring(person: Person, content: bytes, status: int = 302, **typed: str) -> str:
    """Sends the form with a file, as a browser would."""
    fields: dict[str, object] = dict(form_fields(person.open(NEW)))
    fields |= {"kind": "identity", "description": "Acta 17, Ocotepeque"} | typed
    fields["file"] = (io.BytesIO(content), "PLANTED-name.exe", "text/html")
    response = person.client.post(NEW, data=fields, content_type="multipart/form-data")
    assert response.status_code == status, response.status_code
    return response.text


def link(person: Person) -> str:
    found = re.findall(rf'href="({CASE}/attachments/[0-9a-f-]{{36}})"', person.open(CASE))
    assert found
    return str(found[0])


def test_a_paper_is_kept_sealed_and_handed_out_as_a_download_only(
    app: Flask, sign_in: Sign, tmp_path: Path
) -> None:
    ana = sign_in("ana")
    bring(ana, photo())
    assert "Acta 17, Ocotepeque" in ana.open(CASE)
    sent = ana.client.get(link(ana))
    assert sent.data.startswith(b"\xff\xd8\xff")
    assert PLANTED not in sent.data
    assert sent.mimetype == "application/octet-stream"
    assert re.fullmatch(
        r'attachment; filename="TAP-2026-0001-identity-[0-9a-f]{8}\.jpg"',
        sent.headers["Content-Disposition"],
    )
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"].startswith("sandbox")
    assert sent.headers["Cache-Control"] == "no-store"
    kept = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    assert sent.data[:200] not in kept[0].read_bytes()
    with app.app_context():
        done = db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [one for one in done if "attachment" in one] == [
            "case.attachment-added",
            "case.attachment-read",
        ]
        assert verify_trail(db()) is None


def test_others_find_no_file_of_the_case(sign_in: Sign) -> None:
    ana = sign_in("ana")
    bring(ana, paper())
    path = link(ana)
    expected = {"beto": 404, "sofia": 200, "david": 404, "admin": 403, "auditor": 403}
    for name, status in expected.items():
        assert sign_in(name).client.get(path).status_code == status, name
    for name in ("beto", "sofia", "admin"):
        status = sign_in(name).client.post(f"{path}/remove").status_code
        assert status in (403, 404), name
    ana.open(path.replace("TAP-2026-0001", "TAP-2026-0003"), 404)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"GIF89a" + bytes(60), "no es PDF, PNG ni JPEG"),
        (b"%PDF-1.7\nnothing", "está dañado"),
        (b"", "Elija un archivo"),
        (b"%PDF-" + bytes(20 * 1024 * 1024), "más de 20 MB"),
    ],
)
def test_a_file_that_is_not_taken_says_why_beside_the_field_and_loses_nothing_typed(
    sign_in: Sign, content: bytes, sentence: str
) -> None:
    ana = sign_in("ana")
    page = bring(ana, content, 422, description="Lo que escribí")
    beside = re.search(r'id="file-error".*?</p>', page, re.S)
    assert beside
    assert sentence in beside[0]
    assert "Lo que escribí" in page
    assert re.search(r'value="identity"[^>]*checked', page)
    assert "PLANTED-name" not in page


def test_a_good_file_need_not_be_sent_again_when_the_rest_was_not_complete(
    app: Flask, sign_in: Sign, tmp_path: Path
) -> None:
    ana = sign_in("ana")
    page = bring(ana, photo(), 422, kind="", description="Lo que escribí")
    assert "Su archivo llegó" in page
    with app.app_context():
        assert db.scalars(select(Attachment)).all() == []
    fields = dict(form_fields(page))
    assert fields["held"] == "1"
    assert ana.client.post(NEW, data=fields | {"switch_language": "en"}).status_code == 200
    assert ana.client.post(NEW, data=fields | {"kind": "photo"}).status_code == 302
    assert ana.client.get(link(ana)).data.startswith(b"\xff\xd8\xff")
    # a form that says so without any file having come is told to choose one
    empty = dict(form_fields(ana.open(NEW))) | {"kind": "photo", "held": "1"}
    refused = ana.client.post(NEW, data=empty)
    assert (refused.status_code, "Elige" in refused.text or "Choose a file" in refused.text) == (
        422,
        True,
    )
    # and an attachment is never overwritten by a form sent again without its kind
    before = [one.read_bytes() for one in (tmp_path / "attachments").rglob("*") if one.is_file()]
    again = dict(fields) | {"kind": "", "file": (io.BytesIO(photo("PNG")), "x")}
    assert ana.client.post(NEW, data=again).status_code == 422
    after = [one.read_bytes() for one in (tmp_path / "attachments").rglob("*") if one.is_file()]
    assert before == after


def test_what_was_held_and_never_completed_is_taken_away(sign_in: Sign, tmp_path: Path) -> None:
    ana = sign_in("ana")
    bring(ana, photo(), 422, kind="")
    (held,) = [one for one in (tmp_path / "attachments").rglob("*") if one.is_file()]
    os.utime(held, (0, 0))
    bring(ana, photo())
    kept = [one for one in (tmp_path / "attachments").rglob("*") if one.is_file()]
    assert len(kept) == 1
    assert kept[0].name != held.name


def test_a_file_never_lies_open_on_the_disk_while_it_comes_in(
    sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a temporary file was opened")

    ana = sign_in("ana")
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    bring(ana, photo() + bytes(900_000))


def test_the_same_form_sent_twice_keeps_one_file(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    fields = dict(form_fields(ana.open(NEW))) | {"kind": "photo"}
    for _ in range(2):
        sent = dict(fields) | {"file": (io.BytesIO(photo()), "x")}
        assert ana.client.post(NEW, data=sent).status_code == 302
    with app.app_context():
        assert len(db.scalars(select(Attachment)).all()) == 1


def test_a_destroyed_file_is_gone_and_its_line_stays(sign_in: Sign, tmp_path: Path) -> None:
    ana = sign_in("ana")
    bring(ana, photo())
    path = link(ana)
    ana.send(f"{path}/remove", {})
    ana.open(path, 404)
    # pressed twice, or after going back
    assert ana.client.post(f"{path}/remove", data={}).headers["Location"].endswith("/attachments")
    assert "Ese archivo ya se había destruido." in ana.open(f"{CASE}/attachments")
    assert sign_in("beto").client.post(f"{path}/remove", data={}).status_code == 404
    assert "Destruido por" in ana.open(f"{CASE}/attachments")
    assert [one for one in (tmp_path / "attachments").rglob("*") if one.is_file()] == []


def test_a_file_put_in_the_place_of_another_does_not_open(
    app: Flask, sign_in: Sign, tmp_path: Path
) -> None:
    ana = sign_in("ana")
    bring(ana, photo())
    bring(ana, photo("PNG"))
    first, second = sorted(one for one in (tmp_path / "attachments").rglob("*") if one.is_file())
    first.write_bytes(second.read_bytes())
    with app.app_context():
        vault, case_id = app.extensions["intake.vault"], first.parent.name
        case = db.get_one(Case, case_id)
        with pytest.raises(SealBroken):
            vault.open_bytes(
                case.wrapped_key,
                Place("attachment file", case_id, first.name),
                first.read_bytes(),
            )
