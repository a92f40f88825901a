"""The panel of a best-interest determination: who takes part, and whether that makes a panel."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.fields import CaseForm
from intake.forms.panel import PROBLEMS, ROLES, MemberForm
from intake.services import case_file, panel, save
from intake.services.desk import Refused
from intake.services.rights import may_with
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import CHOICE, show_clash
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("panel", __name__)


@blueprint.get("/cases/<number>/panel")
@right("case.read")
def every(number: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    members = panel.panel_of(file)
    return render_template(
        "panel/every.html",
        case=file.case,
        file=file,
        members=members,
        problems=[PROBLEMS[one] for one in panel.problems_of(members)],
        roles=ROLES,
        writes=may_with(person(), "case.write", file.case),
    )


@blueprint.route("/cases/<number>/panel/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def new(number: str) -> Page:
    return _form(number, None)


@blueprint.route("/cases/<number>/panel/<member_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def one(number: str, member_id: str) -> Page:
    return _form(number, member_id)


def _form(number: str, member_id: str | None) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    kept = panel.panel_of(file).get(member_id) if member_id else None
    if member_id and kept is None:
        abort(404)
    if request.method == "GET":
        form = MemberForm(data=vars(kept) if kept else None)
        form.start(file.case.version)
        return _page(file, form, kept)
    if again := shown_again():
        with language.force_locale(again):
            return _page(file, MemberForm(), kept)
    form = MemberForm()
    takes_no_part = member_id is not None and request.form.get("do") == "remove"
    if not (form.validate_on_submit() or (takes_no_part and not form["csrf_token"].errors)):
        return _page(file, form, kept)
    member_id = member_id or str(uuid.uuid5(uuid.UUID(form.operation_id), "member"))
    back = url_for("panel.every", number=number)
    if request.form.get(f"{CHOICE}panel.{member_id}") == "theirs":
        return redirect(back)
    try:
        panel.keep_member(
            desk(),
            file.case,
            person(),
            member_id,
            None if takes_no_part else _typed(form),
            base=form.base_version,
            operation=form.operation_id,
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        return _page(case_file.open_file(desk(), case_or_404(number)), form, kept)
    flash(
        _("The panel is kept. An approval of the determination ends with a change of its panel."),
        "success",
    )
    return redirect(back)


def _typed(form: MemberForm) -> panel.Member:
    return panel.Member(
        name=(form.name.data or "").strip(),
        role=form.role.data,
        body=(form.body.data or "").strip(),
        conflict="declared" if form.conflict.data == "declared" else "none",
        statement=(form.statement.data or "").strip(),
        is_caseworker=bool(form.is_caseworker.data),
    )


def _page(file: case_file.CaseFile, form: CaseForm, kept: panel.Member | None) -> Page:
    page = render_template("panel/one.html", case=file.case, file=file, form=form, kept=kept)
    return page, 422 if form.errors else 200
