"""Nothing that was told of a child lies in the clear: not in the database's files, the log, a backup or a dump."""

from __future__ import annotations

import base64
import io
import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from intake.services.backup import make_backup
from intake.services.sealed_file import Lock
from tests.conftest import Person, form_fields
from tests.test_cleaning import photo

SignIn = Callable[[str], Person]
PLANTED = {
    "name": "Xochiquétzal Tzontemoc",
    "other names": "Yaxk'in Ñandutí",
    "note": "Contó que durmió bajo el puente de Teodomiro",
    "reason": "Porque nadie habla mam en la estación",
    "evidence": "Acta 77-Suchiate-3391",
    "comment": "Llame usted a la tía Guillermina Ek",
    "review": "Falta la firma de Nicolasa Tzul",
    "free answer": "Zacualpa-4417-Huehuetenango",
    "paper": "Acuse de Citlalmina Iztacxóchitl",
}
IN_CLEAR = "TAP-2026-"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Everything that is logged while the test runs, however chatty."""
    path = tmp_path / "server.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def plant(sign_in: SignIn) -> str:
    """Puts each text where a person would type it, and sends the case to the supervisor and back."""
    ana, sofia = sign_in("ana"), sign_in("sofia")
    typed = {"name": PLANTED["name"], "other_names": PLANTED["other names"], "country": "MX"}
    ana.send("/cases/new", typed)
    number = re.findall(
        r"/cases/(TAP-2026-\d+)\"", ana.client.post("/cases", data={"name": "tzontemoc"}).text
    )[0]
    rights = f"/cases/{number}/sections/rights"
    ana.send(
        rights,
        {
            "rights.informed": "not_applicable",
            "rights.informed.reason": PLANTED["reason"],
            "rights.informed.note": PLANTED["note"],
            "rights.informed.evidence_source": PLANTED["evidence"],
            "rights.language": "no",
            "rights.language.note": PLANTED["free answer"],
        },
    )
    papers = f"/cases/{number}/attachments"
    fields = dict(form_fields(ana.open(f"{papers}/new"))) | {
        "kind": "photo",
        "description": PLANTED["paper"],
        "file": (io.BytesIO(photo()), f"{PLANTED['paper']}.jpg"),
    }
    sent = ana.client.post(f"{papers}/new", data=fields, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.text
    ana.send(f"/cases/{number}/submit", {})
    review = f"/review/{number}"
    comment = {"do": "comment:rights.language", "comment.rights.language": PLANTED["comment"]}
    sofia.send(review, comment, 200)
    sofia.send(review, {"do": "decide", "decision": "returned", "text": PLANTED["review"]})
    sofia.client.post("/review", data={"name": PLANTED["name"]})
    pages = (
        ana.open(papers)
        + ana.open(f"/cases/{number}")
        + ana.open(rights)
        + ana.open(f"/cases/{number}/profile")
    )
    page = pages.replace("&#39;", "'")
    assert [what for what, text in PLANTED.items() if text not in page] == []
    return number


def spellings(text: str) -> set[bytes]:
    """The text as it could lie in a file: two encodings of its characters, and base64 at each of three offsets."""
    found = set()
    for part in (text, text.casefold(), text.upper()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            content = part.encode(encoding, "replace")
            found |= {content, content.hex().encode()}
            for ahead in range(3):
                # the first and last marks mix with what stands beside the text
                found.add(base64.b64encode(b"\0" * ahead + content)[4:-4])
        found.add(part.encode("unicode_escape"))
    return found


def needles() -> dict[bytes, str]:
    """Each planted text and each name in it, in every spelling."""
    return {
        spelling: what
        for what, text in PLANTED.items()
        for part in {text, *(word for word in text.split() if len(word) > 6 and word[0].isupper())}
        for spelling in spellings(part)
        if len(spelling) > 6
    }


def test_no_file_holds_anything_in_the_clear(
    app: Flask,
    sign_in: SignIn,
    log: Path,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    number = plant(sign_in)
    vault = app.extensions["intake.vault"]
    make_backup(app.extensions["intake.engine"], app.extensions["intake.files"], tmp_path / "one.backup",
                Lock(vault, vault.primary), key_id=vault.primary, salt="s",
                begin=lambda _: None, step=lambda _: None)  # fmt: skip
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    if database_url.startswith("sqlite"):
        assert {"intake.sqlite", "intake.sqlite-wal", "one.backup", "server.log"} <= {
            p.name for p in files
        }
    else:
        dump = tmp_path / "dump.sql"
        subprocess.run(
            ["pg_dump", "--file", dump, database_url.rsplit("/", 1)[1]], check=True, env=os.environ
        )
        files.append(dump)
    contents = {path.name: path.read_bytes() for path in files}
    held = contents["dump.sql" if "dump.sql" in contents else "intake.sqlite-wal"]
    assert number.encode() in held  # the test looks where the case is
    found = [
        f"{what} in {name} as {needle[:40]!r}"
        for name, content in contents.items()
        for needle, what in needles().items()
        if needle in content
    ]
    assert found == []


def test_the_test_would_find_what_it_looks_for() -> None:
    text = PLANTED["note"]
    for ahead in (b"", b"x", b"xy"):
        hidden = base64.b64encode(ahead + text.encode() + b"and more")
        assert any(needle in hidden for needle in needles())
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert any(needle in b"..." + text.encode(encoding) for needle in needles())
