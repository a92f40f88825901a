"""The supervisor's pages: the queue of cases, and one case with its gaps, comments and decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.explanations import explain
from intake.extensions import csrf
from intake.forms.review import CommentForm, DecisionForm
from intake.models import Case
from intake.services import case_file, emergency, queue, review, team
from intake.services.desk import Refused
from intake.services.reevaluate import reevaluate_due
from intake.services.rights import may, may_review
from intake.web import language
from intake.web.cases import Page, case_or_404, refusal
from intake.web.context import register_of_page
from intake.web.guard import desk, person, right

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
@right("case.review")
def queue_page() -> Page:
    reevaluate_due(desk())
    asked = queue.QueueQuery.read(request.args)
    reader = person()
    return render_template(
        "review/queue.html",
        page=queue.cases_in_queue(desk(), reader, asked),
        asked=asked,
        caseworkers=queue.caseworkers(desk(), reader),
        covered=queue.covered(desk(), reader),
        team=team.members(desk(), reader),
        may_hand_over=may(reader, "case.hand-over"),
        may_open_in_emergency=may(reader, "case.emergency"),
    )


@blueprint.get("/review/<number>")
@right("case.review")
def case_page(number: str) -> Page:
    case = case_or_404(number)
    comment, decision = CommentForm(), DecisionForm()
    comment.start(case.version)
    decision.start(case.version)
    return _page(case, comment, decision)


@blueprint.post("/review/<number>/comments")
@csrf.exempt
@right("case.review")
def comment(number: str) -> Page:
    case, form = case_or_404(number), CommentForm()
    check_id = request.form.get("check") or None
    if check_id is not None and check_id not in register_of_page().checks:
        abort(404)
    if form.validate_on_submit():
        review.comment_on(
            desk(), case, person(), check_id, (form.text.data or "").strip(), form.operation_id
        )
        flash(_("Comment kept."), "success")
        return redirect(
            url_for("review.case_page", number=number) + (f"#{check_id}" if check_id else "")
        )
    decision = DecisionForm(formdata=None)
    decision.start(case.version)
    return _page(case, form, decision, wrong=check_id or "")


@blueprint.post("/review/<number>/decision")
@csrf.exempt
@right("case.review")
def decide(number: str) -> Page:
    case, form = case_or_404(number), DecisionForm()
    if form.validate_on_submit():
        try:
            review.review_case(
                desk(),
                case,
                person(),
                form.decision.data,
                (form.text.data or "").strip(),
                approves_bid=bool(form.approves_bid.data),
                base=form.base_version,
                operation=form.operation_id,
            )
        except Refused as refused:
            form.form_errors.append(refusal(refused))
        else:
            returned = form.decision.data == "returned"
            flash(
                _("The case went back to the caseworker.")
                if returned
                else _("The case is approved."),
                "success",
            )
            return redirect(url_for("review.queue_page"))
    blank = CommentForm(formdata=None)
    blank.start(case.version)
    return _page(case_or_404(number), blank, form)


def _page(case: Case, comment_form: Any, form: Any, wrong: str | None = None) -> Page:
    file = case_file.open_file(desk(), case)
    evaluation = case_file.evaluate_file(file)
    code = language.code()
    notes: dict[str, list[case_file.CommentRead]] = {}
    for note in case_file.comments(desk(), case):
        notes.setdefault(note.check_id or "", []).append(note)
    page = render_template(
        "review/case.html",
        case=case,
        file=file,
        evaluation=evaluation,
        reasons={
            finding.check.id: explain(evaluation, finding, code) for finding in evaluation.gaps
        },
        comments=notes,
        reviews=case_file.reviews(desk(), case),
        accesses=emergency.accesses_to(desk(), case),
        comment_form=comment_form,
        form=form if wrong is None else comment_form,
        decision_form=form,
        wrong=wrong,
        may_decide=may_review(person(), case) and case.status == "submitted",
    )
    return page, 422 if form.errors or comment_form.errors else 200
