"""The caseworker's pages: own cases, one case's task list, its submission and history."""

from __future__ import annotations

from collections import Counter

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
from sqlalchemy import nulls_last, select
from werkzeug.wrappers import Response

from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import LANGUAGES
from intake.checklist.register import Register
from intake.extensions import csrf
from intake.forms.privacy import ATTACHMENT_KINDS
from intake.forms.review import SubmitForm
from intake.models import Case, now
from intake.services import (
    attachments,
    case_file,
    emergency,
    erasure,
    review,
    trail,
    trail_pages,
)
from intake.services.desk import Refused
from intake.services.names import called
from intake.services.queue_query import LONGEST_NAME
from intake.services.rights import Action, may, may_review, may_with, visible_cases
from intake.web import language
from intake.web.guard import desk, person, right, right_of_page, to_sign_in
from intake.web.refusals import refusal
from intake.web.typed import typed_words

blueprint = Blueprint("cases", __name__)
Page = str | tuple[str, int] | Response


@blueprint.get("/")
def home() -> Response:
    """The first page of each role."""
    if not current_user.is_authenticated:
        return to_sign_in()
    reader = person()
    if may(reader, "today"):
        return redirect(url_for("today.page"))
    if may(reader, "audit.read"):
        return redirect(url_for("audit.page"))
    if may(reader, "people.manage"):
        return redirect(url_for("people.everybody"))
    return redirect(url_for("register.recommendations"))


def case_or_404(number: str) -> Case:
    """The case of that number, if the reader reaches it by the right of this page, kept in the audit trail.

    What they cannot see does not exist for them; what they can only see, they are told they may not do.
    """
    reader, action, number = person(), right_of_page(), number.upper()
    case = case_file.find_case(desk(), number, reader, action)
    if case is None:
        g.refused_case = number
        gone = erasure.gone(desk(), number, person())
        if gone is not None:
            abort(
                make_response(
                    render_template("privacy/gone.html", gone=gone, typed=typed_words()), 410
                )
            )
        abort(404 if case_file.find_case(desk(), number, reader) is None else 403)
    g.register = desk().register_of(case)
    if action != "case.print":  # printing is an entry of its own
        trail.note_read(desk(), reader.id, "case.read", _page_of_case(g.register), case)
    _rely_on(action, case)
    return case


def must_reach(action: Action, case: Case) -> None:
    """Refuses whoever sees the case and does not reach it by that right, which is more than the page's own."""
    if not may_with(person(), action, case):
        g.refused_case = case.number
        abort(403 if may_with(person(), "case.read", case) else 404)
    _rely_on(action, case)


def _rely_on(action: Action, case: Case) -> None:
    """A form that changes something rests on this right, also in the moment in which it is kept."""
    if request.method != "GET":
        g.relied_on_case = case.number
        desk().rely_on(person(), action, case)


def _page_of_case(register: Register) -> str:
    """The page under way for the audit trail, with its section or topic where the register knows it."""
    asked = request.view_args or {}
    section_id, topic_id = asked.get("section_id"), asked.get("topic_id")
    if section_id and register.section(section_id):
        return f"{request.endpoint}:{section_id}"
    return (
        f"{request.endpoint}:{topic_id}" if topic_id in register.topics else str(request.endpoint)
    )


@blueprint.route("/cases", methods=["GET", "POST"])
@csrf.exempt  # a name is sent in a form so that no address holds it; nothing is changed
@right("case.open")
def mine() -> Page:
    trail.note_read(desk(), person().id, "case.listed", request.endpoint or "")
    typed = request.form.get("name", "").strip()[:LONGEST_NAME]
    query = select(Case).where(visible_cases(person()))
    if typed:
        query = query.where(called(desk(), typed))
    order = (
        nulls_last(Case.handed_over_at.desc()),
        Case.worst_rank,
        nulls_last(Case.next_due.asc()),
        Case.number,
    )
    rows = desk().session.scalars(query.order_by(*order).limit(200))
    files = [case_file.open_file(desk(), case) for case in rows]
    return render_template(
        "cases/mine.html", files=files, typed=typed, as_of=now(), reader=person()
    )


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
    case, reader = case_or_404(number), person()
    file = case_file.open_file(desk(), case)
    evaluation = case_file.evaluate_file(file)
    return render_template(
        "cases/overview.html",
        case=case,
        file=file,
        evaluation=evaluation,
        comments=case_file.comments(desk(), case),
        reviews=case_file.reviews(desk(), case),
        reader=reader,
        writes=may_with(reader, "case.write", case),
        accesses=emergency.accesses_to(desk(), case),
        breaches=case_file.standing_breaches(file.document),
        lacking=_lacking(evaluation),
        newer=desk().register if desk().register.sha256 != case.register_sha256 else None,
        reviews_it=may_review(reader, case),
        attached=[kept for kept in attachments.attachments(desk(), case) if not kept.removed_at],
        attachment_kinds=ATTACHMENT_KINDS,
        retains=may_with(reader, "case.retain", case),
        ending=erasure.proposal_of(desk(), case),
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
        people=dict(trail_pages.actors(desk())),
    )


def _reopening(changes: list[case_file.ChangeRead]) -> set[int]:
    """The saves that made a draft of a case that had been submitted or approved."""
    found, settled = set(), False
    for change in changes:
        if change.kind in ("submitted", "approved"):
            settled = True
        elif change.kind == "returned":
            settled = False
        elif settled and change.kind in ("section-saved", "profile-saved"):
            found.add(change.sequence)
            settled = False
    return found
