"""Documents of many cases, as people ask for them, follow them, fetch them and clear them away."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from intake.jobs import bulk
from intake.models import AuditEntry, Case, Job, JobStep, SignIn, User, now
from intake.services import job_steps
from intake.services.job_steps import Outcome
from intake.services.workers import Presence
from intake.web.guard import desk
from tests.conftest import Person

SignedIn = Callable[[str], Person]
OWN = "TAP-2026-0001"


def begin(ana: Person, *numbers: str, **more: object) -> str:
    """Asks for documents; gives the address of the page that follows them."""
    fields = {"case": list(numbers or (OWN,)), "language": "es", "page_size": "Letter"}
    page = ana.open("/exports/new")
    hidden = dict(re.findall(r'name="(operation|csrf_token)"[^>]*value="([^"]+)', page))
    response = ana.client.post("/exports/new", data=fields | hidden | more)
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def press(person: Person, page: str, do: str, status: int = 302, **more: str) -> str:
    """Presses a button that is on the page."""
    text = person.open(page)
    assert f'action="{page}/{do}"' in text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', text)
    assert token
    answer = person.client.post(f"{page}/{do}", data={"csrf_token": token[1]} | more)
    assert answer.status_code == status
    return answer.text


def steps(app: Flask, page: str, state: str = "done") -> None:
    """Does the steps of that export, in place of a worker, with nothing to show for them."""
    job_id = page.rpartition("/")[2]
    with app.app_context():
        while taken := job_steps.take(desk(), job_id, "w"):
            job_steps.finish(desk(), taken, Outcome(state))


def test_who_carries_cases_chooses_among_them(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    page = ana.open("/exports/new")
    offered = re.findall(r'name="case"[^>]*value="([^"]+)"', page)
    assert OWN in offered
    assert len(offered) == len(set(offered)) == 3
    assert (
        ana.open(f"/exports/new?case={OWN}").count(" checked") == 4
    )  # the case, document, language, paper
    (link,) = re.findall(r'href="(/exports/new\?every=own)"', page)
    assert ana.open(link).count(" checked") == len(offered) + 3
    where = begin(ana, *offered[:2])
    with app.app_context():
        job = desk().session.scalars(select(Job)).one()
        assert where == f"/exports/{job.id}"
        assert job.total == 2
    shown = ana.open(where)
    assert "En espera de empezar: 2 documentos" in shown
    assert '<progress class="intake-progress__bar" id="progress" value="0" max="2">' in shown
    assert where in ana.open("/exports")


def test_the_form_sent_twice_is_one_export(app: Flask, sign_in: SignedIn) -> None:
    ana, operation = sign_in("ana"), str(uuid.uuid4())
    assert begin(ana, operation=operation) == begin(ana, operation=operation)
    with app.app_context():
        assert desk().session.scalar(select(func.count()).select_from(Job)) == 1
        assert app.extensions["intake.bench"].bell.huey.pending_count() >= 1


def test_nothing_chosen_is_said_beside_the_cases(sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    page = ana.send("/exports/new", {"case": []}, 422)
    assert page.count("Elija al menos un caso") == 2
    assert ana.client.post("/exports/new").status_code == 422  # an empty form
    sofia = sign_in("sofia")
    assert sofia.client.get("/exports/new").headers["Location"] == "/review"
    assert "Elija los casos en «Casos del equipo»" in sofia.open("/exports")


def test_what_no_browser_sends_is_refused_in_words(sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    for name in ("language", "page_size", "document"):
        ana.send("/exports/new", {"case": [OWN], name: "zz"}, 422)
    ana.send("/exports/new", {"case": [OWN, "TIJ-2026-0001"]}, 404, form="/exports/new")


def test_in_the_other_language_the_form_keeps_what_was_chosen(
    app: Flask, sign_in: SignedIn
) -> None:
    ana = sign_in("ana")
    typed = {"case": [OWN], "page_size": "A4", "switch_language": "en"}
    page = ana.send("/exports/new", typed, 200)
    assert "Documents of several cases" in page
    assert page.count(" checked") == 4
    assert re.search(r'value="A4"\s+checked', page)
    with app.app_context():
        assert desk().session.scalars(select(Job)).all() == []


def test_a_supervisor_asks_for_all_that_fit_the_filter(app: Flask, sign_in: SignedIn) -> None:
    sofia = sign_in("sofia")
    queue = sofia.open("/review?status=draft&page=1")
    (link,) = re.findall(r'href="(/exports/new\?[^"]+)"', queue)
    page = sofia.open(link.replace("&amp;", "&"))
    fit = len(re.findall(r'name="case"', queue))
    assert f"{fit} caso" in page
    assert 'name="status" value="draft"' in page
    sofia.send("/exports/new", {}, 302, form=link.replace("&amp;", "&"))
    with app.app_context():
        assert desk().session.scalars(select(Job.total)).one() == fit > 0


def test_too_many_that_fit_are_cut_and_said(
    app: Flask, sign_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    sofia = sign_in("sofia")
    page = sofia.open("/exports/new?every=queue")
    assert "Más de 2 casos corresponden al filtro" in page
    sofia.send("/exports/new", {}, 302, form="/exports/new?every=queue")
    with app.app_context():
        assert desk().session.scalars(select(Job.total)).one() == 2


def test_of_an_export_nobody_else_knows(sign_in: SignedIn) -> None:
    ana, beto, sofia = sign_in("ana"), sign_in("beto"), sign_in("sofia")
    where = begin(ana)
    for other in (beto, sofia):
        for path in (where, f"{where}/progress"):
            other.open(path, 404)
        assert where not in other.open("/exports")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', beto.open("/account"))
    assert token
    for do in ("cancel", "resume", "remove", "download"):
        answer = beto.client.post(f"{where}/{do}", data={"csrf_token": token[1]})
        assert answer.status_code == 404


def test_how_far_it_is_is_told_and_keeps_no_session_alive(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    where = begin(ana)
    told = ana.client.get(f"{where}/progress").json
    assert told == {
        "done": 0,
        "total": 1,
        "said": "En espera de empezar: 1 documento.",
        "over": False,
    }
    before = now() - dt.timedelta(minutes=20)
    with app.app_context(), desk().writing() as session:
        session.execute(update(SignIn).values(seen_at=before))
    ana.client.get(f"{where}/progress")
    with app.app_context():
        assert desk().session.scalars(select(SignIn.seen_at)).all() == [before]
    ana.open(where)
    with app.app_context():
        assert desk().session.scalars(select(SignIn.seen_at)).one() > before
    steps(app, where)
    told = ana.client.get(f"{where}/progress").json
    assert (told["said"], told["over"]) == ("1 de 1 documento", True)


def test_it_is_cancelled_and_said_so(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    where = begin(ana)
    press(ana, where, "cancel")
    page = ana.open(where)
    assert "La exportación se canceló" in page
    assert "<progress" not in page
    steps(app, where)
    with app.app_context():
        assert desk().session.scalars(select(JobStep.state)).all() == ["waiting"]
        actions = desk().session.scalars(select(AuditEntry.action))
        assert [one for one in actions if one.startswith("job.")] == ["job.asked", "job.cancelled"]


def test_too_many_at_once_are_refused_in_words(sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    for _time in range(3):
        begin(ana)
    assert begin(ana) == "/exports"
    assert "Algunas de sus exportaciones aún no terminan" in ana.open("/exports")


def test_it_is_downloaded_once_it_is_ready_and_removed_by_choice(
    app: Flask, sign_in: SignedIn
) -> None:
    ana = sign_in("ana")
    where = begin(ana)
    job_id = where.rpartition("/")[2]
    with app.app_context():
        taken = job_steps.take(desk(), job_id, "w")
        assert taken
        bench = app.extensions["intake.bench"]
        job_steps.finish(desk(), taken, bulk.issue_one(bench, desk(), taken))
    page = ana.open(where)
    assert "1 documento está listo" in page
    for choice in ({}, {"remove": "1"}):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)
        assert token
        answer = ana.client.post(f"{where}/download", data={"csrf_token": token[1]} | choice)
        assert answer.mimetype == "application/zip"
        assert answer.headers["Cache-Control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) == 2
    assert "Se retiró esta descarga" in ana.open(where)
    assert ana.client.post(f"{where}/download", data={"csrf_token": token[1]}).status_code == 302


def test_what_was_left_out_is_counted_and_can_be_tried_again(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    where = begin(ana)
    steps(app, where, "refused")
    page = ana.open(where)
    assert "1 caso quedó fuera" in page
    assert "Descargar" not in page
    assert "Sin documentos" in page and "Lista" not in re.findall(r"<main.*</main>", page, re.S)[0]
    assert "Se pueden descargar" not in page, "there is nothing to fetch"
    with app.app_context(), desk().writing() as session:
        session.execute(update(JobStep).values(state="failed"))
    assert "1 documento no se pudo hacer" in ana.open(where)
    press(ana, where, "resume")
    assert "En espera de empezar: 1 documento." in ana.open(where)
    assert "0 de 1 documento<" in " ".join(ana.open("/exports").split())


def test_the_cases_left_out_are_named_with_the_reason(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    where = begin(ana, OWN, "TAP-2026-0003")
    with app.app_context():
        for reason in ("certificate_incomplete", "no word that anybody knows"):
            taken = job_steps.take(desk(), where.rpartition("/")[2], "w")
            assert taken
            job_steps.finish(desk(), taken, Outcome("refused", reason))
    page = ana.open(where)
    for number, why in (
        (OWN, "Su determinación no está completa o no está aprobada."),
        ("TAP-2026-0003", "Entonces no podía imprimirlo"),
    ):
        assert re.search(rf">{number}</a>: {why}", page), page
    overview = re.sub(r"\s+", " ", ana.open("/exports"))
    assert "Sin documentos" in overview
    assert "Lista" not in overview
    assert " hasta " not in overview, "there is nothing to fetch until then"
    with app.app_context(), desk().writing() as session:
        to = select(User.id).where(User.email == "beto@intake.example").scalar_subquery()
        session.execute(update(Case).where(Case.number == OWN).values(caseworker_id=to))
    assert OWN not in ana.open(where), "what is out of reach by now is not named"


def test_a_full_disk_is_told_in_words_and_it_can_go_on(app: Flask, sign_in: SignedIn) -> None:
    ana = sign_in("ana")
    where = begin(ana)
    with app.app_context():
        taken = job_steps.take(desk(), where.rpartition("/")[2], "w")
        assert taken
        job_steps.fail(desk(), taken, "no_room")
    page = ana.open(where)
    assert "El disco del servidor está lleno" in page
    assert "Detenida" in page
    press(ana, where, "resume")
    assert "En espera de empezar" in ana.open(where)


def test_the_administrator_sees_whether_anything_works_and_nothing_of_any_case(
    app: Flask, sign_in: SignedIn
) -> None:
    admin = sign_in("admin")
    begin(sign_in("ana"))
    assert "Nada trabaja en segundo plano" in admin.open("/background")
    bench = app.extensions["intake.bench"]
    presence = Presence(app.extensions["intake.engine"], bench.workers)
    page = admin.open("/background")
    assert "1 proceso trabaja en segundo plano" in page
    assert OWN not in page
    assert "Ana" not in page
    presence.end()
    assert "Nada trabaja en segundo plano" in admin.open("/background")
