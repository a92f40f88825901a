"""Health pages and what is counted: for machines, true, and without anybody's data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text, update

from intake import measures
from intake.app import create_app
from intake.extensions import db
from intake.forms.privacy import OWN_FILE
from intake.models import Case, MasterKey, Team, User, Worker, now
from intake.services import audit
from intake.services.keys import put_in_force
from intake.web import health as pages
from intake.web.guard import desk
from intake.web.measuring import METHODS
from tests.conftest import Person, form_fields, settings_for

TOKEN = "t" * 40
NUMBER = "TAP-2026-0001"
CLOSED = {
    "status": {"1xx", "2xx", "3xx", "4xx", "5xx"},
    "method": {*METHODS, "other"},
    "why": {"failed", "throttled"},
    "state": set(pages.STATES),
    "kind": {"opened", "section", "profile", "OperationalError", "IntegrityError", "ProgrammingError"},
}  # fmt: skip


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Any:
    made = create_app(replace(settings_for(tmp_path, database_url), metrics_token=TOKEN))
    yield made
    made.extensions["intake.engine"].dispose()


def scraped(app: Flask) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Each sample by its name and labels."""
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def rise(before: dict[Any, float], after: dict[Any, float], name: str, **labels: str) -> float:
    key = (name, tuple(sorted(labels.items())))
    return after.get(key, 0.0) - before.get(key, 0.0)


def settle(app: Flask) -> None:
    """As a start leaves the database: with the id of the master key in it."""
    with app.test_request_context():
        put_in_force(desk(), desk().vault.primary)


def test_a_process_that_lives_says_so_whatever_became_of_the_database(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:1/none"))
    client = app.test_client()
    assert client.get("/health/live").json == {"status": "ok"}
    for path in ("/health/ready", "/health"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["checks"]) == (503, {"database": "failed"})
        assert "Set-Cookie" not in answer.headers


def test_a_server_is_ready_when_it_can_serve(app: Flask) -> None:
    settle(app)
    client = app.test_client()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "checks": dict.fromkeys(("database", "schema", "keys", "files"), "ok"),
        "background": {"seconds_since_sign_of_life": None},
    }
    with app.app_context():
        db.add(Worker(id="w" * 36, started_at=now(), seen_at=now()))
        db.commit()
    told = client.get("/health").json["background"]["seconds_since_sign_of_life"]
    assert 0 <= told < 30


def test_a_database_of_another_version_is_not_ready(app: Flask) -> None:
    settle(app)
    with app.app_context():
        db.execute(text("update alembic_version set version_num = '0001'"))
        db.commit()
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["schema"]) == (503, "failed")
    assert answer.json["checks"]["keys"] == "failed"


def test_a_key_that_is_not_the_databases_is_not_ready(app: Flask) -> None:
    settle(app)
    with app.app_context():
        db.execute(update(MasterKey).values(key_id="0" * 16))
        db.commit()
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["keys"]) == (503, "failed")
    assert "0" * 16 not in answer.text


def test_without_its_folder_a_server_is_not_ready(app: Flask, tmp_path: Path) -> None:
    settle(app)
    folder = app.extensions["intake.settings"].instance
    elsewhere = replace(app.extensions["intake.settings"], instance=folder / "gone")
    app.extensions["intake.settings"] = elsewhere
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["files"]) == (503, "failed")
    assert str(folder) not in answer.text


@pytest.mark.parametrize("sent", ["", "Bearer", f"Bearer {TOKEN}x", f"bearer {TOKEN}", "Bearer ñ"])
def test_counts_are_for_whoever_holds_the_token(app: Flask, sent: str) -> None:
    answer = app.test_client().get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert "intake_" not in answer.text


def test_where_no_token_is_set_nobody_reads_counts(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, database_url))
    for sent in ("", "Bearer ", "Bearer None"):
        answer = app.test_client().get("/metrics", headers={"Authorization": sent})
        assert answer.status_code == 404
    app.extensions["intake.engine"].dispose()


