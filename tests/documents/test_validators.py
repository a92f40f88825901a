"""Every kind of document, in each language and on each paper, before validators that are not ours.

Whatever is added to intake.issuing.registry is checked here as it is issued: numbered, with its evaluation, signed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from flask import Flask
from pikepdf import pdfa
from sqlalchemy import select

from intake.app import create_app
from intake.checklist.parts import LANGUAGES
from intake.documents.rendering import PAGE_SIZES
from intake.examining import examine_here
from intake.extensions import db
from intake.forms.privacy import PURPOSES
from intake.issuing.issue import issue
from intake.issuing.kinds import Asked
from intake.issuing.registry import KINDS
from intake.models import Case, User, now
from intake.services.desk import Refused
from intake.services.rights import may_with
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.issuing.determined import determine

OUTLOUD = Path(__file__).parents[2] / ".make" / "outloud" / "bin" / "outloud"
ALL = [(kind, code, paper) for kind in KINDS for code in LANGUAGES for paper in PAGE_SIZES]
# pikepdf's checker knows no schema but PDF/A's own; the one for PDF/UA is described in the file, as PDF/A asks
KNOWN_SCHEMAS = re.compile(r"XMP (namespace|property) pdf(aExtension|aSchema|aProperty|uaid)[:=]")


@dataclass(frozen=True)
class Made:
    """A document that was issued, and where it lies."""

    path: Path
    number: str
    content: bytes


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, with_demo: Callable[[str], str | Path]
) -> Iterator[Callable[..., Made]]:
    """Issues a document of the first demonstration case that has what it needs, once."""
    folder = tmp_path_factory.mktemp("issued")
    place = folder / "intake.sqlite"
    shutil.copy(with_demo("sqlite"), place)
    app = create_app(settings_for(folder, f"sqlite:///{place}"))
    with app.test_request_context():
        determine(desk())
    done: dict[tuple[str, str, str], Made] = {}

    def made(kind: str, code: str, paper: str) -> Made:
        key = (kind, code, paper)
        if key not in done:
            with app.test_request_context():
                number, content = _issued(app, *key)
            path = folder / f"{kind}-{code}-{paper}.pdf"
            path.write_bytes(content)
            done[key] = Made(path, number, content)
        return done[key]

    yield made
    app.extensions["intake.engine"].dispose()


def _issued(app: Flask, kind: str, code: Any, paper: Any) -> tuple[str, bytes]:
    chosen = KINDS[kind]
    refused = []
    cases = db.scalars(select(Case).order_by(Case.number)).all()
    people = db.scalars(select(User)).unique().all()
    for case, by in product(cases, people):
        # a kind takes the purposes that it is for
        for purpose in PURPOSES if may_with(by, chosen.right, case) else ():
            outside = {"recipient": "comar", "purpose": purpose, "ground": "Una ley"}
            asked = Asked(desk(), case, by, code, now())
            about = next(iter(chosen.topics(asked)), None) if chosen.topics else None
            more = {} if chosen.goes == "inside" else outside
            try:
                out = issue(
                    desk(),
                    app.extensions["intake.files"],
                    app.extensions["intake.settings"],
                    case,
                    by,
                    kind=kind,
                    language=code,
                    page_size=paper,
                    about=about,
                    operation=str(uuid.uuid4()),
                    site="https://intake.example.org",
                    **more,
                )
            except Refused as reason:
                refused.append(f"{case.number}: {reason}")
                continue
            return out.number, out.content
    pytest.fail(f"no demonstration case gives a {kind}: {refused}")


@pytest.mark.parametrize(("kind", "code", "paper"), ALL)
def test_it_is_pdf_ua_1_and_pdf_a_3(
    made: Callable[..., Made], kind: str, code: str, paper: str
) -> None:
    out = made(kind, code, paper)
    for profile in ("ua1", "3b"):
        report = page.validate_pdf_bytes(out.content, profile=profile)
        assert report.is_compliant, [f"{one.rule_id}: {one.message}" for one in report.failures]
        assert report.rules.total > 50
    with pikepdf.open(out.path) as pdf:
        violations = [
            str(found)
            for found in pdfa.check(pdf, "3b").findings
            if found.kind == "violation" and not KNOWN_SCHEMAS.match(found.message)
        ]
    assert violations == []
    told = subprocess.run(
        ["qpdf", "--check", str(out.path)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, ""), told.stdout


def test_the_second_checker_finds_neither_errors_nor_warnings(
    made: Callable[..., Made], tmp_path: Path
) -> None:
    assert OUTLOUD.exists(), "run `make test`: it makes the environment of this checker"
    paths = [str(made(*one).path) for one in ALL]
    report = tmp_path / "report.json"
    subprocess.run(
        [str(OUTLOUD), "--json", str(report), "--fail-on", "never", "--no-info", *paths],
        capture_output=True,
        check=True,
    )
    results = json.loads(report.read_text(encoding="utf-8"))["results"]
    assert [one["path"] for one in results] == paths
    assert all(one["error"] is None and one["stats"]["tagged"] for one in results)
    found = [
        f"{Path(one['path']).name} p.{said['page']}: {said['rule']} {said['message']}: {said['evidence']}"
        for one in results
        for said in one["findings"]
        if said["severity"] in ("error", "warning")
    ]
    assert found == []


@pytest.mark.parametrize(("kind", "code", "paper"), ALL)
def test_it_says_what_it_is_and_reads_back_in_order(
    made: Callable[..., Made], kind: str, code: str, paper: str
) -> None:
    out = made(kind, code, paper)
    found = examine_here(out.content)
    assert (found.number, found.signature, found.whole) == (out.number, "intact", True)
    assert set(json.loads(found.record)) >= {"register", "as_of"}
    with pikepdf.open(out.path) as pdf:
        spec = pdf.attachments["evaluation.json"].obj
        assert spec.AFRelationship == "/Data"
        assert str(pdf.Root.Lang) == ("es-MX" if code == "es" else "en")
        titles = [str(one.title) for one in _outline(pdf)]
        width = round(float(pdf.pages[0].MediaBox[2]))
    assert width == {"Letter": 612, "A4": 595}[paper]
    told = subprocess.run(
        ["pdftotext", str(out.path), "-"], capture_output=True, text=True, check=True
    )
    text = " ".join(told.stdout.split())
    assert titles, "a document has bookmarks"
    place = 0
    for title in titles:
        words = " ".join(title.split())
        assert words in text[place:], f"{words!r} is not read after what comes before it"
        place = text.index(words, place)


def _outline(pdf: pikepdf.Pdf) -> list[Any]:
    with pdf.open_outline() as outline:
        waiting, found = list(outline.root), []
        while waiting:
            item = waiting.pop(0)
            found.append(item)
            waiting[:0] = list(item.children)
        return found
