"""The trail keeps what people do and are refused, never content, and an auditor reads it."""

from __future__ import annotations

import ast
import csv
import html
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from intake.commands.demo import PASSWORD
from intake.extensions import db
from intake.models import AuditEntry, Case, Erasure, User
from intake.services import audit, erasure, trail, trail_pages
from intake.services.verify import verify_trail
from intake.web import actions, particulars
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.test_architecture import ROOT

SignIn = Callable[[str], Person]
CASE = "TAP-2026-0001"


def entries(app: Flask, *wanted: str) -> list[tuple[str, dict[str, Any]]]:
    """What the trail kept of these actions, and that it is whole."""
    with app.test_request_context():
        assert verify_trail(db()) is None
        rows = db.execute(
            select(AuditEntry.action, AuditEntry.detail)
            .where(AuditEntry.action.in_(wanted))
            .order_by(AuditEntry.id)
        )
        return [(row.action, row.detail) for row in rows]


def test_each_page_of_a_case_that_is_read_is_kept_once_in_ten_minutes(
    app: Flask, sign_in: SignIn
) -> None:
    ana = sign_in("ana")
    for _again in range(3):
        ana.open(f"/cases/{CASE}")
        ana.open(f"/cases/{CASE}/sections/rights")
    ana.open(f"/cases/{CASE}/sections/counsel")
    ana.open("/cases/TAP-2026-0002")
    pages = [detail["page"] for _action, detail in entries(app, "case.read")]
    assert pages == [
        "cases.overview",
        "checklist.section:rights",
        "checklist.section:counsel",
        "cases.overview",
    ]
    with app.test_request_context():
        # ten minutes later it is another reading
        db.execute(text("update audit_entry set at = '2026-01-01 00:00:00+00:00'"))
        db.commit()
    ana.open(f"/cases/{CASE}")
    with app.test_request_context():
        read = select(AuditEntry.id).where(AuditEntry.action == "case.read")
        assert len(db.scalars(read).all()) == 5


