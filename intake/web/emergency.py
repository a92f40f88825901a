"""Emergency access: a supervisor opens a case of another team, by its number and with a reason."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.team import EmergencyForm
from intake.services import emergency
from intake.web.cases import Page
from intake.web.guard import desk, person, right

blueprint = Blueprint("emergency", __name__)


@blueprint.route("/emergency", methods=["GET", "POST"])
@csrf.exempt
@right("case.emergency")
def ask() -> Page:
    """Whether there is such a case is told only to whom a reason was given."""
    form = EmergencyForm()
    if request.method == "POST" and form.validate_on_submit():
        number = (form.number.data or "").strip().upper()
        reason = (form.reason.data or "").strip()
        found = emergency.open_for_emergency(desk(), person(), number, reason, form.operation_id)
        if found is None:
            g.refused_case = number
            abort(404)
        flash(_("You can read and print this case. Its team sees that you opened it."), "success")
        return redirect(url_for("cases.overview", number=found))
    if request.method == "GET":
        form.start(0)
    page = render_template("team/emergency.html", form=form)
    return page, 422 if form.errors else 200
