"""The supervisor's queue: every filter, pages that neither skip nor repeat while others work, and kept views."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from intake.models import Case, User
from intake.services import few, queue
from intake.services.queue_query import QueueQuery
from intake.services.save import open_case, save
from intake.web.guard import desk
from tests.conftest import Person

SignIn = Callable[[str], Person]


@pytest.fixture
def several(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Eleven cases more, on pages of four."""
    monkeypatch.setattr(queue, "PAGE", 4)
    with app.test_request_context():
        ana = _person("ana")
        for number in range(11):
            first = dt.datetime(2026, 11, 1, tzinfo=dt.UTC) + dt.timedelta(days=number // 2)
            values = {
                "profile.stage": "identification",
                "profile.country": "MX",
                "profile.encounter_at": first.isoformat(),
            }
            open_case(desk(), ana, values, str(uuid.uuid4()))
        yield


def _person(name: str) -> User:
    query = select(User).where(User.email == f"{name}@intake.example")
    return desk().session.scalars(query).unique().one()


def pages(sort: str, **asked: str) -> list[list[str]]:
    """The numbers on every page, from the first to the last."""
    found, after = [], ""
    while True:
        query = QueueQuery.read({"sort": sort, "after": after, **asked})
        page = queue.cases_in_queue(desk(), _person("sofia"), query)
        found.append([case.number for case in page.cases])
        after = page.after
        if not after:
            return found


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("sort", ["worst", "due", "updated", "number"])
def test_the_pages_hold_every_case_once_in_order(sort: str) -> None:
    found = [number for page in pages(sort) for number in page]
    everybody = desk().session.scalars(
        select(Case.number).where(Case.team_id == _person("sofia").team_id)
    )
    assert sorted(found) == sorted(everybody)
    cases = {case.number: case for case in desk().session.scalars(select(Case)).unique()}
    keys = {
        "worst": lambda one: (one.status == "approved", one.worst_rank, -one.critical_gaps),
        "due": lambda one: one.next_due or dt.datetime.max.replace(tzinfo=dt.UTC),
        "updated": lambda one: -one.updated_at.timestamp(),
        "number": lambda one: one.number,
    }
    order = [keys[sort](cases[number]) for number in found]
    assert order == sorted(order)


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("sort", ["worst", "updated"])
def test_the_way_back_shows_the_same_pages(sort: str) -> None:
    forwards = pages(sort)
    query = QueueQuery.read({"sort": sort})
    for _page in forwards[1:]:
        page = queue.cases_in_queue(desk(), _person("sofia"), query)
        query = QueueQuery.read({"sort": sort, "after": page.after})
    backwards = []
    while True:
        page = queue.cases_in_queue(desk(), _person("sofia"), query)
        backwards.append([case.number for case in page.cases])
        if not page.before:
            break
        query = QueueQuery.read({"sort": sort, "before": page.before})
    assert backwards[::-1] == forwards


@pytest.mark.usefixtures("several")
def test_what_others_do_meanwhile_neither_hides_nor_repeats_a_case() -> None:
    here, sofia = desk(), _person("sofia")
    first = queue.cases_in_queue(here, sofia, QueueQuery.read({"sort": "number"}))
    shown = [case.number for case in first.cases]
    case = first.cases[0]
    save(
        here,
        case,
        case.caseworker,
        {"answers.rights.informed": {"value": "no"}},
        base=case.version,
        operation=str(uuid.uuid4()),
        kind="section-saved",
    )
    after = QueueQuery.read({"sort": "number", "after": first.after})
    second = [one.number for one in queue.cases_in_queue(here, _person("sofia"), after).cases]
    assert not set(shown) & set(second)
    assert second == sorted(second)
    assert second[0] > shown[-1]


@pytest.mark.usefixtures("several")
def test_more_than_can_be_counted_are_told_as_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few, "COUNTED", 5)
    page = queue.cases_in_queue(desk(), _person("sofia"), QueueQuery.read({}))
    assert page.total == 6


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("most", [0, 400])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("TAP-2026-0003", ["TAP-2026-0003"]),
        ("tap 2026 3", ["TAP-2026-0003"]),
        ("TAP20260003", ["TAP-2026-0003"]),
        ("TAP/2026/03", ["TAP-2026-0003"]),
        ("2026-0012", ["TAP-2026-0012"]),
        ("20260012", ["TAP-2026-0012"]),
        ("26-12", ["TAP-2026-0012"]),
        ("0012", ["TAP-2026-0012"]),
        ("12", ["TAP-2026-0012"]),
        ("tap-12", ["TAP-2026-0012"]),
        # its beginning, or a zero was left out
        ("TAP-2026-001", [f"TAP-2026-{number:04d}" for number in (1, *range(10, 16))]),
        ("TIJ", []),
        ("TIJ-2026-0001", []),
        ("TAP-2025", []),
        ("ñ", []),
        ("%", None),
        ("-", None),
        ("-3-", ["TAP-2026-0003"]),
        ("", None),
        ("TAP", None),
        ("2026", None),
        ("tap-2026", None),
    ],
)
def test_a_number_is_found_by_all_of_it_its_beginning_or_its_end(
    monkeypatch: pytest.MonkeyPatch, most: int, typed: str, found: list[str] | None
) -> None:
    monkeypatch.setattr(few, "FEW", most)
    query = QueueQuery.read({"number": typed, "sort": "number"})
    page = queue.cases_in_queue(desk(), _person("sofia"), query)
    numbers = [case.number for case in page.cases]
    whole = queue.cases_in_queue(desk(), _person("sofia"), QueueQuery.read({"sort": "number"}))
    assert numbers == (found[:4] if found is not None else [one.number for one in whole.cases])
    assert page.total == (len(found) if found is not None else whole.total)


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("most", [0, 400])
def test_pages_of_what_was_looked_for_hold_every_case_once(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(few, "FEW", most)
    for sort in ("worst", "due", "updated", "number"):
        together = sorted(number for page in pages(sort, number="2026") for number in page)
        assert together == [f"TAP-2026-{number:04d}" for number in range(1, 16)]


@pytest.mark.parametrize(
    ("query", "some"),
    [
        ("check=rights.informed", {"TAP-2026-0001"}),
        ("section=rights&severity=critical", {"TAP-2026-0001"}),
        ("gate=gate.return&gate_state=shut", {"TAP-2026-0001"}),
        ("gate=gate.return&gate_state=open", set()),
        ("alert=in_immigration_detention", {"TAP-2026-0001"}),
        ("alert=%25", None),
        ("authority=procuraduria", {"TAP-2026-0001"}),
        ("cause=capacity&check=no.such", set()),
        ("after=%27%3Bdrop&before=x", None),
        ("after=0&before=zzzz", None),
    ],
)
def test_every_filter_narrows_and_none_breaks(
    sign_in: SignIn, query: str, some: set[str] | None
) -> None:
    page = sign_in("sofia").open(f"/review?{query}")
    found = set(re.findall(r"/review/([A-Z]+-\d+-\d+)\"", page))
    if some is not None:
        assert some <= found
        assert bool(found) == bool(some)


def test_a_view_is_kept_shown_replaced_and_taken_away(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    sofia.send(
        "/review/views",
        {"status": "submitted", "view_name": "Por revisar"},
        form="/review?status=submitted",
    )
    page = sofia.open("/review")
    assert 'href="/review?status=submitted">Por revisar</a>' in page
    sofia.send(
        "/review/views",
        {"status": "draft", "view_name": "Por revisar", "drop": ""},
        form="/review?status=draft",
    )
    page = sofia.open("/review")
    assert 'href="/review?status=draft">Por revisar</a>' in page
    assert "Por revisar" not in sign_in("david").open("/review")
    gone = re.search(r'name="drop" value="(\d+)"', page)
    assert gone
    david = sign_in("david")
    david.send("/review/views", {"drop": gone[1]}, form="/review?status=draft")
    assert "Por revisar" in sofia.open("/review")
    sofia.send("/review/views", {"drop": gone[1]}, form="/review")
    assert "Por revisar</a>" not in sofia.open("/review")


def test_a_view_without_a_name_or_a_filter_is_not_kept(sign_in: SignIn) -> None:
    sofia = sign_in("sofia")
    sofia.send("/review/views", {"view_name": ""}, form="/review?status=draft")
    assert "Dé a la vista un nombre" in sofia.open("/review")
    sofia.send("/review/views", {"status": "", "view_name": "Nada"}, form="/review?status=draft")
    assert "Primero filtre" in sofia.open("/review")