def test_a_page_whose_reading_cannot_be_kept_is_not_shown(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sign_in("ana")

    def full(*_what: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record", full)
    for path in (f"/cases/{CASE}", f"/cases/{CASE}/sections/rights", "/cases"):
        page = ana.open(path, 500)
        assert "Yareli" not in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', ana.client.get("/verify").text)
    assert token
    printed = ana.client.post(f"/cases/{CASE}/documents", data={"csrf_token": token[1]})
    assert (printed.status_code, b"%PDF" in printed.data) == (500, False)
    assert sign_in_status(app, "beto") == 500
    monkeypatch.undo()
    ana.open(f"/cases/{CASE}")


def sign_in_status(app: Flask, name: str, password: str = PASSWORD) -> int:
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
    assert token
    typed = {"email": f"{name}@intake.example", "password": password, "csrf_token": token[1]}
    response = client.post("/sign-in", data=typed)
    if response.status_code == 500:
        assert client.get("/cases").status_code == 302  # nobody is signed in
        assert "Content-Security-Policy" in response.headers
    return response.status_code


def test_signing_in_and_out_and_failing_to_is_kept_without_what_was_typed(
    app: Flask, sign_in: SignIn
) -> None:
    ana = sign_in("ana")
    token = re.search(r'name="csrf_token" value="([^"]+)', ana.open("/cases"))
    assert token
    assert ana.client.post("/sign-out", data={"csrf_token": token[1]}).status_code == 302
    assert sign_in_status(app, "ana", "typed in the wrong field") == 200
    assert sign_in_status(app, "rosario") == 200
    kept = entries(app, "sign-in", "sign-out", "sign-in.failed")
    with app.test_request_context():
        ana_id = db.scalar(select(User.id).where(User.email == "ana@intake.example"))
    assert kept == [
        ("sign-in", {"factors": ["password"]}),
        ("sign-out", {}),
        ("sign-in.failed", {"person": ana_id, "factor": "password"}),
        ("sign-in.failed", {"person": None, "factor": "password"}),
    ]


def test_what_is_refused_is_kept_and_what_cannot_be_a_number_is_not(
    app: Flask, sign_in: SignIn
) -> None:
    ana = sign_in("ana")
    ana.open("/cases/TAP-2026-0004", 404)
    ana.open("/cases/TAP-2026-9999", 404)
    ana.open("/cases/Wilmer-Alvarado", 404)
    ana.open("/review", 403)
    ana.open("/nowhere", 404)
    kept = [detail for _action, detail in entries(app, "refused")]
    assert kept == [
        {"page": "cases.overview", "status": 404},
        {"page": "cases.overview", "status": 404, "number": "TAP-2026-9999"},
        {"page": "cases.overview", "status": 404},
        {"page": "review.queue_page", "status": 403},
    ]


def test_the_trail_is_filtered_and_read_page_by_page(app: Flask, sign_in: SignIn) -> None:
    ana, auditor = sign_in("ana"), sign_in("auditor")
    ana.open("/cases/TAP-2026-0004", 404)
    ana.open(f"/cases/{CASE}")
    ana.open(f"/cases/{CASE}/sections/rights")
    page = auditor.open("/audit")
    assert "La cadena está íntegra." in page
    assert "Leyó una página de un caso" in page
    assert re.search(r"Una sección de la lista: \w{4}", page)
    auditor.open("/language/en?next=/audit", 302)
    assert "Read a page of a case" in auditor.open("/audit")
    auditor.open("/language/es?next=/audit", 302)
    with app.test_request_context():
        ana_id = db.scalar(select(User.id).where(User.email == "ana@intake.example"))
    for query, number in (
        ("refusals=y", 1),
        (f"person={ana_id}&action=case.read", 2),
        (f"number={CASE}&action=case.read", 2),
        (f"number={CASE.lower()}&action=case.read", 2),
        ("number=TAP-2026-0002&action=case.read", 0),
        ("action=case.read&first-day=1&first-month=1&first-year=2030", 0),
        ("action=case.read&last-day=1&last-month=1&last-year=2020", 0),
        ("action=case.read&last-day=31&last-month=12&last-year=2199", 2),
        ("action=case.read&before=1", 0),
    ):
        shown = auditor.open(f"/audit?{query}")
        assert shown.count('<li class="intake-cases__case') == number, query
    for query in ("person=x&action=y", "first-day=99&first-month=&first-year=0", "before=-1"):
        assert auditor.client.get(f"/audit?{query}").status_code in (200, 422), query


def test_no_entry_is_shown_twice_or_left_out_between_pages(app: Flask, sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    with app.test_request_context(), db.begin():
        for _number in range(120):
            audit.record(db(), "sign-in", actor_id=1)
    seen: list[int] = []
    path: str | None = "/audit?action=sign-in"
    while path:
        page = auditor.open(path)
        seen += map(int, re.findall(r'value="(\d+)">\s*<h2', page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 121
    assert seen == sorted(seen, reverse=True)


def test_a_broken_chain_is_told_on_the_page(app: Flask, sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    with app.test_request_context():
        db.execute(update(AuditEntry).where(AuditEntry.id == 3).values(actor_id=99))
        db.commit()
    assert "La cadena está rota en el asiento 3: se editó." in auditor.open("/audit")


def test_a_long_trail_says_how_far_it_was_verified(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_pages, "CHECKED", 5)
    assert "intake audit verify" in sign_in("auditor").open("/audit")


def test_the_table_runs_no_formula_and_its_download_is_kept(app: Flask, sign_in: SignIn) -> None:
    auditor = sign_in("auditor")
    with app.test_request_context():
        db.execute(
            update(User).where(User.email == "ana@intake.example").values(name='=HYPERLINK("x")')
        )
        db.commit()
    sign_in("ana").open("/cases/TAP-2026-0004", 404)
    response = auditor.client.get("/audit/trail.csv?refusals=y")
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert "no-store" in response.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(response.text.lstrip("\N{BYTE ORDER MARK}"))))
    assert rows[0][:5] == ["Número", "Momento", "Persona", "Qué se hizo", "Caso"]
    assert rows[1][2:5] == ['\'=HYPERLINK("x")', "Se le negó una página", "TAP-2026-0004"]
    assert len(rows) == 2
    assert entries(app, "audit.exported") == [("audit.exported", {})]
    whole = list(csv.reader(io.StringIO(auditor.client.get("/audit/trail.csv").text)))
    assert len(whole) > 10
    assert not [cell for row in whole for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_every_action_that_is_kept_has_words(app: Flask) -> None:
    kept = set()
    for path in (ROOT / "intake").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        kept |= set(re.findall(r'audit\.record\(\s*[\w.()]+,\s*"([a-z.-]+)"', source))
        # named before they are recorded
        kept |= set(re.findall(r'"((?:person|backup|keys|session)\.[a-z-]+)"', source))
        kept |= set(re.findall(r'note_read\([^"]*"([a-z.-]+)"', source))
    with app.test_request_context():
        assert kept - set(actions.action_words()) == set()
    assert len(kept) > 12


def test_what_was_exported_and_checked_is_told_in_words(app: Flask, sign_in: SignIn) -> None:
    ana, auditor = sign_in("ana"), sign_in("auditor")
    path = f"/cases/{CASE}/documents"
    asked = {"kind": "extract", "recipient": "comar", "purpose": "asylum", "ground": "Una ley"}
    asked |= {"protect": "y", "password": "Una frase larga 26"}
    fields = dict(form_fields(ana.open(path))) | asked
    for _twice in range(2):
        assert ana.client.post(path, data=fields).mimetype == "application/pdf"
    ana.open("/verify/TAP-2026-D0001/000000000000")
    page = auditor.open("/audit")
    shown = re.sub(r"<[^>]+>", "", page)
    for words in (
        "Número del documento: TAP-2026-D0001 · Tipo: Extracto para compartir · Idioma: Español",
        "Para qué: Protección internacional · Protegido con contraseña: Sí",
        "Entregado antes: Sí",
        "Qué: Extracto para compartir",
        "Resultado: No se conoce aquí · Por: papel",
    ):
        assert words in shown, words


def test_a_reading_costs_no_write_while_it_is_folded(app: Flask, sign_in: SignIn) -> None:
    sign_in("ana").open(f"/cases/{CASE}")
    with app.test_request_context():
        newest = audit.head(db())
    assert trail.FOLDED.total_seconds() == 600
    sign_in_again = sign_in("ana")
    sign_in_again.open(f"/cases/{CASE}")
    with app.test_request_context():
        assert audit.head(db())[0] == newest[0] + 1  # the sign-in alone


def test_every_particular_and_page_that_is_kept_has_words(app: Flask) -> None:
    kept = set()
    for path in (ROOT / "intake").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                kept |= {word.arg for word in call.keywords if word.arg}
    kept -= {"actor_id", "case_id"} | particulars.SILENT
    pages = {name for name, view in app.view_functions.items() if hasattr(view, "right")}
    with app.test_request_context():
        assert kept - set(particulars.labels()) == set()
        assert pages - set(particulars.page_words()) == set()
    assert len(kept) > 20


def test_an_erased_case_is_still_found_by_its_number(app: Flask, sign_in: SignIn) -> None:
    ana, auditor = sign_in("ana"), sign_in("auditor")
    ana.open(f"/cases/{CASE}")
    with app.test_request_context():
        case = db.scalars(select(Case).where(Case.number == CASE)).one()
        people = {one.email[:5]: one for one in db.scalars(select(User))}
        files = app.extensions["intake.files"]
        first, second = people["sofia"], people["admin"]
        for operation in (str(uuid.uuid4()), str(uuid.uuid4())):
            erasure.propose(
                desk(), case, first, kind="erase", ground="order", reason="Oficio",
                operation=operation,
            )  # fmt: skip
            proposal = erasure.find_proposal(desk(), first, operation)
            assert proposal
            if len(db.scalars(select(Erasure)).all()) == 2:
                erasure.confirm(desk(), files, proposal, second)
            else:
                erasure.refuse(desk(), proposal, second)
    ana.open(f"/cases/{CASE}", 410)
    page = html.unescape(re.sub(r"<[^>]+>", " ", auditor.open(f"/audit?number={CASE}")))
    page = " ".join(page.split())
    assert "Leyó una página de un caso" in page
    assert "Confirmó" in page
    assert f"Sofía Méndez Prado · {CASE} · Tipo: Borrar" in page
    assert "Fundamento: Lo ordenó una autoridad judicial o administrativa" in page
    for raw in ("None", "kind:", "ground:", "order"):
        assert raw not in page
    table = auditor.client.get(f"/audit/trail.csv?number={CASE}").text
    lines = list(csv.reader(io.StringIO(table)))
    assert len(lines) > 5
    assert {line[4] for line in lines[1:]} == {CASE}
