"""The supervisor's pages: the queue of cases, and one case with its gaps, comments and decision."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from intake.checklist.evaluation import Evaluation
from intake.checklist.explanations import explain
from intake.extensions import csrf
from intake.forms.fields import visible
from intake.forms.panel import PROBLEMS
from intake.forms.review import WHOLE_CASE, ReviewForm, review_form
from intake.models import Case
from intake.services import case_file, emergency, queue, review, team, trail_pages, views
from intake.services.approvals import approvable
from intake.services.desk import Refused
from intake.services.few import COUNTED
from intake.services.panel import panel_of, problems_of
from intake.services.queue_query import QueueQuery
from intake.services.reevaluate import reevaluate_due
from intake.services.rights import may, may_review
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("review", __name__)


@blueprint.route("/review", methods=["GET", "POST"])
@csrf.exempt  # a name is sent in a form so that no address holds it; nothing is changed
@right("case.review")
def queue_page() -> Page:
    reevaluate_due(desk())
    asked = QueueQuery.read(request.args, request.form.get("name", ""))
    reader = person()
    return render_template(
        "review/queue.html",
        page=queue.cases_in_queue(desk(), reader, asked),
        asked=asked,
        caseworkers=queue.caseworkers(desk(), reader),
        covered=queue.covered(desk(), reader),
        team=team.members(desk(), reader),
        views=views.views_of(desk(), reader),
        arguments_of=views.arguments_of,
        longest_view=views.LONGEST_VIEW,
        counted=COUNTED,
        may_hand_over=may(reader, "case.hand-over"),
        may_open_in_emergency=may(reader, "case.emergency"),
    )


@blueprint.post("/review/views")
@csrf.exempt
@right("case.review")
def keep_view() -> Response:
    """Keeps the filter shown under a name, or takes a view away."""
    if not FlaskForm().validate_on_submit():
        abort(400)
    gone = request.form.get("drop", "")
    if gone.isascii() and gone.isdigit() and len(gone) < 10:
        views.drop_view(desk(), person(), int(gone))
        flash(_("The view is gone."), "success")
        return redirect(url_for("review.queue_page"))
    asked = QueueQuery.read(request.form)
    name = (visible(request.form.get("view_name", "")) or "").strip()
    if not name or len(name) > views.LONGEST_VIEW:
        flash(
            _("Give the view a name of at most %(most)s characters.", most=views.LONGEST_VIEW),
            "error",
        )
        return redirect(f"{url_for('review.queue_page')}?{urlencode(asked.filters)}")
    try:
        views.keep_view(desk(), person(), name, request.form)
    except Refused as refused:
        flash(refusal(refused), "error")
    else:
        flash(_("The view is kept."), "success")
    return redirect(f"{url_for('review.queue_page')}?{urlencode(asked.filters)}")


@blueprint.route("/review/<number>", methods=["GET", "POST"])
@csrf.exempt
@right("case.review")
def case_page(number: str) -> Page:
    case = case_or_404(number)
    file = case_file.open_file(desk(), case)
    kind = review_form(file.register.checks, case_file.standing_breaches(file.document))
    if request.method == "GET":
        form = kind()
        form.start(case.version)
        return _page(file, form)
    if again := shown_again():
        with language.force_locale(again):
            return _page(file, kind())
    form = kind()
    if not form.validate_on_submit():
        return _page(file, form)
    do, _colon, about = request.form.get("do", "decide").partition(":")
    if do == "comment":
        return _comment(file, form, about)
    if do == "strike":
        return _strike(file, form, about)
    return _decide(file, form)


def _comment(file: case_file.CaseFile, form: ReviewForm, about: str) -> Page:
    """Keeps one comment; what else is written on the page stays there."""
    box = form.box(about)
    if box is not None and form.needs(box, _("Write the comment before you send it.")):
        check = None if about == WHOLE_CASE else about
        operation = form.operation_about(about)
        review.comment_on(desk(), file.case, person(), check, box.data.strip(), operation)
        flash(_("Comment kept."), "success")
        box.data = ""
        form.start(form.base_version)
    return _page(file, form)


def _strike(file: case_file.CaseFile, form: ReviewForm, gate_id: str) -> Page:
    """Takes a breach off the record, with the reason."""
    reason = form.reason(gate_id)
    if reason is None or not form.needs(reason, _("Say why before you strike the record.")):
        return _page(file, form)
    number = file.case.number
    try:
        review.strike_breach(
            desk(),
            file.case,
            person(),
            gate_id,
            reason.data.strip(),
            form.operation_about(gate_id),
        )
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        return _page(case_file.open_file(desk(), case_or_404(number)), form)
    flash(_("The record was struck; the history keeps it, with your reason."), "success")
    reason.data = ""
    file = case_file.open_file(desk(), case_or_404(number))
    form.start(file.case.version)
    return _page(file, form)


def _decide(file: case_file.CaseFile, form: ReviewForm) -> Page | Response:
    if not form.decides():
        if file.case.status != "submitted":
            # the page has no box for a decision to which an error could lead
            form.decision.errors = form.text.errors = []
            form.form_errors.append(refusal(Refused("not_submitted")))
        return _page(file, form)
    number = file.case.number
    try:
        review.review_case(
            desk(),
            file.case,
            person(),
            form.decision.data,
            (form.text.data or "").strip(),
            approves_bid=bool(form.approves_bid.data),
            approves=form.stages,
            base=form.base_version,
            operation=form.operation_id,
        )
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        # what the supervisor read is no longer the case: with the page shown anew, it is
        file = case_file.open_file(desk(), case_or_404(number))
        form.start(file.case.version)
        return _page(file, form)
    for about in (*file.register.checks, WHOLE_CASE):
        box = form.box(about)
        if box is not None and (box.data or "").strip():
            check = None if about == WHOLE_CASE else about
            case, operation = case_or_404(number), form.operation_about(about)
            review.comment_on(desk(), case, person(), check, box.data.strip(), operation)
    returned = form.decision.data == "returned"
    flash(
        _("The case went back to the caseworker.") if returned else _("The case is approved."),
        "success",
    )
    return redirect(url_for("review.queue_page"))


def _page(file: case_file.CaseFile, form: ReviewForm) -> Page:
    case, evaluation = file.case, case_file.evaluate_file(file)
    notes: dict[str, list[case_file.CommentRead]] = {}
    for note in case_file.comments(desk(), case):
        notes.setdefault(note.check_id or WHOLE_CASE, []).append(note)
    page = render_template(
        "review/case.html",
        case=case,
        file=file,
        evaluation=evaluation,
        reasons=_reasons(evaluation),
        comments=notes,
        reviews=case_file.reviews(desk(), case),
        accesses=emergency.accesses_to(desk(), case),
        form=form,
        whole_case=WHOLE_CASE,
        own=not may_review(person(), case),
        waiting=_waiting(case),
        approvable=approvable(evaluation),
        given=file.document["approvals"],
        people=dict(trail_pages.actors(desk())),
        panel=panel_of(file),
        panel_problems=[PROBLEMS[one] for one in problems_of(panel_of(file))],
        breaches=case_file.standing_breaches(file.document),
    )
    return page, 422 if form.errors else 200


def _reasons(evaluation: Evaluation) -> dict[str, object]:
    code = language.code()
    return {found.check.id: explain(evaluation, found, code) for found in evaluation.gaps}


def _waiting(case: Case) -> bool:
    """Whether there is something to decide, or a decision was written when there no longer was."""
    return case.status == "submitted" or bool(request.form.get("text", "").strip())
