"""Violations by officials: those of a case, one with its complaint and answer, and the register across cases."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intake.extensions import csrf
from intake.forms.violations import OUTCOMES, violation_form
from intake.models import now
from intake.services import case_file, save, violations
from intake.services.desk import Refused
from intake.services.rights import may_with
from intake.services.violation_rows import ViolationKept
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import CHOICE, show_clash
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.saved import told

blueprint = Blueprint("violations", __name__)
WORD = re.compile(r"[a-z_-]{1,40}", re.ASCII)
STATES = ("due", "unfiled", "filed", "answered")


@blueprint.get("/violations")
@right("violations.read")
def across() -> Page:
    asked = {
        name: value if WORD.fullmatch(value := request.args.get(name, "")) else ""
        for name in ("kind", "authority", "state")
    }
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 5 else 1
    found, more = violations.violations_across(desk(), person(), **asked, page=max(page, 1))
    return render_template(
        "violations/across.html",
        found=found,
        more=more,
        page=max(page, 1),
        asked=asked,
        states=STATES,
        outcomes=OUTCOMES,
        as_of=now(),
    )


@blueprint.get("/cases/<number>/violations")
@right("case.read")
def every(number: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    return render_template(
        "violations/every.html",
        case=file.case,
        file=file,
        violations=violations.violations_of(file),
        outcomes=OUTCOMES,
        writes=may_with(person(), "case.write", file.case),
    )


@blueprint.route("/cases/<number>/violations/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def new(number: str) -> Page:
    return _form(number, None)


@blueprint.route("/cases/<number>/violations/<violation_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def one(number: str, violation_id: str) -> Page:
    return _form(number, violation_id)


def _form(number: str, violation_id: str | None) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    kept = violations.violations_of(file).get(violation_id) if violation_id else None
    if (violation_id and kept is None) or "violation_kinds" not in file.register.facts:
        abort(404)
    kind = violation_form(file.register, language.code(), file.zone)
    if request.method == "GET":
        form = kind(data=vars(kept) if kept else None)
        form.start(file.case.version)
        return _page(file, form, kept)
    if again := shown_again():
        with language.force_locale(again):
            return _page(file, violation_form(file.register, again, file.zone)(), kept)
    form = kind()
    if not form.validate_on_submit():
        return _page(file, form, kept)
    # the form's own UUID names a new violation, so that the same form sent twice records one
    violation_id = violation_id or str(uuid.uuid5(uuid.UUID(form.operation_id), "violation"))
    back = url_for("violations.every", number=number)
    if request.form.get(f"{CHOICE}violations.{violation_id}") == "theirs":
        return redirect(back)
    try:
        saved = violations.keep_violation(
            desk(),
            file.case,
            person(),
            violation_id,
            _typed(form),
            base=form.base_version,
            operation=form.operation_id,
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        return _page(case_file.open_file(desk(), case_or_404(number)), form, kept)
    flash(told(saved), "success")
    return redirect(back)


def _typed(form: Any) -> ViolationKept:
    def text(name: str) -> str:
        return (form[name].data or "").strip()

    return ViolationKept(
        kind=form.kind.data,
        authority=form.authority.data,
        observed_at=form.observed_at.data,
        what=text("what"),
        body=form.body.data or None,
        filed_at=form.filed_at.data,
        reference=text("reference"),
        answered_at=form.answered_at.data,
        outcome=form.outcome.data or None,
        answer=text("answer"),
        struck=text("struck"),
    )


def _page(file: case_file.CaseFile, form: Any, kept: ViolationKept | None) -> Page:
    page = render_template("violations/one.html", case=file.case, file=file, form=form, kept=kept)
    return page, 422 if form.errors else 200
