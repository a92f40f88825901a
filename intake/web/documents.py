"""The documents of a case: which, in what language, for whom and why; and what was handed out before."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from intake.checklist.parts import Language
from intake.config import Settings
from intake.extensions import csrf
from intake.forms.documents import (
    LANGUAGES,
    PAPERS,
    PASSWORD_ERRORS,
    IssueForm,
    WithdrawDocumentForm,
)
from intake.forms.fields import SelectChoice
from intake.forms.privacy import NO_CONSENT, OWN_FILE, PURPOSES, recipients
from intake.issuing.certificate import CertificateRefused
from intake.issuing.issue import file_name, issue
from intake.issuing.kinds import Asked, OtherPurpose
from intake.issuing.offered import missing_here
from intake.issuing.protection import PasswordUnfit, fit, new_password
from intake.issuing.registry import KINDS
from intake.models import Case, now
from intake.services import documents, handed_out, trail
from intake.services.desk import Refused
from intake.services.rights import may_with
from intake.signing import SigningError
from intake.vault import SealBroken
from intake.web import language
from intake.web.attachments import files
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.context import register_of_page
from intake.web.errors import without_values
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.uploads import send_download

blueprint = Blueprint("documents", __name__)
log = logging.getLogger("intake")
ONLY_INSIDE = lazy_gettext("This document is only for your own file. Choose “Our own file”.")
ONLY_OUTSIDE = lazy_gettext("This document goes to somebody else. Choose for whom it is.")
GOES = {
    "inside": lazy_gettext("Only for your own file."),
    "outside": lazy_gettext("Only for somebody else: choose below for whom and what for."),
}


@blueprint.route("/cases/<number>/documents", methods=["GET", "POST"])
@csrf.exempt
@right("case.print")
def page(number: str) -> Page:
    case = case_or_404(number)
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _page(case, _form(case, again))
    form = _form(case, language.code())
    if request.method == "GET":
        form.start(case.version)
    elif form.validate_on_submit() and _password_fits(form):
        out = _issued(case, form)
        if out is not None:
            return out
    # what is on the page is of the case as it is now, if it is still within reach
    return _page(case if request.method == "GET" else case_or_404(number), form)


def _issued(case: Case, form: IssueForm) -> Response | None:
    """The document as a download; None where it cannot leave, which the form then says."""
    try:
        out = issue(
            desk(),
            files(),
            settings(),
            case,
            person(),
            kind=form.kind.data,
            language=form.language.data,
            page_size=form.page_size.data,
            recipient=form.outside,
            purpose=form.purpose.data or None,
            ground=(form.ground.data or "").strip(),
            password=form.password.data if form.protect.data else None,
            about=form.about,
            operation=form.operation_id,
            site=request.host_url.rstrip("/"),
        )
    except Refused as refused:
        if refused.reason == "not_yours":
            abort(403)
        _say(form, case, refused)
    except (SigningError, OSError) as error:
        log.error("a document could not be issued: %s", without_values(error))
        form.form_errors.append(
            _(
                "The document could not be signed or kept, so nothing was handed out. Tell the person who runs Intake."
            )
        )
    else:
        return send_download(out.content, out.name, "application/pdf")
    return None


def _say(form: IssueForm, case: Case, refused: Refused) -> None:
    """Beside the field that has to change, in the language of the page, whatever that of the document."""
    if refused.reason == "no_consent":
        form.ground.errors = [NO_CONSENT]
    elif refused.reason == "not_for_them":
        inside = KINDS[form.kind.data].goes == "inside"
        form.recipient.errors = [ONLY_INSIDE if inside else ONLY_OUTSIDE]
    elif isinstance(refused, OtherPurpose):
        wanted = PURPOSES[refused.serves]
        form.purpose.errors = [_("This document goes out only for: %(purpose)s.", purpose=wanted)]
    elif isinstance(refused, CertificateRefused):
        form.kind.errors = [refusal(refused)]
        form.missing = tuple(one.words for one in missing_here(desk(), case, _code()))
    elif refused.reason == "no_topic" and form.about is not None:
        form[f"about_{form.kind.data}"].errors = [refusal(refused)]
    else:
        form.kind.errors = [refusal(refused)]


def _code() -> Language:
    return "en" if language.code() == "en" else "es"


def _password_fits(form: IssueForm) -> bool:
    if not form.protect.data:
        return True
    try:
        fit(form.password.data or "")
    except PasswordUnfit as unfit:
        form.password.errors = [PASSWORD_ERRORS[unfit.reason]]
        return False
    return True


def _form(case: Case, code: str) -> IssueForm:
    offered = [kind for kind in KINDS.values() if may_with(person(), kind.right, case)]
    asked = Asked(desk(), case, person(), _code(), now())
    form = IssueForm.asking(
        {
            kind.name: (kind.topics_label, dict(kind.topics(asked)))
            for kind in offered
            if kind.topics is not None
        }
    )
    form.recipient.choices = [
        SelectChoice(OWN_FILE, _("Our own file")),
        *recipients(register_of_page(), code),
    ]
    form.kind.choices = [SelectChoice(kind.name, kind.title) for kind in offered]
    wanted: Language = "en" if request.args.get("lang", code) == "en" else "es"
    form.usually(wanted, offered[0].name if offered else "")
    if not form.password.data:
        form.password.data = new_password()
    return form


def _page(case: Case, form: IssueForm) -> Page:
    # printing is an entry of its own; seeing what was handed out is a reading
    trail.note_read(desk(), person().id, "case.read", "documents.page", case)
    shown = render_template(
        "documents/page.html",
        case=case,
        form=form,
        documents=handed_out.documents(desk(), case),
        kinds=KINDS,
        goes={name: GOES[kind.goes] for name, kind in KINDS.items() if kind.goes in GOES},
        languages=LANGUAGES,
        papers=PAPERS,
        purposes=PURPOSES,
        withdraws=may_with(person(), "document.withdraw", case),
    )
    return shown, 422 if form.errors else 200


@blueprint.get("/cases/<number>/documents/<document_id>")
@right("case.print")
def download(number: str, document_id: str) -> Page:
    case, kept = _found(number, document_id)
    name = file_name(case, kept.document)
    try:
        content = documents.read_again(desk(), files(), case, kept.document, person())
    except (FileNotFoundError, SealBroken):
        log.error("a kept document is gone or damaged: %s", kept.document.id)
        flash(_("What was kept of this document is gone or damaged."), "error")
        return redirect(url_for("documents.page", number=number))
    return send_download(content, name, "application/pdf")


@blueprint.route("/cases/<number>/documents/<document_id>/withdraw", methods=["GET", "POST"])
@csrf.exempt
@right("document.withdraw")
def withdraw(number: str, document_id: str) -> Page:
    case, kept = _found(number, document_id)
    if kept.document.withdrawn_at is not None:
        flash(_("This document is withdrawn already; the first reason stays."), "error")
        return redirect(url_for("documents.page", number=number))
    form = WithdrawDocumentForm()
    if request.method == "GET":
        form.start(case.version)
    elif again := shown_again():
        with language.force_locale(again):
            return _withdrawal(case, kept, WithdrawDocumentForm())
    elif form.validate_on_submit():
        reason = (form.reason.data or "").strip()
        handed_out.withdraw(desk(), case, document_id, person(), reason)
        flash(_("Whoever checks this document is told now that it does not hold."), "success")
        return redirect(url_for("documents.page", number=number))
    return _withdrawal(case, kept, form)


def _withdrawal(case: Case, kept: handed_out.DocumentRead, form: WithdrawDocumentForm) -> Page:
    shown = render_template("documents/withdraw.html", case=case, kept=kept, kinds=KINDS, form=form)
    return shown, 422 if form.errors else 200


def _found(number: str, document_id: str) -> tuple[Case, handed_out.DocumentRead]:
    case = case_or_404(number)
    kept = handed_out.find_document(desk(), case, document_id)
    if kept is None:
        abort(404)
    return case, kept


@blueprint.route("/cases/<number>/print", methods=["GET", "POST"])
@csrf.exempt  # it leads on, with the form, to the page that looks at the token
@right("case.print")
def old_print(number: str) -> Response:
    return _moved(number)


@blueprint.get("/cases/<number>/summary.pdf")
@right("case.print")
def old_summary(number: str) -> Response:
    return _moved(number)


def _moved(number: str) -> Response:
    asked = request.args.get("lang")
    wanted = asked if asked in LANGUAGES else None
    return redirect(url_for("documents.page", number=number, lang=wanted), 308)


def settings() -> Settings:
    """The settings of the app."""
    found: Settings = current_app.extensions["intake.settings"]
    return found
