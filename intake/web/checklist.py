"""A section of the checklist: the questions, and at once what each answer opens or closes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intake.checklist.explanations import explain
from intake.checklist.parts import Section
from intake.extensions import csrf
from intake.forms.section import (
    leading_names,
    section_form,
    shown_checks,
    stored_values,
    typed_values,
)
from intake.models import Case
from intake.services import case_file, save
from intake.services.desk import Refused
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import show_clash, with_choices
from intake.web.context import register_of_page
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.saved import told

blueprint = Blueprint("checklist", __name__)


@blueprint.route("/cases/<number>/sections/<section_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def section(number: str, section_id: str) -> Page:
    case, register = case_or_404(number), register_of_page()
    part = register.section(section_id)
    if part is None:
        abort(404)
    file = case_file.open_file(desk(), case)
    kind = section_form(register, part, language.code(), file.zone, file.document)
    if request.method == "GET":
        form = kind(data=stored_values(register, part, file.document))
        form.start(case.version)
        return _page(case, file, part, form)
    if again := shown_again():
        with language.force_locale(again):
            return _page(case, file, part, section_form(register, part, again, file.zone)())
    form = kind()
    if "look" in request.form or not form.validate_on_submit():
        return _page(case, file, part, form)
    values, base = with_choices(typed_values(register, part, form, file.document), form)
    try:
        saved = save.save(
            desk(),
            case,
            person(),
            values,
            base=base,
            operation=form.operation_id,
            kind="section-saved",
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        form.start(form.base_version)
        return _page(case_or_404(number), file, part, form)
    flash(told(saved), "success")
    return redirect(_next(number, part, form, saved))


def _next(number: str, part: Section, form: Any, saved: save.Saved) -> str:
    """Back to this section where it asks something new or the person stays, else to the task list or the next one."""
    here = url_for("checklist.section", number=number, section_id=part.id)
    new_here = any(
        saved.after.findings[check.id].status == "missing"
        and not form[
            f"{check.id}.note"
        ].raw_data  # asked only now, and not on the page that was sent
        for check in part.checks
    )
    if new_here or request.form.get("go") == "stay":
        return here
    if request.form.get("go") == "next":
        sections = register_of_page().sections
        for following in sections[sections.index(part) + 1 :]:
            # one that asks nothing of this child would be an empty page
            if shown_checks(following, saved.after):
                return url_for("checklist.section", number=number, section_id=following.id)
    return url_for("cases.overview", number=number)


def _page(case: Case, file: case_file.CaseFile, part: Section, form: Any) -> Page:
    """The section with what is typed, and the questions that follow from it; only these where a script looks."""
    typed = (
        typed_values(file.register, part, form, file.document) if request.method == "POST" else {}
    )
    evaluation = save.evaluate_as_typed(file, typed)
    findings = evaluation.findings
    notes: dict[str, list[case_file.CommentRead]] = {}
    for comment in case_file.comments(desk(), case):
        notes.setdefault(comment.check_id or "", []).append(comment)
    looks = "look" in request.form
    page = render_template(
        "checklist/checks.html" if looks else "checklist/section.html",
        case=case,
        file=file,
        section=part,
        form=form,
        checks=shown_checks(part, evaluation),
        leads=leading_names(file.register, part),
        findings=findings,
        reasons={
            check.id: explain(evaluation, findings[check.id], language.code())
            for check in part.checks
        },
        comments=notes,
    )
    return page, 422 if form.errors and not looks else 200
