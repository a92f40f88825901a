"""A fictional population: the same seed gives the same children, as whole as if each had been saved step by step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from intake.app import create_app
from intake.cli import main
from intake.commands.demo import PASSWORD, load_demo
from intake.commands.population import Population
from intake.migrations import upgrade
from intake.models import AuditEntry, Case, Change, CodedCase, Review, StoredFinding, Violation, now
from intake.services import recount
from intake.services.breaches import record_breaches
from intake.services.case_file import (
    changes_since,
    evaluate_file,
    open_file,
    standing_breaches,
)
from intake.services.desk import Desk
from intake.services.gap_work import settle_work
from intake.services.names import called
from intake.services.panel import panel_of, problems_of
from intake.services.verify import verify_histories, verify_trail
from intake.services.violations import violations_of
from intake.web.guard import desk
from tests.conftest import settings_for

MOMENT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with 120 children more."""
    folder = tmp_path_factory.mktemp("populated")
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'intake.sqlite'}"))
    upgrade(app.extensions["intake.engine"])
    with app.app_context():
        load_demo()
    with app.test_request_context():
        population = Population(desk(), 5, PASSWORD, now())
        population.writer.write(population.plans(70))
        population.writer.write(population.plans(50))
    yield app
    app.extensions["intake.engine"].dispose()


@pytest.fixture
def here(populated: Flask) -> Iterator[Desk]:
    with populated.test_request_context():
        yield desk()


def test_trail_histories_and_totals_are_whole(here: Desk) -> None:
    assert verify_trail(here.session) is None
    assert verify_histories(here.session) is None
    assert recount.code_all(here, lambda _n: None, check=True) == 0
    assert list(recount.differences(here)) == []


def test_what_is_stored_is_what_an_evaluation_gives(here: Desk) -> None:
    for case in here.session.scalars(select(Case).order_by(Case.id).limit(25)).unique():
        file = open_file(here, case)
        evaluation = evaluate_file(file, case.evaluated_at)
        stored = set(
            here.session.scalars(
                select(StoredFinding.check_id).where(StoredFinding.case_id == case.id)
            )
        )
        assert stored == {one.check.id for one in evaluation.findings.values() if one.open}
        assert case.gaps == len(evaluation.gaps)
        assert record_breaches(file.document, {}, evaluation) == ()


def test_a_history_leads_from_nothing_to_the_document(here: Desk) -> None:
    for case in here.session.scalars(select(Case).order_by(Case.id).limit(10)).unique():
        built: dict[str, object] = {}
        for change in changes_since(here, case, 0):
            for key, (_old, new) in change.changes.items():
                built[key] = new
        document = open_file(here, case).document
        for key, value in built.items():
            part, name = key.split(".", 1)
            if part not in ("handed",):
                assert document[part].get(name) == value
        assert case.version == len(changes_since(here, case, 0))


def test_children_are_of_every_kind(here: Desk) -> None:
    session = here.session
    statuses = Counter(session.scalars(select(Case.status)))
    assert set(statuses) == {"draft", "submitted", "returned", "approved"}
    assert len(set(session.scalars(select(CodedCase.quarter)))) >= 5
    assert {"handed-over", "approved", "returned"} <= set(session.scalars(select(Change.kind)))
    assert session.scalar(select(Review.id).limit(1))
    assert min(session.scalars(select(AuditEntry.at))) < now() - dt.timedelta(days=200)
    assert max(session.scalars(select(Change.at))) <= now()
    teams = Counter(session.scalars(select(Case.team_id)))
    assert len(teams) >= 6


def test_moments_are_of_the_place_so_that_business_days_end_there(here: Desk) -> None:
    for case in here.session.scalars(select(Case)).unique():
        file = open_file(here, case)
        told = file.document["profile"].get("encounter_at") or file.document["events"].get(
            "encounter_at"
        )
        first = dt.datetime.fromisoformat(told)
        assert first.utcoffset() == first.astimezone(file.zone).utcoffset()


def test_something_is_done_about_their_gaps(here: Desk) -> None:
    """Work on gaps, deadlines that stand still, panels and complaints, each as a save would have left it."""
    files = [open_file(here, case) for case in here.session.scalars(select(Case)).unique()]
    work = [kept for file in files for kept in file.document.get("gaps", {}).values()]
    assert {"open", "in_progress", "cannot"} <= {one["state"] for one in work}
    assert any(one.get("owner") for one in work)
    assert any(file.document.get("pauses") for file in files)
    assert any(len(panel_of(file)) == 3 and not problems_of(panel_of(file)) for file in files)
    assert all(settle_work(file.document, {}, evaluate_file(file, now())) == () for file in files)
    recorded = {one: kept for file in files for one, kept in violations_of(file).items()}
    rows = here.session.scalars(select(Violation)).unique().all()
    by_intake = [
        row for row in rows if row.id not in recorded
    ]  # gates breached, which no one typed
    breaches = sum(len(standing_breaches(file.document)) for file in files)
    assert {row.id for row in rows} >= set(recorded)
    assert len(recorded) > 2
    assert len(by_intake) == breaches
    rows = [row for row in rows if row.id in recorded]
    for row in rows:
        kept = recorded[row.id]
        assert (row.kind, row.observed_at) == (kept.kind, kept.observed_at)
        assert (row.filed_at, row.answered_at) == (kept.filed_at, kept.answered_at)
        assert (row.due is None) == (kept.answered_at is not None)
    assert any(row.filed_at for row in rows)


def test_children_are_found_by_their_names(here: Desk) -> None:
    case = here.session.scalars(select(Case).order_by(Case.opened_at).limit(1)).unique().one()
    name = open_file(here, case).document["identity"]["name"]
    found = here.session.scalars(select(Case.id).where(called(here, name))).all()
    assert case.id in found


def _plans(app: Flask, seed: int) -> list[object]:
    with app.test_request_context():
        population = Population(desk(), seed, PASSWORD, MOMENT)
        return [
            [(one.at, one.kind, one.values) for one in plan.steps] for plan in population.plans(15)
        ]


def test_the_same_seed_makes_the_same_children(populated: Flask) -> None:
    assert _plans(populated, 11) == _plans(populated, 11) != _plans(populated, 12)


def test_gaps_follow_from_circumstances(populated: Flask) -> None:
    """Whoever speaks no Spanish is understood less often, in places that have no interpreter."""
    told: dict[bool, list[bool]] = {True: [], False: []}
    with populated.test_request_context():
        population = Population(desk(), 21, PASSWORD, MOMENT)
        for plan in population.plans(500):
            values = {key: value for step in plan.steps for key, value in step.values.items()}
            answer = values.get("answers.rights.language")
            if answer:
                interpreter = values["profile.needs_interpreter"]
                told[interpreter].append(answer["value"] == "yes")
    assert sum(told[True]) / len(told[True]) < sum(told[False]) / len(told[False]) - 0.15


def test_the_command_loads_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    done = CliRunner().invoke(main, ["demo", "--cases", "3"])
    assert done.exit_code == 0, done.output
    assert "3 fictional cases loaded" in done.output
    monkeypatch.setenv("DEMO", "0")
    refused = CliRunner().invoke(main, ["demo", "--cases", "3"])
    assert refused.exit_code == 2
    assert "no place among real ones" in refused.output
