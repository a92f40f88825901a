"""Before a summary is printed: for whom, and why."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.fields import SelectChoice
from intake.forms.privacy import NO_CONSENT, OWN_FILE, ShareForm, recipients
from intake.models import Case
from intake.services.desk import Refused
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.context import register_of_page
from intake.web.guard import right
from intake.web.summary import send_issued, send_summary

blueprint = Blueprint("sharing", __name__)


@blueprint.route("/cases/<number>/print", methods=["GET", "POST"])
@csrf.exempt
@right("case.print")
def ask(number: str) -> Page:
    case = case_or_404(number)
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _page(case, _form(again))
    form = _form(language.code())
    if request.method == "GET":
        form.start(case.version)
    elif form.validate_on_submit():
        if form.recipient.data == OWN_FILE:
            return send_summary(case)
        try:
            return send_issued(
                case,
                recipient=form.recipient.data,
                purpose=form.purpose.data,
                ground=(form.ground.data or "").strip(),
                operation=form.operation_id,
            )
        except Refused:
            form.ground.errors = [NO_CONSENT]
        case = case_or_404(number)
    return _page(case, form)


def _form(code: str) -> ShareForm:
    form = ShareForm()
    own = SelectChoice(OWN_FILE, _("Our own file"))
    form.recipient.choices = [own, *recipients(register_of_page(), code)]
    return form


def _page(case: Case, form: ShareForm) -> Page:
    page = render_template("privacy/share.html", case=case, form=form)
    return page, 422 if form.errors else 200
