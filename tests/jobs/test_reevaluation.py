"""Going over all cases is a job: taken up again, asked for once, cancelled, and done in several processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from intake.jobs import reevaluation
from intake.models import Case, Job, JobStep, StoredFinding
from intake.services import jobs
from intake.services.desk import Desk
from intake.web.guard import desk
from tests.jobs.conftest import outcomes
from tests.services.conftest import run  # noqa: F401 - a fixture
from tests.services.test_versions import changed_rules, put_in_force

Worker = Callable[[str], None]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reevaluation, "PIECE", 2)


def ask(app: Flask, *, move: bool = False) -> str:
    with app.test_request_context():
        job_id = reevaluation.ask(desk(), move=move)
        assert job_id is not None
        return job_id


def registers(here: Desk) -> set[str]:
    return set(here.session.scalars(select(Case.register_sha256)))


def test_every_case_is_gone_over(app: Flask, worker: Worker) -> None:
    with app.test_request_context(), desk().writing() as session:
        session.execute(update(Case).values(gaps=99))
    job_id = ask(app)
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 3})
    with app.test_request_context():
        assert 99 not in set(desk().session.scalars(select(Case.gaps)))


def test_cases_are_moved_and_what_is_done_stays(app: Flask, worker: Worker, tmp_path: Path) -> None:
    with app.test_request_context():
        register = put_in_force(desk(), changed_rules(tmp_path / "rules"))
    job_id = ask(app, move=True)
    worker(job_id)
    with app.test_request_context():
        assert registers(desk()) == {register.sha256}
        versions = desk().session.scalars(select(Case.version).order_by(Case.id)).all()
        # a worker that died over a step: it is done again
        with desk().writing() as session:
            session.execute(update(JobStep).values(state="waiting"))
            session.execute(update(Job).values(state="running", done=0))
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"done": 3})
    with app.test_request_context():
        again = desk().session.scalars(select(Case.version).order_by(Case.id)).all()
    assert again == versions


def test_asked_for_twice_it_is_one_job_and_another_takes_its_place(app: Flask) -> None:
    first = ask(app)
    assert ask(app) == first
    second = ask(app, move=True)
    assert second != first
    assert outcomes(app, first)[0] == "cancelled"


def test_a_move_to_a_register_that_is_no_longer_in_force_is_refused(
    app: Flask, worker: Worker, tmp_path: Path
) -> None:
    job_id = ask(app, move=True)
    with app.test_request_context():
        before = registers(desk())
        put_in_force(desk(), changed_rules(tmp_path / "rules"))
    worker(job_id)
    assert outcomes(app, job_id) == ("done", {"refused": 3})
    with app.test_request_context():
        assert registers(desk()) == before


def test_what_is_cancelled_is_not_gone_on_with(app: Flask, worker: Worker) -> None:
    job_id = ask(app)
    with app.test_request_context():
        jobs.cancel(desk(), None, job_id)
    worker(job_id)
    assert outcomes(app, job_id) == ("cancelled", {"waiting": 3})


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_command_goes_over_all_cases(
    app: Flask,
    run: Callable[..., object],  # noqa: F811
    processes: str,
) -> None:
    with app.test_request_context(), desk().writing() as session:
        session.execute(update(StoredFinding).values(severity="low"))
    app.extensions["intake.engine"].dispose()
    result = run("reevaluate", "--all", "--processes", processes)
    assert "5 cases in" in str(result.stdout)  # type: ignore[attr-defined]
    with app.test_request_context():
        assert len(set(desk().session.scalars(select(StoredFinding.severity)))) > 1


def test_the_command_only_asks_where_others_are_to_do_it(
    app: Flask,
    run: Callable[..., object],  # noqa: F811
) -> None:
    run("reevaluate", "--all", "--background")
    with app.test_request_context():
        assert reevaluation.under_way(desk()) is not None
    run("reevaluate", "--cancel")
    run("reevaluate", "--cancel", status=1)
    run("reevaluate", status=2)
    with app.test_request_context():
        assert reevaluation.under_way(desk()) is None
