"""A case over time: as of any day, and under a newer register."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.explanations import explain
from intake.extensions import csrf
from intake.forms.versions import AsOfForm, MoveForm
from intake.models import now
from intake.services import case_file, versions
from intake.services.desk import Refused
from intake.web import language
from intake.web.cases import Page, case_or_404
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("versions", __name__)


@blueprint.get("/cases/<number>/as-of")
@right("case.read")
def as_of(number: str) -> Page:
    case = case_or_404(number)
    form = AsOfForm(request.args, meta={"csrf": False})
    if not form.day.raw_data:
        return render_template("cases/as_of.html", case=case, form=form, file=None)
    if not form.validate() or form.day.data is None:
        return render_template("cases/as_of.html", case=case, form=form, file=None), 422
    zone = case_file.open_file(desk(), case).zone
    # the day is seen at its end; a day that is not over, as of now
    moment = min(dt.datetime.combine(form.day.data, dt.time(23, 59, 59), tzinfo=zone), now())
    file = versions.file_as_of(desk(), case, moment)
    if file is None:
        form.day.errors = [_("This case was not open yet on that day.")]
        return render_template("cases/as_of.html", case=case, form=form, file=None), 422
    g.register = file.register
    evaluation = case_file.evaluate_file(file, moment)
    return render_template(
        "cases/as_of.html",
        case=case,
        form=form,
        file=file,
        moment=moment,
        evaluation=evaluation,
        breaches=case_file.standing_breaches(file.document),
        reasons={
            found.check.id: explain(evaluation, found, language.code()) for found in evaluation.gaps
        },
    )


@blueprint.route("/cases/<number>/register", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def move(number: str) -> Page:
    case, form = case_or_404(number), MoveForm()
    to = desk().register
    if case.register_sha256 == to.sha256:
        flash(_("This case is kept under the newest register."), "success")
        return redirect(url_for("cases.overview", number=number))
    if request.method == "POST" and form.validate_on_submit():
        try:
            versions.move_to_register(
                desk(), case, person(), to, base=form.base_version, operation=form.operation_id
            )
        except Refused as refused:
            flash(refusal(refused), "error")
            return redirect(url_for("versions.move", number=number))
        flash(_("The case is now kept under register %(version)s.", version=to.version), "success")
        return redirect(url_for("cases.overview", number=number))
    if request.method == "GET":
        form.start(case.version)
    file = case_file.open_file(desk(), case)
    looked = versions.look_at_move(file, to)
    page = render_template(
        "cases/move.html", case=case, file=file, form=form, to=to, move=looked, old=file.register
    )
    return page, 422 if form.errors else 200
