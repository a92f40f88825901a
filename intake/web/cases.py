"""The caseworker's pages: own cases, opening one, its task list, profile, submission and summary."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from intake.extensions import csrf
from intake.forms.profile import asked_facts, profile_form, stored_profile, typed_profile
from intake.forms.review import SubmitForm
from intake.models import Case
from intake.services import case_file, review, save
from intake.services.desk import Refused
from intake.services.rights import may, may_review, visible_cases
from intake.web import language
from intake.web.clash import show_clash, with_choices
from intake.web.context import register_of_page, zone
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
        select(Case).where(visible_cases(person())).order_by(Case.updated_at.desc()).limit(200)
    )
    files = [case_file.open_file(desk(), case) for case in rows]
    return render_template("cases/mine.html", files=files)


@blueprint.route("/cases/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.open")
def new() -> Page:
    kind = profile_form(register_of_page(), language.code(), zone())
    form = kind()
    if request.method == "GET":
        team = person().team
        form = kind(data={"country": team.country if team else None, "stage": "identification"})
        form.start(0)
    elif switched(form):
        return profile_page(form, None)
    elif form.validate_on_submit():
        values = {
            key: value
            for key, value in typed_profile(register_of_page(), form).items()
            if value is not None
        }
        case = save.open_case(desk(), person(), values, form.operation_id)
        flash(
            _("Case %(number)s is open. Begin with the first section.", number=case.number),
            "success",
        )
        return redirect(url_for("cases.overview", number=case.number))
    return profile_page(form, None)


@blueprint.route("/cases/<number>/profile", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def profile(number: str) -> Page:
    case, register = case_or_404(number), register_of_page()
    file = case_file.open_file(desk(), case)
    kind = profile_form(register, language.code(), file.zone)
    if request.method == "GET":
        form = kind(data=stored_profile(register, file.document))
        form.start(case.version)
        return profile_page(form, case)
    form = kind()
    if switched(form) or not form.validate_on_submit():
        return profile_page(form, case)
    values, base = with_choices(typed_profile(register, form), form)
    try:
        saved = save.save(
            desk(),
            case,
            person(),
            values,
            base=base,
            operation=form.operation_id,
            kind="profile-saved",
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    flash(_("Saved.") if saved.changed or saved.again else _("Nothing was changed."), "success")
    return redirect(url_for("cases.overview", number=number))


def switched(form: Any) -> bool:
    """Whether the form was sent only to see the page in the other language; nothing is saved then."""
    chosen = request.form.get("switch_language")
    if chosen not in ("es", "en"):
        return False
    session["language"] = chosen
    return True


def profile_page(form: Any, case: Case | None) -> Page:
    chosen = request.form.get("switch_language")
    if chosen in ("es", "en"):
        with language.force_locale(chosen):
            kind = profile_form(register_of_page(), chosen, zone())
            return render_template(
                "cases/profile.html", form=kind(), case=case, facts=asked_facts(register_of_page())
            )
    page = render_template(
        "cases/profile.html", form=form, case=case, facts=asked_facts(register_of_page())
    )
    return page, 422 if form.errors else 200


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
        reviews_it=may_review(person(), case),
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
