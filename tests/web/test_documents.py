"""The page of a case's documents: what leaves from it, and what was handed out before."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from intake.checklist.evaluation import RANK
from intake.examining import examine_here
from intake.extensions import db
from intake.models import AuditEntry, IssuedDocument
from intake.web.guard import desk
from tests.conftest import Person, form_fields
from tests.services.conftest import put

CASE = "/cases/TAP-2026-0001"
PAGE = f"{CASE}/documents"
Sign = Callable[[str], Person]
FOR_COMAR = {"recipient": "comar", "purpose": "asylum", "ground": "Una ley"}


def issue(person: Person, status: int = 200, **typed: object) -> bytes:
    fields = dict(form_fields(person.open(PAGE))) | typed
    answer = person.client.post(PAGE, data=fields)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.mimetype == "application/pdf"
        assert "no-store" in answer.headers["Cache-Control"]
    return answer.data


def change(app: Flask) -> None:
    """Something of the case is written otherwise."""
    with app.test_request_context():
        put(desk(), "TAP-2026-0001", {"profile.age": 9})


def numbers(app: Flask) -> list[str]:
    with app.app_context():
        query = select(IssuedDocument.number).order_by(IssuedDocument.issued_at)
        return list(db.scalars(query))


def test_one_click_gives_the_summary_for_the_own_file(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    for page in (CASE, PAGE):
        form = re.findall(rf'<form action="{PAGE}" method="post">.*?</form>', ana.open(page), re.S)
        assert len(form) == 1, page
        answer = ana.client.post(PAGE, data=form_fields(form[0]))
        assert answer.data.startswith(b"%PDF-"), answer.text
        name = "TAP-2026-0001-summary-es-D0001.pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert numbers(app) == ["TAP-2026-D0001"], "nothing had changed"


def test_what_was_handed_out_is_listed_and_downloaded_again_as_it_was(
    app: Flask, sign_in: Sign
) -> None:
    ana = sign_in("ana")
    first = issue(ana, **FOR_COMAR)
    assert "El caso cambió después" not in ana.open(PAGE)
    change(app)
    assert "El caso cambió después" in ana.open(PAGE)
    second = issue(ana, **FOR_COMAR)
    assert first != second
    page = ana.open(PAGE)
    assert "Lo sustituye TAP-2026-D0002" in page
    assert "Protección internacional" in page
    links = re.findall(rf'href="({PAGE}/[0-9a-f-]+)"', page)
    assert [ana.client.get(link).data for link in links] == [second, first]
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == "case.document-read")
        read = db.scalars(query.order_by(AuditEntry.id)).all()
    assert [entry["document"] for entry in read] == ["TAP-2026-D0002", "TAP-2026-D0001"]
    assert sign_in("beto").client.get(links[0]).status_code == 404
    assert sign_in("sofia").client.get(links[0]).data == second


def test_a_document_is_withdrawn_with_a_reason(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    issue(ana)
    link = re.findall(rf'href="({PAGE}/[0-9a-f-]+/withdraw)"', ana.open(PAGE))[0]
    assert 'id="reason-error"' in ana.send(link, {"reason": "  "}, 422)
    assert sign_in("beto").client.get(link).status_code == 404
    old_page = form_fields(ana.open(link))
    ana.send(link, {"reason": "La fecha del encuentro estaba mal <b>"})
    page = ana.open(PAGE)
    assert "Retirado por Ana" in page
    assert "estaba mal &lt;b&gt;" in page
    assert not re.findall(rf'href="({PAGE}/[0-9a-f-]+/withdraw)"', page)
    fields = dict(old_page) | {"reason": "Otra razón"}
    page = ana.client.post(link, data=fields, follow_redirects=True).text
    assert "ya está retirado" in page and "Otra razón" not in page, "the first stays"
    assert "ya está retirado" in ana.client.get(link, follow_redirects=True).text
    issue(ana)
    assert numbers(app) == ["TAP-2026-D0001", "TAP-2026-D0002"], "what was withdrawn is not reused"
    with app.app_context():
        assert "encuentro" not in str(db.scalars(select(AuditEntry.detail)).all())


def test_what_a_form_lacks_is_said_beside_the_field_and_nothing_typed_is_lost(
    app: Flask, sign_in: Sign
) -> None:
    ana = sign_in("ana")
    page = issue(ana, 422, recipient="comar", purpose="asylum", ground="").decode()
    assert 'id="ground-error"' in page
    page = issue(ana, 422, recipient="comar", ground="Lo que escribí").decode()
    assert 'id="purpose-error"' in page and "Lo que escribí" in page
    for unfit in ("corta", "aaaaaaaaaaaaaa"):
        page = issue(ana, 422, protect="y", password=unfit).decode()
        assert 'id="password-error"' in page
    for field, value in (("kind", "novel"), ("page_size", "A0"), ("language", "fr"), ("kind", "")):
        assert f'id="{field}-error"' in issue(ana, 422, **{field: value}).decode()
    assert 'id="recipient-error"' in issue(ana, 422, recipient="nobody").decode()
    assert numbers(app) == []


def test_a_kind_says_for_whom_and_for_what_it_is_beside_the_field_that_has_to_change(
    app: Flask, sign_in: Sign
) -> None:
    ana = sign_in("ana")
    page = issue(ana, 422, kind="extract").decode()
    assert 'id="recipient-error"' in page and "Elija para quién es" in page
    page = issue(ana, 422, kind="gap-report", **FOR_COMAR).decode()
    assert 'id="recipient-error"' in page and "solo para su propio expediente" in page
    page = issue(ana, 422, kind="transfer", **FOR_COMAR).decode()
    assert 'id="purpose-error"' in page and "determinación del interés superior." in page
    about = {"about_letter": "counsel.assigned"}
    page = issue(ana, 422, kind="letter", **FOR_COMAR, **about).decode()
    assert 'id="purpose-error"' in page and "Asesoría jurídica y representación." in page
    assert numbers(app) == []
    issue(ana, kind="letter", **FOR_COMAR | {"purpose": "counsel"}, **about)
    issue(ana, kind="transfer", **FOR_COMAR | {"purpose": "best_interests"})
    with app.app_context():
        purposes = db.scalars(select(IssuedDocument.purpose)).all()
    assert sorted(map(str, purposes)) == ["best_interests", "counsel"], "as printed on each"


def test_what_a_certificate_lacks_is_said_in_the_language_of_the_page(sign_in: Sign) -> None:
    page = issue(sign_in("ana"), 422, kind="certificate", language="en").decode()
    listed = re.findall(r'id="missing">.*?</div>', page, re.S)[0]
    assert listed.count("<li>") > 1, "one thing a line"
    assert "Not met or not known" not in page


def test_the_topics_of_a_letter_come_worst_first(sign_in: Sign, app: Flask) -> None:
    page = sign_in("ana").open(PAGE)
    (menu,) = re.findall(r'<select[^>]*name="about_letter".*?</select>', page, re.S)
    topics = [topic for topic in re.findall(r'value="([^"]+)"', menu) if topic]
    with app.app_context():
        checks = desk().register.checks
        order = list(checks)
        told = [(RANK[checks[one].severity], order.index(one)) for one in topics]
    assert len({rank for rank, _place in told}) > 1
    assert told == sorted(told)


def test_a_locked_copy_opens_with_what_the_page_showed(app: Flask, sign_in: Sign) -> None:
    ana = sign_in("ana")
    fields = dict(form_fields(ana.open(PAGE))) | {"protect": "y"}
    password = str(fields["password"])
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    copy = ana.client.post(PAGE, data=fields).data
    assert examine_here(copy, password).encrypted
    assert password not in ana.open(PAGE), "it is shown once"


def test_old_addresses_lead_to_the_page(sign_in: Sign) -> None:
    ana = sign_in("ana")
    for old in (f"{CASE}/print?lang=en", f"{CASE}/summary.pdf?lang=en"):
        answer = ana.client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (308, f"{PAGE}?lang=en")
    page = ana.open(f"{PAGE}?lang=en")
    assert re.search(r'value="en"\s+checked', page)
    # a page that was open before the app was brought up to date
    old_fields = {
        name: value
        for name, value in form_fields(page).items()
        if name in ("csrf_token", "base", "operation", "recipient", "purpose", "ground")
    }
    answer = ana.client.post(f"{CASE}/print?lang=en", data=old_fields, follow_redirects=True)
    assert answer.data.startswith(b"%PDF-"), answer.text


def test_the_form_is_shown_in_the_other_language_as_it_was_typed(sign_in: Sign) -> None:
    ana = sign_in("ana")
    page = issue_page(ana, switch_language="en", ground="What I wrote")
    assert "Which document?" in page and "What I wrote" in page


def issue_page(person: Person, **typed: object) -> str:
    fields = dict(form_fields(person.open(PAGE))) | typed
    answer = person.client.post(PAGE, data=fields)
    assert answer.status_code == 200
    return answer.text
