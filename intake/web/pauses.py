"""A deadline that stands still on a legal ground."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.gaps import pause_form
from intake.services import case_file, pauses, save
from intake.services.desk import Refused
from intake.services.pause_rows import PauseKept, pauses_of
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import CHOICE, show_clash
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("pauses", __name__)


@blueprint.route("/cases/<number>/gaps/<check_id>/pause", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def one(number: str, check_id: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    check = file.register.checks.get(check_id)
    if check is None or not check.clocks:
        abort(404)
    known = pauses_of(file.document, check_id)
    kind = pause_form(file.zone)
    if request.method == "GET":
        begun = known[-1] if known and known[-1].end is None else None
        form = kind(data={"since": begun.start, "ground": begun.ground} if begun else None)
        form.start(file.case.version)
        return _page(file, check_id, form)
    if again := shown_again():
        with language.force_locale(again):
            return _page(file, check_id, pause_form(file.zone)())
    form = kind()
    if not form.validate_on_submit():
        return _page(file, check_id, form)
    back = url_for("gaps.one", number=number, check_id=check_id)
    if request.form.get(f"{CHOICE}pauses.{check_id}") == "theirs":
        return redirect(back)
    pause = PauseKept(form.since.data, form.until.data, (form.ground.data or "").strip())
    try:
        pauses.keep_pause(
            desk(),
            file.case,
            person(),
            check_id,
            pause,
            base=form.base_version,
            operation=form.operation_id,
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        return _page(case_file.open_file(desk(), case_or_404(number)), check_id, form)
    flash(_("The deadline runs on.") if pause.end else _("The deadline stands still."), "success")
    return redirect(back)


def _page(file: case_file.CaseFile, check_id: str, form: Any) -> Page:
    page = render_template(
        "gaps/pause.html",
        case=file.case,
        file=file,
        check=file.register.checks[check_id],
        pauses=pauses_of(file.document, check_id),
        form=form,
    )
    return page, 422 if form.errors else 200
