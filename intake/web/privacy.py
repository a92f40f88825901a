"""What a child agreed to share, with whom and for what; and what went out."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.fields import SelectChoice
from intake.forms.privacy import (
    GIVERS,
    HOWS,
    PURPOSES,
    ConsentForm,
    WithdrawForm,
    recipients,
)
from intake.issuing.access import PURPOSES_AND_REQUESTS, WHAT
from intake.models import Case
from intake.services import consent
from intake.services.desk import Refused
from intake.services.rights import may
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.context import register_of_page
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/cases/<number>/consent")
@right("case.read")
def consents(number: str) -> Page:
    case = case_or_404(number)
    return render_template(
        "privacy/consents.html",
        case=case,
        consents=consent.consents(desk(), case),
        disclosures=consent.disclosures(desk(), case),
        purposes=PURPOSES_AND_REQUESTS,
        what=WHAT,
        givers=GIVERS,
        hows=HOWS,
        writes=may(person(), "case.write"),
    )


@blueprint.route("/cases/<number>/consent/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def give(number: str) -> Page:
    case = case_or_404(number)
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _consent_page(case, _consent_form(again))
    form = _consent_form(language.code())
    if request.method == "GET":
        form.start(case.version)
    elif form.validate_on_submit():
        try:
            consent.give_consent(
                desk(),
                case,
                person(),
                purpose=form.purpose.data,
                recipient=form.recipient.data,
                given_on=form.given_on.data,
                giver=form.giver.data,
                name=(form.name.data or "").strip(),
                how=form.how.data,
                evidence=(form.evidence.data or "").strip(),
                operation=form.operation_id,
            )
        except Refused as refused:
            form.form_errors.append(refusal(refused))
        else:
            flash(_("The consent is recorded."), "success")
            return redirect(url_for("privacy.consents", number=number))
    return _consent_page(case, form)


def _consent_form(code: str) -> ConsentForm:
    form = ConsentForm()
    form.recipient.choices = [SelectChoice("", ""), *recipients(register_of_page(), code)]
    return form


def _consent_page(case: Case, form: ConsentForm) -> Page:
    page = render_template("privacy/consent_new.html", case=case, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/cases/<number>/consent/<consent_id>/withdraw", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def withdraw(number: str, consent_id: str) -> Page:
    case, form = case_or_404(number), WithdrawForm()
    given = next((one for one in consent.consents(desk(), case) if one.id == consent_id), None)
    if given is None or given.withdrawn_at is not None:
        abort(404)
    if request.method == "GET":
        form = WithdrawForm(data={"withdrawn_on": dt.date.today()})
        form.start(case.version)
    elif form.validate_on_submit():
        consent.withdraw_consent(desk(), case, given.id, person(), form.withdrawn_on.data)
        flash(_("The consent is withdrawn. Nothing more goes out on it."), "success")
        return redirect(url_for("privacy.consents", number=number))
    page = render_template(
        "privacy/consent_withdraw.html", case=case, form=form, given=given, purposes=PURPOSES
    )
    return page, 422 if form.errors else 200
