"""Anybody can check a document; nobody learns of the case, nor which numbers there are."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake.extensions import db, limiter
from intake.models import AuditEntry, IssuedDocument
from tests.conftest import Person, form_fields
from tests.web.test_documents import PAGE, change, issue

Sign = Callable[[str], Person]


@pytest.fixture(autouse=True)
def counters(app: Flask) -> None:
    with app.app_context():
        limiter.reset()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/verify").text)
    assert found
    return found[1]


def checked(client: FlaskClient, content: bytes, password: str = "", status: int = 200) -> str:
    typed = {"csrf_token": token(client), "password": password}
    answer = client.post("/verify/file", data=typed | {"file": (io.BytesIO(content), "x.pdf")})
    assert answer.status_code == status, answer.text
    return answer.text


def outcome(page: str) -> str:
    found = re.search(r'data-outcome="(\w+)"', page)
    assert found, page
    return found[1]


def typed(client: FlaskClient, number: str, figures: str) -> str:
    data = {"csrf_token": token(client), "number": number, "figures": figures}
    return client.post("/verify", data=data).text


def row(app: Flask) -> Any:
    with app.app_context():
        return db.execute(
            select(IssuedDocument.number, IssuedDocument.digest).order_by(
                IssuedDocument.issued_at.desc()
            )
        ).first()


def with_another_evaluation(content: bytes) -> bytes:
    """The file as somebody who wants another outcome would leave it."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        kept = pdf.attachments["evaluation.json"].get_file().read_bytes()
        assert b'"status": "gap"' in kept
        changed = kept.replace(b'"status": "gap"', b'"status": "satisfied"', 1)
        spec = pdf.attachments["evaluation.json"].obj
        spec.EF.F.write(changed)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_who_holds_the_paper_learns_whether_it_holds_and_nothing_of_the_case(
    app: Flask, sign_in: Sign
) -> None:
    ana, holder = sign_in("ana"), app.test_client()
    issue(ana, recipient="comar", purpose="asylum", ground="Una ley")
    number, digest = row(app)
    for figures in (digest[:12], digest, f"{digest[:6]} {digest[6:12]}".upper()):
        page = typed(holder, f" {number.lower()} ", figures)
        assert outcome(page) == "valid", figures
    by_code = holder.get(f"/verify/{number}/{digest[:16]}").text
    assert outcome(by_code) == "valid"
    for said in (page, by_code):
        assert "TAP-2026-0001" not in said and "Comisión Mexicana" not in said
        assert "Ana" not in said
    change(app)
    issue(ana, recipient="comar", purpose="asylum", ground="Una ley")
    assert outcome(typed(holder, number, digest[:12])) == "superseded"
    link = re.findall(rf'href="({PAGE}/[0-9a-f-]+/withdraw)"', ana.open(PAGE))[1]
    ana.send(link, {"reason": "Un secreto"})
    page = typed(holder, number, digest[:12])
    assert outcome(page) == "withdrawn" and "Un secreto" not in page


def test_a_wrong_digest_and_a_number_never_given_out_get_one_answer(
    app: Flask, sign_in: Sign
) -> None:
    issue(sign_in("ana"))
    number, digest = row(app)
    holder = app.test_client()
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:12]
    said = {
        re.sub(r"(value|content)=\"[^\"]*\"", "", typed(holder, *asked))
        for asked in (
            (number, wrong),
            ("TAP-2026-D9999", digest[:12]),
            ("ZZZ-2001-D0001", wrong),
            ("no number at all", wrong),
            (number, digest[:11] + "g"),
            (number, "0" * 65),
        )
    }
    assert len(said) == 1
    assert outcome(said.pop()) == "unknown"
    few = typed(holder, number, digest[:11])
    assert 'id="figures-error"' in few and "data-outcome" not in few


