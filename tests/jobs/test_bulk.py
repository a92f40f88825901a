"""Documents of many cases: each by the right its person has at that moment, sealed while it lies there, in one ZIP."""

from __future__ import annotations

import errno
import io
import logging
import os
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from intake.issuing.issue import Issued
from intake.jobs import bulk, runner
from intake.jobs.kinds import Bench
from intake.models import AuditEntry, Case, IssuedDocument, Job, JobStep, User
from intake.services import erasure, jobs
from intake.services.files import FileStore
from intake.services.verify import verify_trail
from intake.web.guard import desk
from tests.jobs.conftest import ask, outcomes, unzip, who

Worker = Callable[[str], None]
OWN = ("TAP-2026-0001", "TAP-2026-0002")


def printed(app: Flask, job_id: str) -> list[str]:
    """The numbers of the cases of which the job has a document, each of which was made once, as the trail says."""
    with app.app_context():
        session = desk().session
        documents = session.execute(
            select(Case.number, IssuedDocument.number)
            .join(IssuedDocument, IssuedDocument.case_id == Case.id)
            .join(JobStep, JobStep.result == IssuedDocument.id)
            .where(JobStep.job_id == job_id)
        ).all()
        entries = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "case.printed")
        )
        told = Counter(entry["document"] for entry in entries if not entry.get("again"))
        assert {number: told[number] for _case, number in documents} == {
            number: 1 for _case, number in documents
        }
        assert verify_trail(session) is None
        return sorted(number for number, _document in documents)


def own(app: Flask, name: str) -> list[str]:
    with app.app_context():
        query = select(Case.number).join(User, User.id == Case.caseworker_id)
        return sorted(desk().session.scalars(query.where(User.email == f"{name}@intake.example")))


def change(app: Flask, statement: object) -> None:
    with app.app_context(), desk().writing() as session:
        session.execute(statement)  # type: ignore[call-overload]


def cases_in(found: dict[str, bytes]) -> list[str]:
    """The numbers of the cases whose documents are in the ZIP."""
    return sorted(name.partition("-summary-")[0] for name in found if name.endswith(".pdf"))


def test_each_case_is_in_the_zip_once_and_in_the_trail_once(app: Flask, worker: Worker) -> None:
    mine = own(app, "ana")
    assert len(mine) > 1
    job_id = ask(app, "ana", *mine)
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": len(mine)})
    found = unzip(app, "ana", job_id)
    note = found.pop("que-contiene.txt").decode()
    assert f"Documentos en este archivo: {len(mine)}" in note
    assert "Quedaron fuera" not in note
    assert cases_in(found) == mine
    assert all(content.startswith(b"%PDF-") for content in found.values())
    assert printed(app, job_id) == mine


def test_the_documents_come_in_the_language_asked_for(app: Flask, worker: Worker) -> None:
    job_id = ask(app, "ana", OWN[0], language="en")
    worker(job_id)
    found = unzip(app, "ana", job_id)
    assert b"Documents in this file: 1" in found.pop("what-is-in-it.txt")
    ((name, content),) = found.items()
    assert name.startswith(f"{OWN[0]}-summary-en-")
    document = PdfReader(io.BytesIO(content))
    assert str(document.trailer["/Root"]["/Lang"]).startswith("en")


def test_a_case_that_the_person_may_not_print_is_left_out(app: Flask, worker: Worker) -> None:
    job_id = ask(app, "ana")  # of all there are, other people's among them
    worker(job_id)
    mine = own(app, "ana")
    state, came = outcomes(app, job_id)
    assert (state, came["done"]) == ("done", len(mine))
    assert came["refused"] == 5 - len(mine) > 0
    found = unzip(app, "ana", job_id)
    assert f"Quedaron fuera: {5 - len(mine)}" in found["que-contiene.txt"].decode()
    assert printed(app, job_id) == mine


@pytest.mark.parametrize("lost", ["case", "account", "role"])
def test_the_right_is_asked_when_the_turn_comes_and_when_it_is_handed_out(
    app: Flask, worker: Worker, lost: str
) -> None:
    mine = own(app, "ana")
    before, after = ask(app, "ana", *mine), ask(app, "ana", *mine)
    worker(before)
    with app.app_context():
        ana, beto = who(desk(), "ana").id, who(desk(), "beto").id
    if lost == "case":
        change(app, update(Case).where(Case.number == mine[0]).values(caseworker_id=beto))
    elif lost == "account":
        change(app, update(User).where(User.id == ana).values(active=False))
    else:
        with app.app_context(), desk().writing():
            who(desk(), "ana").roles = [who(desk(), "auditor").roles[0]]
    worker(after)
    left = mine[1:] if lost == "case" else []
    assert printed(app, after) == left
    assert outcomes(app, after)[1].get("refused") == len(mine) - len(left)
    if lost != "account":  # who is shut out comes to no page
        assert cases_in(unzip(app, "ana", before)) == left


