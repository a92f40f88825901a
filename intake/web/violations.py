"""Violations by officials: those of a case, one with its complaint and answer, and the register across cases."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, render_template, request

from intake.extensions import csrf
from intake.forms.violations import OUTCOMES, violation_form
from intake.models import now
from intake.services import case_file, violations
from intake.services.case_file import CaseFile
from intake.services.rights import may_with
from intake.services.save import Saved
from intake.services.violation_rows import ViolationKept
from intake.web.cases import Page, case_or_404
from intake.web.guard import desk, person, right
from intake.web.part_form import PartForm
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
    return VIOLATION.page(number, None)


@blueprint.route("/cases/<number>/violations/<violation_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def one(number: str, violation_id: str) -> Page:
    return VIOLATION.page(number, violation_id)


def _form_of(file: CaseFile, code: str) -> type[Any]:
    if "violation_kinds" not in file.register.facts:
        abort(404)
    return violation_form(file.register, code, file.zone)


def _keep(file: CaseFile, violation_id: str, form: Any) -> Saved:
    return violations.keep_violation(
        desk(),
        file.case,
        person(),
        violation_id,
        _typed(form),
        base=form.base_version,
        operation=form.operation_id,
    )


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


VIOLATION = PartForm(
    part="violations",
    word="violation",
    kept=violations.violations_of,
    form=_form_of,
    keep=_keep,
    take_away=None,
    told=told,
)
