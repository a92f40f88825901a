"""The register as people read it in the app, and a case under one register after another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from intake.checklist.loading import load_register
from intake.checklist.reading import read_files
from intake.resources import resource_dir
from intake.services.registers import publish
from intake.web.guard import desk
from tests.conftest import Person
from tests.services.test_versions import changed_rules

SignIn = Callable[[str], Person]
CASE = "/cases/TAP-2026-0001"


def test_every_recommendation_has_a_page_with_what_is_done_about_it(sign_in: SignIn) -> None:
    register = load_register(resource_dir("rules"))
    auditor = sign_in("auditor")
    assert len(register.recommendations) == 25
    for found in register.recommendations.values():
        page = auditor.open(f"/recommendations/{found.id}")
        assert found.title.es in page
        checks, indicators = register.checks_of(found), found.indicators
        assert checks or indicators, found.id
        for check in checks:
            assert f"/checks/{check.id}" in page
        for indicator in indicators:
            assert register.indicators[indicator].title.es in page
    auditor.open("/recommendations/XX-1", 404)


def test_every_check_has_a_page_that_leads_to_its_recommendations(sign_in: SignIn) -> None:
    register = load_register(resource_dir("rules"))
    auditor = sign_in("auditor")
    for check in register.checks.values():
        page = auditor.open(f"/checks/{check.id}")
        for recommendation in check.recommendations:
            assert f"/recommendations/{recommendation}" in page
    auditor.open("/checks/none.such", 404)


def test_every_instrument_says_whether_a_lawyer_reviewed_it(sign_in: SignIn) -> None:
    register = load_register(resource_dir("rules"))
    page = sign_in("auditor").open("/instruments")
    unreviewed = [one for one in register.instruments.values() if not one.reviewed]
    assert page.count("Sin revisión de una persona abogada") == len(unreviewed)


def test_a_case_is_moved_to_a_newer_register_knowingly(
    app: Flask, sign_in: SignIn, tmp_path: Path
) -> None:
    ana = sign_in("ana")
    ana.send(f"{CASE}/sections/participation", {"participation.support-person": "no"})
    assert "versión más reciente" not in ana.open(CASE)
    folder = changed_rules(tmp_path / "rules")
    with app.test_request_context(), desk().writing() as session:
        publish(session, load_register(folder), read_files(folder))
    assert "Ya rige una versión más reciente" in ana.open(CASE)
    assert "2027.01" in ana.open("/registers")
    page = ana.open(f"{CASE}/register")
    assert "Gravedades que cambian" in page
    assert "Plazos que cambian" in page
    ana.send(f"{CASE}/register", {})
    page = ana.open(CASE)
    assert "Ya rige una versión más reciente" not in page
    assert "2027.01" in page
    assert "Cambio a una nueva versión" in ana.open(f"{CASE}/history")
    ana.open(f"{CASE}/register", 302)


def test_a_case_is_seen_as_of_a_day(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.open(CASE + "/history")
    found = re.search(r"as-of", page)
    assert found
    query = "?day-day={}&day-month={}&day-year={}"
    today = dt.datetime.now(dt.UTC).date()
    page = ana.open(CASE + "/as-of" + query.format(today.day, today.month, today.year))
    assert "Yareli" in page
    assert "esta decisión debe esperar" in page
    ana.open(CASE + "/as-of" + query.format(1, 1, 2020), 422)
    page = ana.open(CASE + "/as-of" + query.format(31, 2, 2026), 422)
    assert "fecha real" in page


def test_the_profile_is_changed_topic_by_topic(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    ana.send(f"{CASE}/profile/place", {"custody": "dif"})
    page = ana.open(f"{CASE}/profile")
    assert "Sistema DIF" in page
    ana.open(f"{CASE}/profile/nothing", 404)
