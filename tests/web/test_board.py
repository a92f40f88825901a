"""The supervisor's board: every number opens as many cases as it says, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, text

from intake.extensions import db
from tests.conftest import Person
from tests.population import populate

NUMBER = re.compile(r'<a class="govuk-link" href="([^"]*/review\?[^"]*)">(\d+)<')


def cases_listed(supervisor: Person, address: str) -> int:
    """How many cases the queue lists at that address, over all its pages."""
    listed, page = 0, 1
    while True:
        shown = supervisor.open(f"{address}&page={page}")
        found = shown.count('class="intake-cases__case')
        listed, page = listed + found, page + 1
        if 'rel="next"' not in shown:
            return listed


def moment(kept: object) -> dt.datetime | None:
    """A time as either database gives it to plain SQL."""
    if kept is None:
        return None
    when = dt.datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    assert isinstance(when, dt.datetime)
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


@pytest.fixture
def supervisor(app: Flask, sign_in: Callable[[str], Person]) -> Person:
    populate(app, 90)
    return sign_in("sofia")


def test_each_number_opens_as_many_cases_as_it_says(supervisor: Person) -> None:
    board = supervisor.open("/board")
    numbers = {unescape(address): int(n) for address, n in NUMBER.findall(board)}
    assert len(numbers) > 40
    kinds: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for address, n in sorted(numbers.items()):
        names = tuple(sorted(re.findall(r"[?&](\w+)=", address)))
        kinds.setdefault(names, []).append((address, n))
    assert {
        ("section", "severity"),
        ("quarter",),
        ("quarter", "severity"),
        ("gate", "gate_state"),
        ("timed",),
        ("quarter", "timed"),
        ("authority", "overdue"),
        ("counted",),
        ("open_on", "severity"),
        ("open_on", "section"),
    } <= kinds.keys()
    for several in kinds.values():
        # the smallest, the greatest and one between: the queue is asked by the same names for all
        ordered = sorted(several, key=lambda pair: pair[1])
        for address, n in {ordered[0], ordered[len(ordered) // 2], ordered[-1]}:
            assert cases_listed(supervisor, address) == n, address


def test_the_board_shows_the_own_team_alone(app: Flask, supervisor: Person) -> None:
    board = supervisor.open("/board")
    with app.app_context():
        own = db.scalar(text("select count(*) from child_case where team_id = 1"))
        every = db.scalar(text("select count(*) from child_case"))
    shown = re.search(r"intake-board__sum[^>]*>(?:<a[^>]*>)?(\d+)", board)
    assert shown
    assert int(shown[1]) == own < every


def test_drawings_are_named_and_described(supervisor: Person) -> None:
    board = supervisor.open("/board")
    drawings = re.findall(r"<svg class=\"intake-chart\".*?</svg>", board, re.S)
    assert len(drawings) >= 4
    for drawing in drawings:
        ids = re.search(r'aria-labelledby="(\S+) (\S+)"', drawing)
        assert ids
        assert f'<title id="{ids[1]}">' in drawing
        assert f'<desc id="{ids[2]}">' in drawing
        assert "style=" not in drawing


def test_filters_that_say_nonsense_are_left_open(sign_in: Callable[[str], Person]) -> None:
    everybody = sign_in("sofia").open("/review").count('class="intake-cases__case')
    for address in (
        "/review?counted=%00&timed=%F0%9F%98%80&section=../x&quarter=1'--",
        "/review?section=&check=&severity=&gate=&gate_state=&authority=&cause=&overdue=&status=",
        "/review?gate_state=ajar",
    ):
        assert sign_in("sofia").open(address).count('class="intake-cases__case') == everybody
    for address in (
        "section=nothing",
        "counted=ind.x:y",
        "counted=:",
        "timed=x",
        "gate=x",
        "cause=x",
    ):
        assert 'class="intake-cases__case' not in sign_in("sofia").open(f"/review?{address}")


def test_what_the_queue_is_narrowed_by_is_said_and_kept(supervisor: Person) -> None:
    page = supervisor.open("/review?section=rights&severity=critical&quarter=2026-Q3")
    assert "Información sobre sus derechos" in page
    assert "Julio a septiembre de 2026" in page
    assert '<input type="hidden" name="section" value="rights">' in page


def test_a_team_without_cases_is_told_so(app: Flask, sign_in: Callable[[str], Person]) -> None:
    with app.app_context(), db.begin():
        db.execute(text("update tally_state set complete = false"))
    assert "intake indicators recount" in sign_in("sofia").open("/board")


def test_the_past_is_what_a_plain_recount_of_the_spans_says(app: Flask, supervisor: Person) -> None:
    """Each number of the history against plain SQL over the spans, at the midnight that ends its day there."""
    board = supervisor.open("/board")
    numbers = {
        unescape(address): int(n)
        for address, n in NUMBER.findall(board)
        if "open_on=" in unescape(address)
    }
    with app.app_context():
        zone = ZoneInfo(str(db.scalar(text("select zone from team where id = 1"))))
        rows = db.execute(
            text(
                "select s.case_id, s.severity, s.section, s.opened_at, s.closed_at from gap_span s"
                " join child_case c on c.id = s.case_id where c.team_id = 1"
            )
        ).all()
    spans = [(one[0], {one[1], one[2]}, moment(one[3]), moment(one[4])) for one in rows]
    days = sorted({one[1] for one in (re.search(r"open_on=([\d-]+)", a) for a in numbers) if one})
    assert len(days) > 6
    expected: dict[tuple[str, str], set[str]] = {}
    for day in days:
        end = min(
            dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(days=1), dt.time(), zone),
            dt.datetime.now(dt.UTC),
        )
        for case_id, whats, opened, closed in spans:
            if opened is not None and opened < end and (closed is None or closed >= end):
                for what in whats:
                    expected.setdefault((day, what), set()).add(case_id)
    shown = {}
    for address, n in numbers.items():
        asked = dict(re.findall(r"[?&](\w+)=([^&]+)", address))
        shown[asked["open_on"], asked.get("severity") or asked["section"]] = n
    assert shown == {key: len(cases) for key, cases in expected.items() if key[1] != "none"}
    assert any(day < days[-1] and n for (day, _what), n in shown.items())


def test_the_past_is_added_up_along_the_index_of_the_team(app: Flask, supervisor: Person) -> None:
    asked: list[str] = []
    event.listen(
        app.extensions["intake.engine"],
        "before_cursor_execute",
        lambda *what: asked.append(what[2]) if "gap_span" in what[2] else None,
    )
    supervisor.open("/board")
    assert len(asked) == 2
    assert all("gap_span.team_id = " in one for one in asked)
    if app.extensions["intake.engine"].dialect.name == "sqlite":
        with app.app_context():
            plan = db.execute(
                text(
                    "explain query plan select severity, sum(opened_at < '2026-01-01') from gap_span"
                    " where team_id = 1 and (closed_at is null or closed_at >= '2025-01-01')"
                    " group by case_id, severity"
                )
            ).all()
        assert [one[3] for one in plan] == [
            "SEARCH gap_span USING COVERING INDEX ix_gap_span_board (team_id=?)"
        ]


def test_a_past_that_is_not_counted_yet_is_said_to_be_too_low(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    assert "El pasado de algunos casos" not in sign_in("sofia").open("/board")
    with app.app_context(), db.begin():
        db.execute(text("update tally_state set history = false"))
    assert "El pasado de algunos casos" in sign_in("sofia").open("/board")
