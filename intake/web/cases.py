"""The caseworker's pages: own cases, one case's task list, its submission, summary and history."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from intake.checklist.parts import LANGUAGES
from intake.extensions import csrf
from intake.forms.privacy import ATTACHMENT_KINDS
from intake.forms.review import SubmitForm
from intake.models import Case
from intake.services import attachments, case_file, erasure, review
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
        gone = erasure.gone(desk(), number, person())
        if gone is not None:
            abort(make_response(render_template("privacy/gone.html", gone=gone), 410))
        abort(404)
    g.register = desk().register_of(case)
    return case


@blueprint.get("/cases")
@right("case.open")
def mine() -> Page:
    rows = desk().session.scalars(
        select(Case).where(visible_cases(person())).order_by(Case.updated_at.desc()).limit(200)
    )
    files = [case_file.open_file(desk(), case) for case in rows]
    return render_template("cases/mine.html", files=files)


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
    return render_template(
        "cases/overview.html",
        case=case,
        file=file,
        evaluation=case_file.evaluate_file(file),
        comments=case_file.comments(desk(), case),
        reviews=case_file.reviews(desk(), case),
        writes=may(person(), "case.write"),
        newer=desk().register if desk().register.sha256 != case.register_sha256 else None,
        reviews_it=may_review(person(), case),
        attached=[kept for kept in attachments.attachments(desk(), case) if not kept.removed_at],
        attachment_kinds=ATTACHMENT_KINDS,
        retains=may(person(), "case.retain"),
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
            "This case is not waiting for review; somebody may have decided on it already."
        ),
        "changed_since": _(
            "The case was changed since you opened this page. Read it again, then decide."
        ),
        "own_case": _("You cannot review a case of your own."),
        "operation_of_another": _(
            "This form was already sent by somebody else. Open the page again."
        ),
        "proposed_already": _("The end of this case is proposed already."),
        "same_person": _("Another person than the one who proposed it has to confirm it."),
        "unknown_recipient": _("Choose who may be told."),
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
    return render_template("cases/history.html", case=case, changes=list(reversed(changes)))
