"""The supervisor's board: what the team's cases say, as drawings and tables, each number leading to its cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.parts import SEVERITIES
from intake.checklist.register import Register
from intake.documents import charts
from intake.services import trail
from intake.services.board import Board, board_of, timings_of
from intake.services.board_history import BoardHistory, history_of
from intake.services.reevaluate import reevaluate_due
from intake.web import language
from intake.web.cases import Page
from intake.web.figure_words import (
    day_label,
    duration,
    quarter_label,
    short_month,
    short_quarter,
)
from intake.web.guard import desk, person, right

blueprint = Blueprint("board", __name__)
WEEKS = 10 * 24
"""Hours from which on something takes weeks."""
LISTED = tuple(severity for severity in SEVERITIES if severity != "none")


@dataclass(frozen=True)
class Number:
    """A number on the board, and where its cases are; none of nothing."""

    n: int
    href: str = ""


@blueprint.get("/board")
@right("board.read")
def team() -> Page:
    trail.note_read(desk(), person().id, "board.read", request.endpoint or "")
    reevaluate_due(desk())
    return render_template(
        "board/team.html",
        **_figures(board_of(desk(), person())),
        **_over_time(history_of(desk(), person())),
    )


def cases(n: int, **asked: Any) -> Number:
    """The number with the address of the queue that shows those cases."""
    return Number(n, url_for("review.queue_page", **asked) if n else "")


def _figures(board: Board) -> dict[str, object]:
    register, code = desk().register, language.code()
    known = {check.severity for check in register.checks.values()}
    severities = {one: register.say(f"severity_{one}", code) for one in LISTED if one in known}
    sections = [one for one in register.sections if any(one.id == key[0] for key in board.gaps)]
    return {
        "board": board,
        "cases": cases,
        "severities": severities,
        "sections": sections,
        "timings": timing_labels(register, code),
        "gap_chart": charts.bars(_gap_bars(board, register, code)),
        "trend": charts.lines(
            [short_quarter(one) for one in board.quarters],
            [
                (severities[one], [_share(board, quarter, one) for quarter in board.quarters])
                for one in LISTED[:2]
                if one in severities
            ],
            " %",
        ),
        "gate_chart": charts.bars(_gate_bars(board, register, code)),
        "length_charts": _length_charts(board),
        "overdue_chart": charts.bars(_overdue_bars(board, register, code)),
        "shares": _shares(board, register, code),
        "duration": duration,
        "quarter_label": quarter_label,
    }


def _over_time(history: BoardHistory) -> dict[str, object]:
    register, code = desk().register, language.code()
    known = {severity for _day, severity in history.children}
    lines = [
        (
            register.say(f"severity_{one}", code),
            [float(history.children.get((day, one), 0)) for day in history.days],
        )
        for one in LISTED
        if one in known
    ]
    then = {section for _day, section in history.by_section}
    sections = {one.id: one.title[code] for one in register.sections if one.id in then}
    return {
        "history": history,
        "history_chart": charts.lines([short_month(day) for day in history.days], lines),
        # a section that the rules have no longer keeps its gaps of then
        "sections_then": sections | {one: one for one in sorted(then - sections.keys())},
        "day_label": day_label,
        "short_month": short_month,
    }


def timing_labels(register: Register, code: str) -> dict[str, str]:
    """The timings of a board, each with its words."""
    words = {
        f"{indicator.id}.{timing.id}": timing.label[code]
        for indicator in register.indicators.values()
        for timing in indicator.timings
    }
    return {timing: words[timing] for timing in timings_of(register)}


def short_timings() -> dict[str, str]:
    """The timings of a board in a word or two, for the ends of lines."""
    words = {
        "ind.rights-24h.rights": _("Rights"),
        "ind.counsel-72h.counsel": _("Lawyer"),
        "ind.care-capacity.placement": _("Placement"),
        "ind.bid-implementation.bid": _("Determination"),
    }
    known = timings_of(desk().register)
    return {timing: words.get(timing, timing) for timing in known}


def _length_charts(board: Board) -> list[charts.Lines]:
    """What takes days and what takes weeks, drawn apart: in one drawing the short ones could not be told apart."""
    found = []
    for weeks in (False, True):
        series = [
            (short, [_days(board, timing, quarter) for quarter in board.quarters])
            for timing, short in short_timings().items()
            if ((board.lengths[timing].median or 0) > WEEKS) == weeks
        ]
        drawing = charts.lines([short_quarter(one) for one in board.quarters], series, " " + _("d"))
        if drawing.lines:
            found.append(drawing)
    return found


def _share(board: Board, quarter: str, severity: str) -> float | None:
    of = board.cases_by_quarter.get(quarter, 0)
    return round(100 * board.gaps_by_quarter.get((quarter, severity), 0) / of) if of else None


def _days(board: Board, timing: str, quarter: str) -> float | None:
    found = board.lengths_by_quarter.get((timing, quarter))
    return None if found is None or found.median is None else round(found.median / 24, 1)


def _gap_bars(board: Board, register: Register, code: str) -> list[tuple[str, int, str, int, str]]:
    """Sections by how many children have a critical gap there; the worst ten."""
    counted = [
        (board.gaps.get((section.id, "critical"), 0), section) for section in register.sections
    ]
    worst = sorted((pair for pair in counted if pair[0]), key=lambda pair: -pair[0])[:10]
    return [(section.title[code], n, str(n), 1, "") for n, section in worst]


def _gate_bars(board: Board, register: Register, code: str) -> list[tuple[str, int, str, int, str]]:
    found = []
    for gate in register.gates.values():
        for is_open, pattern in ((False, 1), (True, 4)):
            n = board.gates.get((gate.id, is_open), 0)
            if n:
                state = _("conditions met") if is_open else _("has to wait")
                found.append((f"{gate.title[code]}: {state}", n, str(n), pattern, ""))
    return found


def _overdue_bars(
    board: Board, register: Register, code: str
) -> list[tuple[str, int, str, int, str]]:
    ordered = sorted(board.overdue.items(), key=lambda pair: -pair[1])
    return [
        (
            register.authorities[one].short[code] if one in register.authorities else one,
            n,
            str(n),
            2,
            "",
        )
        for one, n in ordered
        if n
    ]


def _shares(
    board: Board, register: Register, code: str
) -> list[tuple[str, list[tuple[str, Number, int]]]]:
    """The indicators of the team: title, then for each group its words, its number and of how many."""
    found: dict[str, list[tuple[str, Number, int]]] = {}
    for indicator in register.indicators.values():
        for measure in indicator.counts:
            key = f"{indicator.id}.{measure.id}"
            for share in board.shares:
                if share.measure != key and not share.measure.startswith(f"{key}."):
                    continue
                words = measure.label_of(share.group)[code]
                authority = register.authorities.get(share.measure.removeprefix(f"{key}."))
                if authority is not None:
                    words = f"{authority.short[code]}: {words}"
                number = cases(share.n, counted=f"{share.measure}:{share.group}")
                found.setdefault(indicator.title[code], []).append((words, number, share.of))
    return list(found.items())
