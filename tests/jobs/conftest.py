"""A worker in this process, and exports that somebody asked for."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from intake.jobs import bulk, runner
from intake.jobs.every import KINDS
from intake.jobs.kinds import Bench
from intake.jobs.runner import Runner
from intake.models import Case, Job, User
from intake.services import jobs
from intake.services.desk import Desk
from intake.services.workers import Presence
from intake.web.guard import desk


@pytest.fixture
def bench(app: Flask) -> Bench:
    found: Bench = app.extensions["intake.bench"]
    return found


@pytest.fixture
def worker(
    app: Flask, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Does what is left of a job, as a worker process does, in one go however slow the machine."""
    monkeypatch.setattr(runner, "SLICE", 3600.0)
    presence = Presence(app.extensions["intake.engine"], bench.workers)
    yield Runner(bench, KINDS, presence.id, lambda: False).carry_on
    presence.end()


def who(here: Desk, name: str) -> User:
    found = here.session.scalars(select(User).where(User.email == f"{name}@intake.example"))
    return found.unique().one()


def ask(app: Flask, name: str, *numbers: str, language: str = "es") -> str:
    """Asks for documents of those cases, of all there are if none is named."""
    with app.test_request_context():
        here = desk()
        query = select(Case.id).order_by(Case.number)
        if numbers:
            query = query.where(Case.number.in_(numbers))
        return bulk.ask(
            here,
            who(here, name),
            list(here.session.scalars(query)),
            document="summary",
            language="en" if language == "en" else "es",
            page_size="Letter",
            site=None,
            job_id=str(uuid.uuid4()),
        )


def outcomes(app: Flask, job_id: str) -> tuple[str, dict[str, int]]:
    """The state of the job, and how many of its steps came to what."""
    with app.app_context():
        job = desk().session.get_one(Job, job_id)
        return job.state, jobs.outcomes(desk(), job)


def unzip(app: Flask, name: str, job_id: str) -> dict[str, bytes]:
    """What the person finds in the ZIP."""
    with app.test_request_context():
        here = desk()
        job = here.session.get_one(Job, job_id)
        files = app.extensions["intake.bench"].files
        made = bulk.bundle(here, files, job, who(here, name))
        content = io.BytesIO(b"".join(made.pieces))
    with zipfile.ZipFile(content) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {one: archive.read(one) for one in archive.namelist()}
