"""What somebody typed with ill will comes out of every page, document, mail and table as the words they are."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.examining import RECORD
from intake.mail import Post
from intake.services.people import PeopleError, add_person, everybody
from intake.web.guard import desk
from intake.web.letters import send_link
from tests.security.pages import Page
from tests.security.planter import EVIL, FITTING, MARK, NAME, Planter, harmless
from tests.security.world import NUMBER, Asked, World
from tests.services.test_versions import changed_rules
from tests.web.test_guard import PEOPLE

MAIL_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
}
SKIPPED = ("security.", "cases.mine", "review.queue_page", "verify.")
"""Forms that keep no text: those of signing in, the searches, and the questions about a paper."""
NEVER_SHOWN = {"password"}
"""Kept nowhere and on no page."""


@pytest.fixture(scope="module")
def planter(world: World) -> Planter:
    """The world after everybody typed ill-willed words everywhere."""
    world.refresh()
    made = Planter(world)
    asked = [one for one in world.allowed("POST") if not one.endpoint.startswith(SKIPPED)]
    # a decision is asked for once the case was submitted, and whatever is written later takes it back
    for route in sorted(asked, key=lambda one: one.endpoint == "review.case_page"):
        if route.endpoint == "review.case_page":
            made.submit()
        for one in _each(world, route):
            made.plant(one)
    world.changed = True
    # those who work here, too, may have been named with ill will
    with world.app.test_request_context(), desk().writing() as session:
        for person in everybody(session):
            if not MARK.search(person.name):
                person.name = f"{NAME}{person.id}"
    return made


def _each(world: World, asked: Asked) -> list[Asked]:
    """Every section and topic of the register, where the route is about one."""
    with world.app.test_request_context():
        register = desk().register
    ids = {
        "checklist.section": ("/sections/rights", [part.id for part in register.sections]),
        "profile.topic": ("/profile/place", list(register.topics)),
    }
    if asked.endpoint not in ids:
        return [asked]
    end, names = ids[asked.endpoint]
    folder = end.rsplit("/", 1)[0]
    return [asked._replace(path=asked.path.replace(end, f"{folder}/{name}")) for name in names]


def read_all(world: World, planter: Planter) -> dict[str, set[str]]:
    """Every page that each role can reach, checked; the marks that were seen on pages, by role."""
    seen: dict[str, set[str]] = {}
    for role in PEOPLE:
        client, marks = world.client(role), set()
        paths = [asked.path for asked in world.allowed("GET") if asked.role == role]
        with world.app.test_request_context():
            sections = [part.id for part in desk().register.sections]
        if role == "caseworker":
            paths += [f"/cases/{NUMBER}/sections/{name}" for name in sections]
        asked = set()
        while paths:
            path = paths.pop(0)
            if path in asked or path.startswith(("/language", "/static", "/sign-")):
                continue
            asked.add(path)
            answer = client.get(path)
            harmless(answer, path)
            if answer.mimetype != "text/html":
                continue
            marks |= set(MARK.findall(answer.text))
            for tag, found in Page(answer.text).tags:
                link = found.get("href", "").split("#")[0]
                if (
                    tag == "a"
                    and link.startswith(("/cases/", "/review/", "/people/", "/erasures/"))
                    and "zq" not in link
                ):
                    paths.append(link)
        seen[role] = marks
    return seen


pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="session")


def test_every_page_shows_it_as_words(world: World, planter: Planter) -> None:
    seen = set().union(*read_all(world, planter).values())
    hidden = {mark for mark, at in planter.planted.items() if at.split()[1] in NEVER_SHOWN}
    assert not planter.failed, "every form was taken in the end"
    assert len(planter.planted) > 250
    assert [planter.planted[mark] for mark in planter.planted if mark not in seen | hidden] == []
    assert not hidden & seen, "what is to be on no page is on none"
    assert planter.refused == FITTING.keys(), "every other field takes words"


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a document that acts in no way, leads nowhere and brings along nothing but its record."""
    packed, out = pikepdf.open(io.BytesIO(pdf)), io.BytesIO()
    files = [
        one
        for one in packed.objects
        if isinstance(one, pikepdf.Stream) and one.get("/Type") == "/EmbeddedFile"
    ]
    specifications = [
        one for one in packed.objects if isinstance(one, pikepdf.Dictionary) and "/EF" in one
    ]
    assert set(packed.attachments) <= {RECORD}
    assert len(files) == len(specifications) == len(packed.attachments)
    # what PDF/A-3 asks of an embedded file: that the document says what it is to it
    assert all(one.AFRelationship == "/Data" for one in specifications)
    declared = {one.objgen for one in packed.Root.get("/AF", [])}
    assert declared == {one.objgen for one in specifications}
    packed.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for word in (
        b"evil.example)",
        b"/JavaScript",
        b"/JS",
        b"/Launch",
        b"/OpenAction",
        b"/FileAttachment",
        b"/GoToR",
        b"/GoToE",
        b"/SubmitForm",
        b"/ImportData",
    ):
        assert word not in out.getvalue(), word
    path = folder / "x.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return re.sub(r"[\s\u200b]", "", said.stdout.decode())


