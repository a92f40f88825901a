"""The first page: what needs a caseworker, and what needs a supervisor, in order of harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event, select

from intake.models import Case, CaseAlert
from intake.services import alerts, few
from intake.web import today as web_today
from intake.web.guard import desk
from tests.conftest import Person
from tests.population import populate

SignIn = Callable[[str], Person]


def headings(page: str) -> list[str]:
    return [re.sub(r"\s*\(\d+\)", "", text) for text in re.findall(r"<h2[^>]*>([^<]+)<", page)]


def test_a_caseworker_begins_with_what_is_overdue_and_worst(sign_in: SignIn) -> None:
    page = sign_in("ana").open("/today")
    assert headings(page)[0] == "Plazo vencido"
    severities = re.findall(r"intake-severity--(\w+)", page[: page.index("Vence")])
    ranks = ["critical", "high", "medium", "low"]
    assert severities == sorted(severities, key=ranks.index)


def test_each_line_leads_to_the_field(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    page = ana.open("/today")
    links = [
        link
        for link in re.findall(r'<h3[^>]*><a class="govuk-link" href="([^"]+)"', page)
        if "#check-" in link
    ]
    assert links
    path, anchor = links[0].split("#")
    assert f'id="{anchor}"' in ana.open(path)


def test_a_supervisor_sees_alerts_then_what_waits_then_the_load(sign_in: SignIn) -> None:
    found = headings(sign_in("sofia").open("/today"))
    order = ["En detención migratoria", "Venció un plazo crítico", "Esperan su revisión"]
    assert [one for one in found if one in order] == order
    assert found[-1] == "Carga del equipo"


def test_a_case_of_another_team_is_on_nobodys_page(sign_in: SignIn) -> None:
    assert "TIJ-" not in sign_in("sofia").open("/today")
    assert "TIJ-" not in sign_in("ana").open("/today")


def test_who_writes_in_no_case_has_no_such_page(sign_in: SignIn) -> None:
    for name in ("admin", "auditor"):
        sign_in(name).open("/today", 403)


def test_what_is_past_remedy_no_longer_asks_for_today(sign_in: SignIn) -> None:
    ana = sign_in("ana")
    gap = "/cases/TAP-2026-0001/gaps/rights.informed"
    assert gap in ana.open("/today")
    ana.send(gap, {"state": "cannot", "reason": "Ya no está en el país", "do": "keep"})
    assert gap not in ana.open("/today")


def test_the_page_asks_the_database_no_more_with_more_alerts(app: Flask, sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    sofia.open("/today")
    asked: list[str] = []
    engine = app.extensions["intake.engine"]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    sofia.open("/today")
    assert len(asked) < 50, len(asked)


def test_a_list_of_many_shows_five_cases_and_leads_to_all(app: Flask, sign_in: SignIn) -> None:
    populate(app, 90)
    sofia, ana = sign_in("sofia"), sign_in("ana")
    page = sofia.open("/today")
    for group in page.split("<h2")[1:]:
        assert group.count("intake-cases__case") <= 5
    all_of = re.findall(r'href="([^"]*/review\?[^"]+)">Mostrar los (\d+)<', page)
    assert len(all_of) > 2
    for address, number in all_of:
        assert f"{number} casos" in sofia.open(unescape(address))
    mine = ana.open("/today")
    (address,) = re.findall(r'href="([^"]+#late)">Mostrar los', mine)
    assert ana.open(address).count("intake-cases__case") > mine.count("intake-cases__case")


def test_a_case_stands_once_on_a_supervisors_page_with_all_its_reasons(
    app: Flask, sign_in: SignIn
) -> None:
    populate(app, 90)
    page = sign_in("sofia").open("/today")
    page = page[: page.index('id="load"')]
    titles = re.findall(r'<h3 class="govuk-heading-s intake-cases__title">.*?</h3>', page, re.S)
    numbers = [number for one in titles for number in set(re.findall(r"TAP-\d{4}-\d{4}", one))]
    assert len(numbers) == len(set(numbers)) > 10
    first = page[page.index("TAP-2026-0001") :]
    assert re.search(r"Además:</strong> <a [^>]*gaps/[^>]*>Venció un plazo crítico", first)


def test_a_caseworkers_case_stands_once_in_a_list_with_all_that_is_due(
    app: Flask, sign_in: SignIn
) -> None:
    populate(app, 90)
    for group in sign_in("ana").open("/today").split("<h2")[1:]:
        numbers = re.findall(r"govuk-caption-m\">[^<]*(TAP-\d{4}-\d{4})", group)
        assert len(numbers) == len(set(numbers))


def beside(app: Flask) -> set[tuple[str, str, int, str]]:
    with app.test_request_context():
        rows = desk().session.scalars(select(CaseAlert))
        return {(one.case_id, one.alert_id, one.team_id, one.place_due) for one in rows}


def on_the_cases(app: Flask) -> set[tuple[str, str, int, str]]:
    with app.test_request_context():
        cases = desk().session.scalars(select(Case)).unique()
        return {
            (one.id, alert, one.team_id, one.place_due) for one in cases for alert in one.alerts
        }


def test_the_alerts_beside_the_cases_are_those_of_the_cases(app: Flask, sign_in: SignIn) -> None:
    assert beside(app) == on_the_cases(app) != set()
    before = beside(app)
    sign_in("ana").send("/cases/TAP-2026-0001/profile/place", {"custody": "dif"})
    assert beside(app) == on_the_cases(app) != before


def test_many_alerts_are_told_as_more_than_are_counted(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (few, alerts, web_today):
        monkeypatch.setattr(module, "COUNTED", 0)
    monkeypatch.setattr(alerts, "SHOWN", 0)
    page = sign_in("sofia").open("/today")
    assert "En detención migratoria (más de 0)" in page
    assert "Mostrarlos todos" in page
