"""Reminders outside of the app: the calendar at a secret address, and the mail with what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask import render_template as render
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from icalendar import Alarm, Calendar, Event
from werkzeug.wrappers import Response as Answer

from intake.checklist.register import Register
from intake.extensions import csrf, limiter
from intake.services import calendars, digests
from intake.services.calendars import Due
from intake.web.guard import desk, person, right

blueprint = Blueprint("reminders", __name__)
WARNING = dt.timedelta(hours=-4)


@blueprint.get("/account/reminders")
@right("account")
def home() -> str:
    return _home(None)


@blueprint.post("/account/reminders")
@csrf.exempt
@right("account")
def change() -> Answer | str:
    """Makes the address anew, ends it, or sets how often a mail comes."""
    if not FlaskForm().validate_on_submit():
        abort(400)
    match request.form.get("do"):
        case "make":
            secret = calendars.make_feed(desk(), person())
            return _home(url_for("reminders.calendar", secret=secret, _external=True))
        case "end":
            calendars.end_feed(desk(), person())
            flash(_("The address leads nowhere from now on."), "success")
        case "mail":
            digests.set_digest(desk(), person(), request.form.get("often", ""))
            flash(_("Saved."), "success")
        case _:
            abort(400)
    return redirect(url_for("reminders.home"))


def _home(address: str | None) -> str:
    return render(
        "account/reminders.html",
        feed=calendars.feed_of(desk(), person()),
        address=address,
        often=digests.digest_of(desk(), person()),
        mail=current_app.extensions["intake.post"] is not None,
    )


@blueprint.get("/calendar/<secret>.ics")
@limiter.limit("60 per hour")
def calendar(secret: str) -> Response:
    """The deadlines for a calendar program, which cannot sign in: whoever knows the address sees them."""
    owner = calendars.whose(desk(), secret)
    if owner is None:
        abort(404)
    with force_locale(owner.language):
        content = _calendar(calendars.deadlines_of(desk(), owner), owner.language, desk().register)
    response = Response(content, mimetype="text/calendar")
    response.headers["Cache-Control"] = "no-store"
    return response


def _calendar(deadlines: Sequence[Due], language: str, register: Register) -> bytes:
    feed = Calendar()
    feed.add("prodid", "-//Intake//Intake//")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _("Intake: deadlines"))
    feed.add("x-published-ttl", "PT1H")
    for due in deadlines:
        feed.add_component(_event(due, language, register))
    content: bytes = feed.to_ical()
    return content


def _event(due: Due, language: str, register: Register) -> Event:
    check = register.checks.get(due.check_id)
    title = check.title["en" if language == "en" else "es"] if check else due.check_id
    event = Event()
    event.add("uid", f"{due.number}.{due.check_id}@intake")
    event.add("dtstamp", dt.datetime.now(dt.UTC))
    event.add("dtstart", due.due.astimezone(dt.UTC))
    event.add("dtend", due.due.astimezone(dt.UTC))
    event.add("summary", f"{due.number}: {title}")
    event.add("url", url_for("gaps.one", number=due.number, check_id=due.check_id, _external=True))
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    if due.severity == "critical":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{due.number}: {title}")
        alarm.add("trigger", WARNING)
        event.add_component(alarm)
    return event