def test_the_summary_prints_it_as_words(world: World, planter: Planter, tmp_path: Path) -> None:
    asked = {"kind": "summary", "language": "es", "page_size": "Letter", "recipient": "own_file"}
    asked["csrf_token"] = world.token("caseworker")
    answer = world.client("caseworker").post(f"/cases/{NUMBER}/documents", data=asked)
    assert answer.mimetype == "application/pdf"
    words = words_of(answer.data, tmp_path)
    assert "<script>alert(7)</script>" in words
    assert "{{7*7}}" in words
    assert MARK.search(words)
    # what is embedded is the evaluation alone: codes of the register, and not a word that somebody typed
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        record = json.loads(pdf.attachments[RECORD].get_file().read_bytes())
    assert {"register", "as_of", "findings", "gaps", "gates", "alerts", "progress"} <= record.keys()
    assert not re.search(r"zq\d{4}|alert\(|7\*7|evil", json.dumps(record))


def test_what_is_handed_out_holds_it_as_words(
    world: World, planter: Planter, tmp_path: Path
) -> None:
    typed = {"ground": "child", "reason": EVIL, "language": "es"}
    typed["csrf_token"] = world.token("supervisor")
    answer = world.client("supervisor").post(f"/cases/{NUMBER}/access", data=typed)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        assert all(
            re.fullmatch(r"[\w/.-]+", name) and ".." not in name for name in parts.namelist()
        )
        held = json.loads(parts.read(f"{NUMBER}.json"))
        words = words_of(parts.read(f"{NUMBER}-es.pdf"), tmp_path)
    assert EVIL in json.dumps(held, ensure_ascii=False).replace('\\"', '"')
    assert EVIL.replace(" ", "") in words


def test_the_audit_table_holds_no_cell_that_a_spreadsheet_runs(
    world: World, planter: Planter
) -> None:
    answer = world.client("auditor").get("/audit/trail.csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))
    assert len(rows) > 100
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith(f"'{NAME}") for cell in cells), "the person's name was planted"


class Kept:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def send_message(self, message: EmailMessage) -> None:
        self.mails.append(message)


def test_mails_hold_it_as_words_and_no_more_headers(
    world: World, planter: Planter, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Kept()
    monkeypatch.setattr(Post, "_server", lambda _post: server)
    post = Post("smtp://localhost", "intake@example.org")
    monkeypatch.setitem(world.app.extensions, "intake.post", post)
    with world.app.test_request_context():
        ana = next(one for one in everybody(desk().session) if one.name.startswith(NAME))
        assert send_link(ana, "token")
    (mail,) = server.mails
    assert mail.get_content_type() == "text/plain"
    assert set(mail.keys()) <= MAIL_HEADERS
    assert NAME in mail.get_content()


@pytest.mark.parametrize(
    "address", ["a,b@evil.example", "<a@b.example>", '"@b', "a;b@c", "a:b@c", "(a@b"]
)
def test_an_address_that_is_more_than_one_is_none(world: World, address: str) -> None:
    with world.app.test_request_context(), pytest.raises(PeopleError):
        add_person(
            desk(),
            email=address,
            name="A",
            role="auditor",
            team=None,
            language="es",
            password=None,
        )


def test_the_register_on_paper_prints_it_as_words(world: World, tmp_path: Path) -> None:
    folder = changed_rules(tmp_path / "rules")
    section = folder / "sections" / "01-consent.yaml"
    text = section.read_text(encoding="utf-8")
    evil = text.replace('es: "Antes de anotar', f"es: {json.dumps(EVIL + ' Antes de anotar')[:-1]}")
    assert evil != text
    section.write_text(evil, encoding="utf-8")
    out = tmp_path / "rules.pdf"
    done = CliRunner().invoke(main, ["rules", "print", str(folder), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "<script>alert(7)</script>" in words_of(out.read_bytes(), tmp_path)
