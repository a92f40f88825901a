"""``intake documents``: a file is judged by the record, or by a certificate alone."""

from __future__ import annotations

import io
import json
import uuid
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from intake.app import create_app
from intake.cli import main
from intake.issuing.issue import issue
from intake.models import Case, IssuedDocument
from intake.services import handed_out
from intake.services.files import FileStore
from intake.signing import signer_of
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.services.conftest import put

NUMBER = "TAP-2026-0001"
PASSWORD = "mazorca-azul-77"


class House:
    """An app with one document that was issued, and the command over it."""

    def __init__(self, folder: Path, app: Any) -> None:
        self.folder, self.app = folder, app

    def issue(self, password: str | None = None) -> Path:
        with self.app.test_request_context():
            case = desk().session.scalars(select(Case).where(Case.number == NUMBER)).one()
            out = issue(
                desk(),
                FileStore(self.folder / "attachments"),
                self.app.extensions["intake.settings"],
                case,
                case.caseworker,
                kind="summary",
                language="es",
                password=password,
                operation=str(uuid.uuid4()),
            )
        path = self.folder / f"{uuid.uuid4()}.pdf"
        path.write_bytes(out.content)
        return path

    def verify(self, *asked: str) -> Result:
        return CliRunner().invoke(main, ["documents", "verify", *asked])


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    app = create_app(settings_for(tmp_path, database_url))
    monkeypatch.setattr("intake.app.create_app", lambda *_: app)
    monkeypatch.setattr("intake.config.read_settings", lambda *_: app.extensions["intake.settings"])
    return House(tmp_path, app)


def altered(path: Path) -> Path:
    """The file with another evaluation in it, saved anew."""
    with pikepdf.open(path) as pdf:
        kept = pdf.attachments["evaluation.json"]
        changed = kept.get_file().read_bytes().replace(b'"status": "gap"', b'"status": "x"', 1)
        kept.obj.EF.F.write(changed)
        out = io.BytesIO()
        pdf.save(out)
    made = path.with_suffix(".altered.pdf")
    made.write_bytes(out.getvalue())
    return made


def test_a_file_is_judged_by_the_record(house: House) -> None:
    path = house.issue()
    said = house.verify(str(path))
    assert (said.exit_code, said.output.splitlines()[0][:6]) == (0, "valid:")
    assert "TAP-2026-D0001 (summary, es)" in said.output
    told = json.loads(house.verify(str(path), "--json").output)
    assert (told["outcome"], told["document"]["number"]) == ("valid", "TAP-2026-D0001")
    said = house.verify(str(altered(path)))
    assert said.exit_code == 1
    assert "its signature is broken" in said.output and "it differs in: " in said.output
    with house.app.test_request_context():
        put(desk(), NUMBER, {"profile.age": 9})
    house.issue()
    assert house.verify(str(path)).exit_code == 3
    with house.app.test_request_context():
        case = desk().session.scalars(select(Case).where(Case.number == NUMBER)).one()
        first = desk().session.scalars(
            select(IssuedDocument.id).where(IssuedDocument.number == "TAP-2026-D0001")
        )
        handed_out.withdraw(desk(), case, first.one(), case.caseworker, "Una razón")
    assert house.verify(str(path)).exit_code == 4


def test_a_file_of_others_is_not_known(house: House) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = "\x1b[31m"
        with pdf.open_metadata() as metadata:
            metadata["dc:identifier"] = "\x85[31mTAP-2026-D0001"
        pdf.save(house.folder / "other.pdf")
    said = house.verify(str(house.folder / "other.pdf"))
    assert (said.exit_code, "\x1b" in said.output, "\x85" in said.output) == (5, False, False)


def test_a_locked_copy_needs_its_password(house: House) -> None:
    path = house.issue(PASSWORD)
    said = house.verify(str(path))
    assert said.exit_code == 2 and "--password-file" in said.output
    kept = house.folder / "password"
    kept.write_text(f"{PASSWORD}\n", encoding="utf-8")
    said = house.verify(str(path), "--password-file", str(kept))
    assert said.exit_code == 0 and PASSWORD not in said.output


def test_the_certificate_alone_tells_whether_a_file_was_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = house.issue()
    pem = house.folder / "public.pem"
    assert CliRunner().invoke(main, ["documents", "certificate", "-o", str(pem)]).exit_code == 0
    signer = signer_of(house.app.extensions["intake.settings"])
    assert pem.read_bytes() == signer.public

    def nowhere(*_: Any) -> Any:
        raise AssertionError("no database is asked")

    monkeypatch.setattr("intake.app.create_app", nowhere)
    said = house.verify(str(path), "--certificate", str(pem))
    assert said.exit_code == 0
    assert said.output.startswith("intact:") and "not checked: the record" in said.output
    assert house.verify(str(altered(path)), "--certificate", str(pem)).exit_code == 1
    added = house.folder / "added.pdf"
    added.write_bytes(path.read_bytes() + b"\n%")
    told = json.loads(house.verify(str(added), "--certificate", str(pem), "--json").output)
    assert (told["outcome"], told["alterations"]) == ("altered", ["added"])
    other = house.folder / "elsewhere"
    other.mkdir()
    from intake.signing import self_made

    pem.write_bytes(self_made(other, "Another").public)
    assert house.verify(str(path), "--certificate", str(pem)).exit_code == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is no PDF"), (b"hola", "is no PDF"), (b"%PDF-1.7\n\xff\x00", "is damaged")],
)
def test_what_cannot_be_read_is_an_error_and_no_verdict(
    house: House, content: bytes, said: str
) -> None:
    path = house.folder / "x.pdf"
    path.write_bytes(content)
    told = house.verify(str(path))
    assert told.exit_code == 2 and said in told.output
    for missing in ("nowhere.pdf", str(house.folder), "a\0b"):
        assert house.verify(missing).exit_code == 2
    assert house.verify(str(path), "--certificate", str(path)).exit_code == 2
    assert house.verify(str(path), "--password-file", "nowhere").exit_code == 2


def test_its_help_names_every_status() -> None:
    told = CliRunner().invoke(main, ["documents", "verify", "--help"]).output
    assert all(word in told for word in ("altered", "supersedes", "withdrawn", "not known"))
