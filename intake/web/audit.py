"""The auditor's page: the trail with its filters, whether its chain is whole, and the trail as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import gettext as _

from intake.documents.cells import csv_line
from intake.forms.audit import TrailForm
from intake.forms.fields import SelectChoice
from intake.models import now
from intake.services import audit, emergency, trail, trail_pages
from intake.services.trail_pages import EntryRead, TrailQuery
from intake.web.actions import action_words
from intake.web.cases import Page
from intake.web.context import zone
from intake.web.guard import desk, person, right
from intake.web.particulars import TrailWords

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@right("audit.read")
def page() -> Page:
    trail.note_read(desk(), person().id, "audit.read", request.endpoint or "")
    form = _form()
    valid = form.validate()
    query = _query(form)
    found = trail_pages.page_of_trail(desk(), query)
    shown = render_template(
        "audit/trail.html",
        form=form,
        page=found,
        asked=query,
        chain=trail_pages.chain_state(desk().session),
        words=_words(),
        reasons=emergency.reasons(desk(), (one.entry.detail for one in found.entries)),
    )
    return shown, 200 if valid else 422


@blueprint.get("/audit/trail.csv")
@right("audit.read")
def table() -> Page:
    form = _form()
    form.validate()
    query = _query(form)
    by_id, moment = person().id, now()
    with desk().writing() as session:
        audit.record(session, "audit.exported", actor_id=by_id)
    response = Response(stream_with_context(_lines(query)), mimetype="text/csv; charset=utf-8")
    name = f"audit-{moment.astimezone(zone()):%Y-%m-%d-%H%M}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _words() -> TrailWords:
    return TrailWords(trail_pages.names_of_people(desk()), trail_pages.names_of_teams(desk()))


def _form() -> TrailForm:
    form = TrailForm(request.args)
    everybody = trail_pages.actors(desk())
    form.person.choices = [
        SelectChoice("", _("Everybody")),
        *(SelectChoice(str(id_), name) for id_, name in everybody),
    ]
    words = sorted(action_words().items(), key=lambda pair: str(pair[1]))
    form.action.choices = [
        SelectChoice("", _("Everything")),
        *(SelectChoice(action, text) for action, text in words),
    ]
    return form


def _query(form: TrailForm) -> TrailQuery:
    """What the form asks; what it says wrongly is left open."""
    wrong, before = form.errors, request.args.get("before", "")

    def begins(name: str, days: int) -> dt.datetime | None:
        day = None if name in wrong else form[name].data
        if not isinstance(day, dt.date):
            return None
        return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), tzinfo=zone())

    return TrailQuery(
        actor_id=int(form.person.data) if form.person.data and "person" not in wrong else None,
        action=form.action.data or "" if "action" not in wrong else "",
        number="" if "number" in wrong else (form.number.data or "").strip().upper(),
        first=begins("first", 0),
        until=begins("last", 1),
        refusals=bool(form.refusals.data),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def _lines(query: TrailQuery) -> Iterator[str]:
    header = (
        _("Number"),
        _("Moment"),
        _("Person"),
        _("What was done"),
        _("Case"),
        _("Page"),
        _("Detail"),
        _("Digest"),
    )
    yield "\N{BYTE ORDER MARK}" + csv_line(header)
    words = _words()
    for one in trail_pages.whole_trail(desk(), query):
        yield csv_line(_cells(one, words))


def _cells(one: EntryRead, words: TrailWords) -> tuple[object, ...]:
    entry = one.entry
    detail = words.detail(entry.detail, emergency.reasons(desk(), [entry.detail]))
    return (
        entry.id,
        entry.at.astimezone(zone()).isoformat(timespec="seconds"),
        one.actor or "",
        words.action(entry.action),
        one.number or entry.detail.get("number", ""),
        words.page(entry.detail.get("page", "")),
        "; ".join(f"{label}: {value}" for label, value in detail),
        entry.digest,
    )
