"""Papers and photos of a case: the list, bringing one, taking it away, and the download."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake.cleaning import Unclean
from intake.extensions import csrf
from intake.forms.attachments import AttachmentForm
from intake.forms.privacy import ATTACHMENT_KINDS, RemoveForm
from intake.models import Case
from intake.services import attachments
from intake.services.desk import Refused
from intake.services.files import FileStore
from intake.services.rights import may
from intake.vault import SealBroken
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.uploads import send_download

blueprint = Blueprint("attachments", __name__)
log = logging.getLogger("intake")
ENDINGS = {"pdf": "pdf", "png": "png", "jpeg": "jpg"}


def files() -> FileStore:
    """Where the sealed files lie."""
    store: FileStore = current_app.extensions["intake.files"]
    return store


@blueprint.get("/cases/<number>/attachments")
@right("case.read")
def every(number: str) -> Page:
    case = case_or_404(number)
    return render_template(
        "privacy/attachments.html",
        case=case,
        attachments=attachments.attachments(desk(), case),
        kinds=ATTACHMENT_KINDS,
        writes=may(person(), "case.write"),
    )


@blueprint.route("/cases/<number>/attachments/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def add(number: str) -> Page:
    case, form = case_or_404(number), AttachmentForm()
    if request.method == "GET":
        form.start(case.version)
    elif again := shown_again():
        form.take()
        _hold(case, form)
        with language.force_locale(again):
            return _form(case_or_404(number), AttachmentForm(), held=bool(form.held.data))
    elif form.validate_on_submit():
        try:
            attachments.add_attachment(
                desk(),
                files(),
                case,
                person(),
                form.content,
                kind=form.kind.data,
                description=(form.description.data or "").strip(),
                operation=form.operation_id,
            )
        except Unclean as refused:
            form.refuse(refused.reason)
        except Refused as refused:
            form.form_errors.append(refusal(refused))
        else:
            flash(_("The file is kept with the case."), "success")
            return redirect(url_for("attachments.every", number=number))
        case = case_or_404(number)
    elif not form.file.errors:
        _hold(case, form)
        case = case_or_404(number)
    return _form(case, form)


def _hold(case: Case, form: AttachmentForm) -> None:
    """Keeps a file that is good while the rest of the form is not: on a slow line it is not sent twice."""
    if form.content:
        try:
            attachments.hold_file(desk(), files(), case, form.content, form.operation_id)
        except Unclean as refused:
            form.refuse(refused.reason)
        else:
            form.held.data = "1"


def _form(case: Case, form: AttachmentForm, *, held: bool = False) -> Page:
    if held:
        form.held.data = "1"
    page = render_template("privacy/attachment_new.html", case=case, form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/cases/<number>/attachments/<attachment_id>")
@right("case.read")
def download(number: str, attachment_id: str) -> Page:
    case, kept = _found(number, attachment_id)
    name = f"{number}-{kept.kind}-{kept.id[:8]}.{ENDINGS[kept.media]}"
    try:
        content = attachments.read_attachment(desk(), files(), case, kept, person())
    except (FileNotFoundError, SealBroken) as error:
        log.error("an attachment does not open: %s %s", kept.id, type(error).__name__)
        flash(
            _(
                "This file is missing or damaged. Tell the person who runs Intake: a backup may hold it."
            ),
            "error",
        )
        return redirect(url_for("attachments.every", number=number))
    return send_download(content, name)


@blueprint.route("/cases/<number>/attachments/<attachment_id>/remove", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def remove(number: str, attachment_id: str) -> Response | Page:
    case = case_or_404(number)
    if attachments.was_removed(desk(), case, attachment_id):
        flash(_("That file was destroyed already."), "info")
        return redirect(url_for("attachments.every", number=number))
    case, kept = _found(number, attachment_id)
    form = RemoveForm()
    if request.method == "POST" and form.validate_on_submit():
        attachments.remove_attachment(desk(), files(), case, kept.id, person())
        flash(_("The file is destroyed. That it was there stays in the list."), "success")
        return redirect(url_for("attachments.every", number=number))
    if request.method == "GET":
        form.start(case.version)
    page = render_template(
        "privacy/attachment_remove.html", case=case, kept=kept, kinds=ATTACHMENT_KINDS, form=form
    )
    return page, 422 if form.errors else 200


def _found(number: str, attachment_id: str) -> tuple[Case, attachments.AttachmentRead]:
    case = case_or_404(number)
    kept = attachments.find_attachment(desk(), case, attachment_id)
    if kept is None:
        abort(404)
    return case, kept
