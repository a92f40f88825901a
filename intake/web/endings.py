"""How a case ends, by two people."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.privacy import (
    ERASURE_GROUNDS,
    ERASURE_KINDS,
    DecideForm,
    ProposalForm,
)
from intake.models import Case, Erasure
from intake.services import erasure, retention
from intake.services.desk import Refused
from intake.services.rights import may
from intake.web import language
from intake.web.attachments import files
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("endings", __name__)


@blueprint.route("/cases/<number>/erasure", methods=["GET", "POST"])
@csrf.exempt
@right("case.erase")
def propose(number: str) -> Page:
    case, form = case_or_404(number), ProposalForm()
    form.offer(closed=retention.retention_of(desk(), case) is not None)
    waiting = erasure.proposal_of(desk(), case)
    if waiting is not None:
        return redirect(url_for("endings.decide", erasure_id=waiting.id))
    if request.method == "GET":
        form.start(case.version)
    elif again := shown_again():
        with language.force_locale(again):
            translated = ProposalForm()
            translated.ground.choices = form.ground.choices
            return _proposal_page(case, translated)
    elif form.validate_on_submit():
        try:
            erasure.propose(
                desk(),
                case,
                person(),
                kind=form.kind.data,
                ground=form.ground.data,
                reason=(form.reason.data or "").strip(),
                operation=form.operation_id,
            )
        except Refused as refused:
            flash(refusal(refused), "error")
        else:
            flash(_("Proposed. Another person has to confirm it."), "success")
        return redirect(url_for("endings.waiting"))
    return _proposal_page(case, form)


def _proposal_page(case: Case, form: ProposalForm) -> Page:
    page = render_template("privacy/erasure_propose.html", case=case, form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/erasures")
@right("erasure.confirm")
def waiting() -> Page:
    return render_template(
        "privacy/erasures.html",
        proposals=erasure.proposals(desk(), person()),
        kinds=ERASURE_KINDS,
        grounds=ERASURE_GROUNDS,
    )


@blueprint.route("/erasures/<erasure_id>", methods=["GET", "POST"])
@csrf.exempt
@right("erasure.confirm")
def decide(erasure_id: str) -> Page:
    proposal = erasure.find_proposal(desk(), person(), erasure_id)
    if proposal is None:
        if erasure.was_decided(desk(), person(), erasure_id):
            flash(_("That was decided already. Nothing more was done."), "info")
            return redirect(url_for("endings.waiting"))
        abort(404)
    own = proposal.proposed_by_id == person().id
    form = DecideForm()
    if request.method == "GET":
        form.start(0)
    elif form.validate_on_submit():
        if request.form.get("decision") == "refuse":
            erasure.refuse(desk(), proposal, person())
            flash(_("The proposal is refused. The case stays as it is."), "success")
            return redirect(url_for("endings.waiting"))
        if form.sure.data or own:  # one's own is refused by the service, and has no box to tick
            return _carry_out(proposal)
        form.sure.errors = [_("Tick the box before you confirm.")]
    page = render_template(
        "privacy/erasure_decide.html",
        proposal=proposal,
        form=form,
        own=own,
        reason=erasure.reason_of(desk(), proposal, person()),
        reads=may(person(), "case.read"),
        kinds=ERASURE_KINDS,
        grounds=ERASURE_GROUNDS,
    )
    return page, 422 if form.errors else 200


def _carry_out(proposal: Erasure) -> Page:
    try:
        erasure.confirm(desk(), files(), proposal, person())
    except Refused as refused:
        flash(refusal(refused), "error")
    else:
        flash(_("The case cannot be read any more."), "success")
    return redirect(url_for("endings.waiting"))
