"""Published figures of all cases: the quarters, one quarter as a page, and its downloads. No case behind a number."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.indicators import DIMENSIONS
from intake.checklist.parts import Language
from intake.documents import charts
from intake.documents.data_set import data_set
from intake.documents.figure_tables import workbook
from intake.documents.figure_words import ABOUT
from intake.documents.quarter_report import gap_drawing, render_quarter_report
from intake.extensions import csrf
from intake.forms.fields import SelectChoice
from intake.forms.figures import PublishForm
from intake.issuing.figures import figure_context
from intake.models import QuarterReport
from intake.services import audit, publishing, trail
from intake.services.counts import fold_all
from intake.services.desk import Refused
from intake.services.rights import may
from intake.web import language
from intake.web.cases import Page
from intake.web.figure_words import quarter_label, short_quarter
from intake.web.guard import desk, person, right

blueprint = Blueprint("figures", __name__)
KINDS = {
    "report": ("application/pdf", "pdf"),
    "table": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "data": ("application/zip", "zip"),
}


@blueprint.get("/figures")
@right("figures.read")
def every() -> Page:
    trail.note_read(desk(), person().id, "figures.read", request.endpoint or "")
    return _every(PublishForm())


@blueprint.post("/figures")
@csrf.exempt  # the form carries its own token
@right("figures.publish")
def publish() -> Page:
    form = PublishForm()
    form.quarter.choices = _choices()
    if not form.validate_on_submit():
        return _every(form)
    try:
        publishing.publish(desk(), form.quarter.data, person())
    except Refused as refused:
        words = {
            "quarter_not_over": _("This quarter is not over yet."),
            "not_all_counted": _(
                "Not every case is counted yet. Whoever runs Intake calls “intake indicators recount”."
            ),
        }
        flash(words[refused.reason], "error")
        return redirect(url_for("figures.every"))
    flash(_("The figures of the quarter are published. They never change again."), "success")
    return redirect(url_for("figures.quarter", quarter=form.quarter.data))


def _every(form: PublishForm) -> Page:
    publishes = may(person(), "figures.publish")
    if publishes:
        fold_all(desk())
        form.quarter.choices = _choices()
    page = render_template(
        "figures/every.html",
        form=form,
        reports=publishing.published(desk()),
        publishes=publishes,
        waiting=len(form.quarter.choices or ()) - 1 if publishes else 0,
        quarter_label=quarter_label,
    )
    return page, 422 if form.errors else 200


def _choices() -> list[SelectChoice]:
    waiting = publishing.to_publish(desk())
    return [
        SelectChoice("", _("Choose")),
        *(SelectChoice(one, quarter_label(one)) for one in waiting),
    ]


@blueprint.get("/figures/<quarter>")
@right("figures.read")
def quarter(quarter: str) -> Page:
    report = _report(quarter)
    trail.note_read(desk(), person().id, "figures.read", f"{request.endpoint}:{quarter}")
    context = figure_context(desk(), report, _language())
    return render_template(
        "figures/quarter.html",
        context=context,
        words=context.words,
        about=ABOUT[context.language],
        dimensions=DIMENSIONS,
        drawings=[(country, gap_drawing(context, country)) for country in context.countries],
        trend=_trend(context.language),
        quarter_label=quarter_label,
    )


@blueprint.get("/figures/<quarter>/<any(report,table,data):kind>")
@right("figures.read")
def download(quarter: str, kind: str) -> Page:
    report = _report(quarter)
    by_id, code = person().id, _language()
    context = figure_context(desk(), report, code)
    content = {"report": render_quarter_report, "table": workbook, "data": data_set}[kind](context)
    with desk().writing() as session:
        audit.record(session, "figures.downloaded", actor_id=by_id, quarter=quarter, kind=kind)
    mimetype, ending = KINDS[kind]
    response = Response(content, mimetype=mimetype)
    name = f"intake-{quarter}-{kind}-{code}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _report(quarter: str) -> QuarterReport:
    report = publishing.find_report(desk(), quarter) if len(quarter) == 7 else None
    if report is None:
        abort(404)
    return report


def _language() -> Language:
    asked = request.args.get("lang")
    return "en" if (asked or language.code()) == "en" else "es"


def _trend(code: Language) -> charts.Lines | None:
    """The share of children told of their rights in time, by country, over the published quarters."""
    reports = list(reversed(publishing.published(desk())))[-8:]
    contexts = [figure_context(desk(), report, code) for report in reports]
    countries = sorted({country for one in contexts for country in one.countries} & {"MX", "US"})
    if len(contexts) < 2:
        return None
    series = []
    for country in countries:
        shares: list[float | None] = []
        for one in contexts:
            told = one.content["countries"].get(country, {}).get("measures", {})
            found = told.get("ind.rights-24h.told")
            groups = found["groups"] if found else None
            shares.append(round(100 * groups["within-24h"] / found["children"]) if groups else None)
        series.append((contexts[-1].words.country(country), shares))
    return charts.lines([short_quarter(report.quarter) for report in reports], series, " %")