def test_a_file_is_valid_altered_or_unknown(app: Flask, sign_in: Sign) -> None:
    ana, beto, holder = sign_in("ana"), sign_in("beto"), app.test_client()
    content = issue(ana)
    assert outcome(checked(holder, content)) == "valid"
    altered = with_another_evaluation(content)
    page = checked(holder, altered)
    assert outcome(page) == "altered"
    assert "Su firma está rota" in page and "TAP-2026" not in page and "difiere" not in page
    assert "difiere" not in checked(beto.client, altered), "of another's case"
    page = checked(ana.client, altered)
    assert "difiere en" in page and "TAP-2026-0001" in page
    assert len(re.findall(r"<li>", page.split("difiere en")[1].split("</ul>")[0])) == 1
    for added in (b"\n% something", b"\n1 0 obj\n<<>>\nendobj\n"):
        page = checked(holder, content + added)
        assert outcome(page) == "altered" and "Se le agregó algo" in page
    without = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.AcroForm
        pdf.save(without)
    assert outcome(checked(holder, without.getvalue())) == "altered", "its evaluation is known"
    strange = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        with pdf.open_metadata() as metadata:
            metadata["dc:identifier"] = row(app)[0]
        pdf.save(strange)
    page = checked(holder, strange.getvalue())
    assert outcome(page) == "unknown", "a number alone is no proof of anything"
    with app.app_context():
        query = select(AuditEntry.actor_id, AuditEntry.detail, AuditEntry.case_id)
        found = db.execute(query.where(AuditEntry.action == "document.checked")).all()
    assert found[0][0] is None and found[0][1]["outcome"] == "valid" and found[0][2]
    assert {entry[1]["outcome"] for entry in found} == {"valid", "altered", "unknown"}


def test_a_locked_copy_is_checked_with_its_password(app: Flask, sign_in: Sign) -> None:
    ana, holder = sign_in("ana"), app.test_client()
    password = "mazorca-azul-77"
    copy = issue(ana, protect="y", password=password)
    assert 'id="file-error"' in checked(holder, copy, "", 422)
    page = checked(holder, copy, "otra-contraseña", 422)
    assert 'id="password-error"' in page and "Esta contraseña no lo abre" in page
    page = checked(holder, copy, password)
    assert outcome(page) == "valid" and password not in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hola",
        b"%PDF-1.7\n" + bytes(range(256)) * 40,
        b"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 1 0 R>>\nendobj\ntrailer\n<</Root 1 0 R>>\n",
        b"%PDF-1.7" + b"\n" * (21 * 1024 * 1024),
    ],
    ids=["empty", "text", "bytes", "circle", "huge"],
)
def test_no_file_breaks_the_page(app: Flask, content: bytes) -> None:
    page = checked(app.test_client(), content, status=422)
    assert 'id="file-error"' in page


def test_addresses_with_anything_in_them_are_answered(app: Flask) -> None:
    holder = app.test_client()
    for path in ("a/b", "%00/%ff", "%F0%9F%98%80/" + "a" * 3000, "TAP-2026-D0001/" + "0" * 64):
        answer = holder.get(f"/verify/{path}")
        assert answer.status_code in (200, 404), path
        assert "<script>" not in answer.text
    answer = holder.get("/verify/<script>alert(1)<%2Fscript>/x")
    assert "<script>alert" not in answer.text


def test_checking_is_slowed_down(app: Flask) -> None:
    holder = app.test_client()
    said = [holder.get("/verify/TAP-2026-D0001/000000000000").status_code for _ in range(22)]
    assert said == [200] * 20 + [429] * 2
    assert holder.get("/verify").status_code == 200
    data = {"csrf_token": token(holder), "number": "TAP-2026-D0001", "figures": "0" * 12}
    assert holder.post("/verify", data=data).status_code == 429


def test_a_form_without_its_token_is_not_answered(app: Flask) -> None:
    answer = app.test_client().post("/verify", data={"number": "x", "figures": "0" * 12})
    assert answer.status_code == 400
    assert form_fields(app.test_client().get("/verify").text)["csrf_token"]
