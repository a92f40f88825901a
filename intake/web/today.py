"""The first page of caseworkers and supervisors: what needs them now, and where to begin."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_timedelta
from flask import Blueprint, render_template, request

from intake.models import Case, now
from intake.services import alerts, case_file, mentions, team, today, today_team, trail
from intake.services.few import COUNTED
from intake.services.reevaluate import reevaluate_due
from intake.services.rights import may
from intake.web import language
from intake.web.context import register_of_page, zone
from intake.web.guard import desk, person, right

blueprint = Blueprint("today", __name__)


@blueprint.get("/today")
@right("today")
def page() -> str:
    reader = person()
    trail.note_read(desk(), reader.id, "case.listed", request.endpoint or "")
    reevaluate_due(desk())
    reader, register = person(), register_of_page()
    works = may(reader, "case.open") or bool(team.stands_in_for(desk(), reader))
    whole = "all" in request.args
    day = today.workday(desk(), reader, zone(), whole=whole) if works else None
    carried = today.carried(desk(), reader, zone(), whole=whole)
    reviews = may(reader, "case.review")
    found = alerts.alerted(desk(), reader, register.alerts) if reviews else []
    above = [one.case.id for raised in found for one in raised.cases]
    waiting, all_waiting = (
        today_team.waiting_for_review(desk(), reader, above) if reviews else ((), 0)
    )
    return render_template(
        "today.html",
        reader=reader,
        day=day,
        carried=carried,
        alerts=found,
        waiting=waiting,
        all_waiting=all_waiting,
        counted=COUNTED,
        load=today_team.load_of_team(desk(), reader) if reviews else [],
        mentions=mentions.unread(desk(), reader),
        names=_names(day) if day else {},
        reviews=reviews,
        as_of=now(),
        away=_away,
    )


def _names(day: today.Workday) -> dict[str, str]:
    """The children's names of the cases shown: each document is opened once."""
    cases: dict[str, Case] = {one.id: one for one in (*day.returned, *day.new)}
    for lines in (day.late, day.today, day.soon, day.undated):
        cases |= {one.worst.case.id: one.worst.case for one in lines.shown}
    return {case_id: case_file.open_file(desk(), one).name for case_id, one in cases.items()}


def _away(moment: dt.datetime) -> str:
    """How far off the moment is, in words: “in 3 days”, “2 hours ago”."""
    locale = "es_MX" if language.code() == "es" else "en"
    return str(format_timedelta(moment - now(), add_direction=True, locale=locale, threshold=1.2))
