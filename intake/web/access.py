"""All that is held on a child, handed out: a document to read, the same for a program, and the papers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial

from flask import Blueprint, render_template, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from intake.checklist.parts import Language
from intake.documents.access_export import AccessContext, render_access
from intake.extensions import csrf
from intake.forms.privacy import AccessForm
from intake.issuing.access import sections
from intake.models import Case, now
from intake.services import access_export, consent
from intake.services.attachments import content_of
from intake.web import language
from intake.web.attachments import files
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.guard import desk, person, right
from intake.web.uploads import send_download

blueprint = Blueprint("access", __name__)
log = logging.getLogger("intake")


@blueprint.route("/cases/<number>/access", methods=["GET", "POST"])
@csrf.exempt
@right("case.hand-out")
def ask(number: str) -> Page:
    case, form = case_or_404(number), AccessForm()
    if request.method == "GET":
        form = AccessForm(data={"language": language.code()})
        form.start(case.version)
    elif again := shown_again():
        with language.force_locale(again):
            return _page(case, AccessForm())
    elif form.validate_on_submit():
        return _send(case, form)
    return _page(case, form)


def _page(case: Case, form: AccessForm) -> Page:
    page = render_template("privacy/access.html", case=case, form=form)
    return page, 422 if form.errors else 200


def _send(case: Case, form: AccessForm) -> Response:
    """Everything as one ZIP, of which one attachment at a time is in memory; recorded before it leaves."""
    number = case.number
    consent.share(
        desk(),
        case,
        person(),
        what="everything",
        recipient=consent.SELF,
        purpose=f"access_{form.ground.data}",
        ground=(form.reason.data or "").strip(),
        operation=form.operation_id,
    )
    case, code = case_or_404(number), form.language.data
    here, store, case_id, wrapped = desk(), files(), case.id, case.wrapped_key
    held = access_export.everything_held(here, case)
    ready = [
        (f"{number}-{code}.pdf", render_access(_context(held, code))),
        (f"{number}.json", access_export.as_json(held)),
    ]
    later = [
        (
            f"{_folder(code)}/{access_export.attachment_name(kept)}",
            partial(content_of, here, store, case_id, wrapped, kept.id),
        )
        for kept in held.attachments
        if kept.removed_at is None
    ]
    pieces = quietly(access_export.zip_of(ready, later))
    return send_download(pieces, f"{number}.zip")


def quietly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What fails after the answer began is logged by its kind alone: the server would log what it says."""
    try:
        yield from pieces
    except Exception as error:
        log.error("a download broke off: %s", type(error).__name__)
        raise ConnectionAbortedError("the download broke off") from None


def _folder(code: str) -> str:
    return "documentos" if code == "es" else "papers"


def _context(held: access_export.Held, code: Language) -> AccessContext:
    file, case = held.file, held.file.case
    with force_locale(code):
        return AccessContext(
            language=code,
            case_number=case.number,
            name=file.name,
            team=case.team.name,
            printed_at=now().astimezone(file.zone),
            printed_by=person().name,
            zone_name=case.team.zone,
            register_version=file.register.version,
            register_sha256=file.register.sha256,
            sections=sections(held, code),
        )
