"""Emergency access: a supervisor opens a case of another team, by its number and with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.team import EmergencyForm
from intake.services import emergency
from intake.web import language
from intake.web.cases import Page, shown_again
from intake.web.guard import desk, person, right

blueprint = Blueprint("emergency", __name__)


@blueprint.route("/emergency", methods=["GET", "POST"])
@csrf.exempt
@right("case.emergency")
def ask() -> Page:
    """Whether there is such a case is told only to whom a reason was given."""
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _page(EmergencyForm())
    form = EmergencyForm()
    if request.method == "POST" and form.validate_on_submit():
        number = (form.number.data or "").strip().upper()
        reason = (form.reason.data or "").strip()
        found = emergency.open_for_emergency(desk(), person(), number, reason, form.operation_id)
        if found is not None:
            flash(
                _("You can read and print this case. The team that carries it sees that you did."),
                "success",
            )
            return redirect(url_for("cases.overview", number=found))
        # a slip in the number must not cost the reason that was typed
        g.refused_case = number
        form.number.errors = [_("No case has this number. Check it and send it again.")]
        return _page(form), 404
    if request.method == "GET":
        form.start(0)
    return _page(form), 422 if form.errors else 200


def _page(form: EmergencyForm) -> str:
    return render_template(
        "team/emergency.html", form=form, opened=emergency.open_to(desk(), person())
    )