def test_a_supervisor_prints_the_cases_of_the_team(app: Flask, worker: Worker) -> None:
    job_id = ask(app, "sofia")
    worker(job_id)
    with app.app_context():
        team = select(User.team_id).where(User.email == "sofia@intake.example").scalar_subquery()
        of_team = sorted(desk().session.scalars(select(Case.number).where(Case.team_id == team)))
    assert printed(app, job_id) == of_team
    assert 0 < len(of_team) < 5


def test_an_erased_case_drops_out(app: Flask, worker: Worker) -> None:
    job_id = ask(app, "sofia", *OWN)
    worker(job_id)
    with app.test_request_context():
        here = desk()
        case = here.session.scalars(select(Case).where(Case.number == OWN[0])).one()
        case_id = case.id
        erasure.propose(
            here,
            case,
            who(here, "sofia"),
            kind="erase",
            ground="request",
            reason="x",
            operation=str(uuid.uuid4()),
        )
        proposal = erasure.proposal_of(here, here.session.get_one(Case, case_id))
        assert proposal
        store: FileStore = app.extensions["intake.files"]
        erasure.confirm(here, store, proposal, who(here, "david"))
    found = unzip(app, "sofia", job_id)
    assert cases_in(found) == [OWN[1]]
    assert "Quedaron fuera: 1" in found["que-contiene.txt"].decode()


def test_nothing_of_it_lies_anywhere_but_sealed_with_its_case(
    app: Flask, worker: Worker, bench: Bench
) -> None:
    job_id = ask(app, "ana", *OWN)
    worker(job_id)
    unzip(app, "ana", job_id)
    files = [path for path in bench.settings.instance.rglob("*") if path.is_file()]
    sealed = [path for path in files if path.is_relative_to(bench.files.folder)]
    assert len(sealed) == len(OWN)
    assert not [path for path in files if b"%PDF" in path.read_bytes()]


def test_the_document_of_an_unchanged_case_is_the_one_it_has(app: Flask, worker: Worker) -> None:
    first, second = ask(app, "ana", *OWN), ask(app, "ana", *OWN)
    worker(first)
    found = unzip(app, "ana", first)
    worker(second)
    assert unzip(app, "ana", second) == found


def test_a_full_disk_fails_the_job_in_words_and_it_goes_on_from_there(
    app: Flask, worker: Worker, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, write, kept = ask(app, "ana", *OWN), FileStore.write, []

    def full(store: FileStore, *what: str) -> None:
        if kept:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        kept.append(what)
        write(store, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(FileStore, "write", full)
    worker(job_id)
    assert outcomes(app, job_id) == ("failed", {"done": 1, "waiting": 1})
    with app.test_request_context():
        assert desk().session.get_one(Job, job_id).reason == "no_room"
        monkeypatch.setattr(FileStore, "write", write)
        assert jobs.resume(desk(), who(desk(), "ana"), job_id)
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 2})
    assert printed(app, job_id) == list(OWN)


def test_a_step_that_goes_wrong_is_logged_without_a_word_of_the_case(
    app: Flask, worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask(app, "ana", *OWN)
    whole = bulk.issue

    def break_one(*what: Any, **more: Any) -> Issued:
        if what[3].number == OWN[0]:
            raise ValueError(f"Marisol in {OWN[0]}")
        return whole(*what, **more)

    monkeypatch.setattr(bulk, "issue", break_one)
    with caplog.at_level(logging.DEBUG):
        worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 1, "failed": 1})
    assert f"step 1 of job {job_id} went wrong: ValueError" in caplog.text
    assert "Marisol" not in caplog.text
    assert OWN[0] not in caplog.text
    assert printed(app, job_id) == [OWN[1]]


def test_a_database_that_is_away_costs_nothing_but_time(
    app: Flask, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, finish, tries = ask(app, "ana", *OWN), runner.job_steps.finish, []

    def away(*what: object) -> bool:
        tries.append(what)
        if len(tries) == 1:
            raise OperationalError("", None, Exception("gone"))
        return finish(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(runner.job_steps, "finish", away)
    worker(job_id)
    assert outcomes(app, job_id) == ("running", {"waiting": 2})
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 2})
    assert printed(app, job_id) == list(OWN)


def test_a_worker_that_cannot_even_give_its_step_back_ends(
    app: Flask, worker: Worker, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask(app, "ana", OWN[0])

    def full(*_what: object, **_more: object) -> None:
        raise OperationalError("", None, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        for name in ("finish", "fail", "give_back"):
            patched.setattr(runner.job_steps, name, full)
        with pytest.raises(SystemExit):
            worker(job_id)
    with app.app_context():
        assert desk().session.scalar(select(JobStep.state)) == "taken"
    for file in bench.workers.iterdir():  # as the system does when a process ends
        file.unlink()
        file.touch()
    runner.take_up_again(bench)
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 1})


def test_a_slice_is_left_for_another_job_and_the_rest_is_rung_for(
    app: Flask, worker: Worker, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "SLICE", 0.0)
    job_id = ask(app, "ana", *OWN)
    worker(job_id)
    assert outcomes(app, job_id) == ("running", {"done": 1, "waiting": 1})
    assert bench.bell.huey.pending_count() == 1
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 2})
    assert bench.bell.huey.pending_count() == 1