def test_what_was_done_is_counted_once_it_is_kept(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    settle(app)
    before = scraped(app)
    ana = sign_in("ana")
    path = f"/cases/{NUMBER}/sections/rights"
    ana.send(path, {"rights.informed": "partly", "rights.informed.note": "una nota"})
    refused = app.test_client().post("/sign-in", data={"email": "ana@intake.example"})
    assert refused.status_code in (200, 400)
    ana.open("/cases/NOTHING-9999", 404)
    ana.client.open("/today", method="BREW")
    after = scraped(app)
    assert rise(before, after, "intake_saves_total", kind="section") == 1
    seen = {"endpoint": "checklist.section", "method": "POST"}
    assert rise(before, after, "intake_requests_total", status="3xx", **seen) == 1
    assert rise(before, after, "intake_request_seconds_count", **seen) == 1
    assert rise(before, after, "intake_evaluation_seconds_count") >= 2
    assert after["intake_ready", ()] == 1
    assert ("intake_jobs", (("state", "queued"),)) in after
    assert ("process_resident_memory_bytes", ()) in after


def test_a_save_that_is_not_kept_is_not_counted(
    app: Flask, sign_in: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = sign_in("ana")
    path = f"/cases/{NUMBER}/sections/rights"
    before = scraped(app)

    def records(session: Any, action: str, **more: Any) -> None:
        real(session, action, **more)
        if action == "case.section-saved":
            raise RuntimeError("on purpose")

    real = audit.record
    monkeypatch.setattr("intake.services.save.audit.record", records)
    ana.send(path, {"rights.informed": "partly", "rights.informed.note": "otra"}, 500)
    monkeypatch.undo()
    assert rise(before, scraped(app), "intake_saves_total", kind="section") == 0


def test_counting_that_fails_fails_nothing(
    app: Flask, sign_in: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "no room")

    ana = sign_in("ana")
    for metric in (measures.SAVES, measures.REQUESTS, measures.REQUEST_SECONDS):
        monkeypatch.setattr(metric, "labels", full)
    monkeypatch.setattr(measures.EVALUATION_SECONDS, "observe", full)
    ana.send(f"/cases/{NUMBER}/sections/rights", {"rights.informed.note": "se guarda"})
    assert "se guarda" in ana.open(f"/cases/{NUMBER}/sections/rights")


def test_no_label_tells_of_a_person_or_a_case(app: Flask, sign_in: Callable[[str], Person]) -> None:
    settle(app)
    # counts are the process's: apps of other tests may have routes of their own
    before = {value for _, labels in scraped(app) for label, value in labels if label == "endpoint"}
    ana = sign_in("ana")
    secret = "Niña Ficticia Secreta"
    ana.send(
        f"/cases/{NUMBER}/sections/rights",
        {"rights.informed": "partly", "rights.informed.note": secret},
    )
    ana.client.post("/cases", data={"name": secret})
    for path in (f"/cases/{NUMBER}", f"/x/{NUMBER}", "/calendar/a-secret.ics", f"/?q={secret}"):
        ana.client.get(path)
    ana.client.open(f"/cases/{NUMBER}", method="MARIA")
    client = app.test_client()
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page)
    assert token
    typed = {"email": "nadie@ejemplo.org", "password": secret, "csrf_token": token[1]}
    client.post("/sign-in", data=typed)
    endpoints = {*app.view_functions, "none"} | before
    for name, labels in scraped(app):
        for label, value in labels:
            if label == "endpoint":
                assert value in endpoints
            elif label == "le":
                assert value == "+Inf" or float(value) >= 0
            elif name.startswith("intake_"):
                assert value in CLOSED[label], (name, label, value)
    told = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    with app.app_context():
        for word in (
            *db.scalars(select(Case.number)),
            *db.scalars(select(Case.id)),
            *db.scalars(select(User.email)),
            *db.scalars(select(User.name)),
            *db.scalars(select(Team.name)),
            *(secret, "nadie@ejemplo.org", "a-secret", "MARIA", TOKEN),
        ):
            assert word not in told, word


def test_the_worst_is_told_where_the_database_is_away(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    app = create_app(replace(settings_for(tmp_path, url), metrics_token=TOKEN))
    before = scraped(app)
    after = scraped(app)
    assert after["intake_ready", ()] == 0
    assert not [name for name, _labels in after if name == "intake_worker_heartbeat_age_seconds"]
    assert rise(before, after, "intake_database_errors_total", kind="OperationalError") >= 1


def test_jobs_and_the_workers_sign_of_life_are_told(app: Flask) -> None:
    settle(app)
    with app.app_context():
        db.add(Worker(id="w" * 36, started_at=now(), seen_at=now()))
        db.commit()
    found = scraped(app)
    assert 0 <= found["intake_worker_heartbeat_age_seconds", ()] < 30
    assert {found["intake_jobs", (("state", state),)] for state in pages.STATES} == {0}


def test_what_ended_processes_counted_is_kept_in_one_file(tmp_path: Path) -> None:
    key = mmap_key("intake_documents_issued", "intake_documents_issued_total", [], [], "")
    gone = ("4194999", "4194998")  # above what the system gives to a process
    for number in gone:
        one = MmapedDict(str(tmp_path / f"counter_{number}.db"))
        one.write_value(key, 3.0, 0.0)
        one.close()
    mine = MmapedDict(str(tmp_path / "counter_1.db"))  # that of a process that lives
    mine.write_value(key, 5.0, 0.0)
    mine.close()
    for _time in range(2):
        measures.fold(tmp_path)
        left = {path.name for path in tmp_path.glob("*.db")}
        assert left == {"counter_0.db", "counter_1.db"}
        kept = {
            k: v for k, v, *_rest in MmapedDict.read_all_values_from_file(tmp_path / "counter_0.db")
        }
        assert kept == {key: 6.0}


def test_a_folder_that_cannot_be_written_to_keeps_nothing_from_starting(tmp_path: Path) -> None:
    code = "import intake.app, intake.measures as m; m.count(m.DOCUMENTS); print(m.written_out())"
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "none")}
    found = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert "intake_documents_issued_total 1.0" in found.stdout, found.stderr
    assert "each process counts for itself" in found.stderr


def test_a_document_is_counted_once_and_so_is_a_failed_sign_in(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    ana, before = sign_in("ana"), scraped(app)
    for _time in range(2):  # the second one is the first, handed out again
        fields = form_fields(ana.open(f"/cases/{NUMBER}/documents")) | {"recipient": OWN_FILE}
        assert ana.client.post(f"/cases/{NUMBER}/documents", data=fields).data.startswith(b"%PDF")
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', client.get("/sign-in").text)
    assert token
    typed = {"email": "ana@intake.example", "password": "no", "csrf_token": token[1]}
    assert client.post("/sign-in", data=typed).status_code == 200
    after = scraped(app)
    assert rise(before, after, "intake_documents_issued_total") == 1
    assert rise(before, after, "intake_sign_ins_failed_total", why="failed") == 1
