"""The caseworker's pages: own cases, one case's task list, its submission, summary and history."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import nulls_last, select
from werkzeug.wrappers import Response

from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import LANGUAGES
from intake.extensions import csrf
from intake.forms.review import SubmitForm
from intake.models import Case, now
from intake.services import case_file, review
from intake.services.desk import Refused
from intake.services.rights import may, may_review, visible_cases
from intake.web import language
from intake.web.guard import desk, person, right, to_sign_in
from intake.web.summary import send_summary

blueprint = Blueprint("cases", __name__)
Page = str | tuple[str, int] | Response


@blueprint.get("/")
def home() -> Response:
    """The first page of each role."""
    if not current_user.is_authenticated:
        return to_sign_in()
    reader = person()
    if may(reader, "case.open"):
        return redirect(url_for("cases.mine"))
    if may(reader, "case.review"):
        return redirect(url_for("review.queue_page"))
    return redirect(url_for("register.recommendations"))


def case_or_404(number: str) -> Case:
    """The case of that number, if the reader can see it; what they cannot see does not exist for them."""
    case = case_file.find_case(desk(), number, person())
    if case is None:
        abort(404)
    g.register = desk().register_of(case)
    return case


@blueprint.get("/cases")
@right("case.open")
def mine() -> Page:
    rows = desk().session.scalars(
        select(Case)
        .where(visible_cases(person()))
        .order_by(Case.worst_rank, nulls_last(Case.next_due.asc()), Case.number)
        .limit(200)
    )
    files = [case_file.open_file(desk(), case) for case in rows]
    return render_template("cases/mine.html", files=files, as_of=now())


def shown_again() -> str | None:
    """The language in which a form is to be shown again as it was typed, with nothing saved; None to save it.

    It is sent so to be seen in the other language, and after signing in anew.
    """
    chosen = request.form.get("switch_language")
    if chosen in LANGUAGES:
        session["language"] = chosen
        return chosen
    return language.code() if "resume" in request.form else None


@blueprint.get("/cases/<number>")
@right("case.read")
def overview(number: str) -> Page:
    case = case_or_404(number)
    file = case_file.open_file(desk(), case)
    evaluation = case_file.evaluate_file(file)
    return render_template(
        "cases/overview.html",
        case=case,
        file=file,
        evaluation=evaluation,
        comments=case_file.comments(desk(), case),
        reviews=case_file.reviews(desk(), case),
        writes=may(person(), "case.write"),
        breaches=case_file.standing_breaches(file.document),
        lacking=_lacking(evaluation),
        newer=desk().register if desk().register.sha256 != case.register_sha256 else None,
        reviews_it=may_review(person(), case),
    )


def _lacking(evaluation: Evaluation) -> dict[str, int]:
    """The facts whose time is missing, and how many open deadlines cannot be worked out for want of it."""
    lacking: Counter[str] = Counter()
    for finding in evaluation.findings.values():
        clock = finding.clock
        if not finding.open or clock is None or finding.due is not None:
            continue
        # a return has no date as long as none is planned: nothing is missing then
        if evaluation.register.facts[clock.from_].past:
            lacking[clock.from_] += 1
    return dict(lacking)


@blueprint.get("/cases/<number>/answers")
@right("case.read")
def answers(number: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    return render_template(
        "cases/answers.html",
        case=file.case,
        file=file,
        evaluation=case_file.evaluate_file(file),
    )


@blueprint.route("/cases/<number>/submit", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def submit(number: str) -> Page:
    case = case_or_404(number)
    form = SubmitForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            review.submit_for_review(
                desk(), case, person(), base=form.base_version, operation=form.operation_id
            )
        except Refused as refused:
            flash(refusal(refused), "error")
            return redirect(url_for("cases.submit", number=number))
        flash(_("Sent to your supervisor for review."), "success")
        return redirect(url_for("cases.overview", number=number))
    if request.method == "GET":
        form.start(case.version)
    file = case_file.open_file(desk(), case)
    page = render_template(
        "cases/submit.html",
        form=form,
        case=case,
        file=file,
        evaluation=case_file.evaluate_file(file),
    )
    return page, 422 if form.errors else 200


def refusal(refused: Refused) -> str:
    """The sentence for something that could not be done."""
    sentences = {
        "already_submitted": _("This case was already sent for review."),
        "not_submitted": _(
            "This case is no longer waiting for review: its caseworker changed it, or somebody decided already."
        ),
        "changed_since": _(
            "The case was changed since you opened this page. Read it again, then decide."
        ),
        "own_case": _("You cannot review a case of your own."),
        "operation_of_another": _(
            "This form was already sent by somebody else. Nothing you typed is lost: send it again."
        ),
        "no_breach": _("There is no such record, or it was struck already."),
        "still_breached": _(
            "The case still says that this was carried out. Have the date or the answer corrected first, "
            "then strike the record."
        ),
        "no_determination": _(
            "There is no decided determination to approve. Approve the case without it, or send it back."
        ),
        "no_team": _("You belong to no team yet. Ask the administrator."),
    }
    return sentences[refused.reason]


@blueprint.get("/cases/<number>/summary.pdf")
@right("case.print")
def summary(number: str) -> Page:
    return send_summary(case_or_404(number))


@blueprint.get("/cases/<number>/history")
@right("case.read")
def history(number: str) -> Page:
    case = case_or_404(number)
    changes = case_file.changes_since(desk(), case, 0)
    return render_template(
        "cases/history.html",
        case=case,
        changes=list(reversed(changes)),
        reopened=_reopening(changes),
        comments=case_file.comments(desk(), case),
        reviews=case_file.reviews(desk(), case),
    )


def _reopening(changes: list[case_file.ChangeRead]) -> set[int]:
    """The saves that made a draft of a case that had been submitted or approved."""
    found, settled = set(), False
    for change in changes:
        if change.kind in ("submitted", "approved"):
            settled = True
        elif settled and change.kind not in ("register-moved", "time-passed", "breach-struck"):
            found.add(change.sequence)
            settled = False
    return found
