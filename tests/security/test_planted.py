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
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.mail import Post
from intake.services.people import PeopleError, add_person, everybody
from intake.web.guard import desk
from intake.web.letters import send_link
from tests.security.pages import Field, Page
from tests.security.strange import VALID, multipart, urlencoded
from tests.security.world import NUMBER, Asked, World
from tests.services.test_versions import changed_rules
from tests.test_cleaning import photo
from tests.web.test_guard import PEOPLE

EVIL = "=1+1<script>alert(7)</script><img src=x onerror=alert(8)>\"'><a href='http://evil.example/'>{{7*7}}"
NAME = "=1+1<img src=x onerror=alert(8)>{{7*7}}"
"""Short enough for a name."""
MAIL_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
}
TYPED = ("text", "textarea", "email", "search", "tel")
SKIPPED = ("security.", "cases.mine", "review.queue_page")
"""Forms that keep no text: those of signing in, and the searches."""
OURS = re.compile(r"/(?!/)|#|\?|$")


class Planter:
    """Types ill-willed words into every text of every form, each with a mark of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.planted: dict[str, str] = {}

    def mark(self, asked: Asked, name: str) -> str:
        mark = f"zq{len(self.planted):04d}qz"
        self.planted[mark] = f"{asked.path} {name}"
        return f"{EVIL}{mark}"

    def fill(self, asked: Asked, fields: dict[str, Field]) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for name, field in fields.items():
            part = name.rsplit("-", 1)[-1]
            if field.kind in TYPED and part not in VALID:
                found[name] = [self.mark(asked, name).encode()]
            elif field.kind in ("radio", "select"):
                found[name] = [(field.value or next(filter(None, field.options), "")).encode()]
            elif field.kind == "hidden" or part in VALID:
                several = [field.value, *field.options] if name == "shown" else [field.value]
                found[name] = [(value or VALID.get(part, "")).encode() for value in several]
        return found

    def plant(self, asked: Asked) -> int:
        """Sends the form until it is taken, leaving out what it will not have."""
        page = Page(self.world.client(asked.role).get(asked.path).text)
        fields = dict(page.main.fields) if page.main else {}
        if not any(field.kind in TYPED for field in fields.values()):
            return 0
        fields["csrf_token"] = Field("hidden", self.world.token(asked.role))
        values = self.fill(asked, fields)
        shortened = False
        for _again in range(5):
            sent = urlencoded(values)
            if "file" in fields:
                sent = multipart(values | {"file": [photo()]}, ("file",))
            answer = self.world.client(asked.role).post(
                asked.path, data=sent.body, content_type=sent.content_type
            )
            harmless(answer, f"{asked}")
            if answer.status_code != 422:
                return int(answer.status_code)
            if not shortened:
                # some fields take no long text: the shorter one, with the same mark
                for name in Page(answer.text).errors:
                    for kept in values.get(name, [])[:1]:
                        values[name] = [NAME.encode() + kept[-8:]]
                shortened = True
                continue
            for name in Page(answer.text).errors:
                base = next((one for one in (name, name.rsplit("-", 1)[0]) if one in values), name)
                for one in [one for one in values if one == base or one.startswith(f"{base}-")]:
                    del values[one]
        return 422


def harmless(answer: Any, where: str) -> None:
    """Raises AssertionError where the page runs, loads or leads to anything that is not of the app."""
    if answer.mimetype != "text/html":
        return
    for tag, found in Page(answer.text).tags:
        assert tag not in ("iframe", "object", "embed", "base", "style"), f"{where}: {tag}"
        assert not [name for name in found if name.startswith("on") or name == "style"], where
        if tag == "script":
            assert found.get("src", "").startswith("/static/"), where
        for name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
            address = found.get(name, "")
            local = urlsplit(address).netloc in ("", "localhost")
            assert ((OURS.match(address) or address.startswith("data:image/")) and local) or (
                tag == "a" and address.startswith("https://") and "evil" not in address
            ), f"{where}: {tag} {name}={address}"
    assert "{{7*7}}" in answer.text or "=1+149" not in answer.text, where


@pytest.fixture(scope="module")
def planter(world: World) -> Planter:
    """The world after everybody typed ill-willed words everywhere."""
    world.refresh()
    made = Planter(world)
    for asked in world.allowed("POST"):
        if not asked.endpoint.startswith(SKIPPED):
            for one in _each(world, asked):
                made.plant(one)
    world.changed = True
    # those who work here, too, may have been named with ill will
    with world.app.test_request_context(), desk().writing() as session:
        for person in everybody(session):
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
            marks |= set(re.findall(r"zq\d{4}qz", answer.text))
            for tag, found in Page(answer.text).tags:
                link = found.get("href", "").split("#")[0]
                if (
                    tag == "a"
                    and link.startswith(("/cases/", "/review/", "/people/"))
                    and "zq" not in link
                ):
                    paths.append(link)
        seen[role] = marks
    return seen


pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="session")


def test_every_page_shows_it_as_words(world: World, planter: Planter) -> None:
    seen = set().union(*read_all(world, planter).values())
    unseen = [where for mark, where in planter.planted.items() if mark not in seen]
    assert len(planter.planted) > 150
    assert len(unseen) < len(planter.planted) / 4, unseen


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a document that acts in no way and leads nowhere."""
    packed, out = pikepdf.open(io.BytesIO(pdf)), io.BytesIO()
    packed.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for word in (
        b"evil.example)",
        b"/JavaScript",
        b"/JS",
        b"/Launch",
        b"/OpenAction",
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
    assert re.search(r"zq\d{4}qz", words)


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
