"""The page on which anybody can check a document: whether it came from here, is unchanged, and still holds.

Who only holds the paper or the file learns nothing of the case. Who may see the case is told what was changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, render_template
from flask_login import current_user
from limits import parse

from intake.examining import Examined, Unreadable, examine
from intake.extensions import limiter
from intake.forms.documents import LANGUAGES, FileForm, PaperForm
from intake.forms.privacy import PURPOSES
from intake.issuing.registry import KINDS
from intake.models import Case, IssuedDocument, User
from intake.sandbox import Crowded
from intake.services import checking, handed_out
from intake.services.case_file import find_case
from intake.services.checking import Verdict
from intake.services.credentials import second_factor_missing
from intake.services.documents import kept_record
from intake.services.rights import may
from intake.signing import SigningError, signer_of
from intake.vault import SealBroken
from intake.web.attachments import files
from intake.web.cases import Page
from intake.web.guard import desk
from intake.web.throttle import address

blueprint = Blueprint("verify", __name__)
CHECKS = (parse("20 per 15 minutes"), parse("100 per day"))
"""By address: enough for a desk with a pile of papers, too few to guess."""
PATIENCE = 5.0
"""Seconds to wait while other files are being read."""


@dataclass(frozen=True)
class Told:
    """What the page tells: to everybody, and beyond that to who may see the case."""

    verdict: Verdict
    by: Literal["paper", "file"]
    document: IssuedDocument | None = None
    """Its record, where the file or the figures prove that one holds it."""
    issued_on: str = ""
    case: Case | None = None
    """The case, for those who may see it."""
    differing: list[str] | None = None
    newer: str | None = None


@blueprint.route("/verify", methods=["GET", "POST"])
def page() -> Page:
    form = PaperForm()
    if not form.validate_on_submit():
        return _page(form, FileForm(formdata=None))
    return _by_paper(form, form.number.data or "", form.figures.data or "")


@blueprint.get("/verify/<number>/<figures>")
def by_code(number: str, figures: str) -> Page:
    """Where the code on a paper leads."""
    form = PaperForm(formdata=None, data={"number": number[:40], "figures": figures[:64]})
    return _by_paper(form, number, figures)


@blueprint.route("/verify/file", methods=["GET", "POST"])
def file() -> Page:
    form = FileForm()
    if not form.validate_on_submit():
        return _page(PaperForm(), form)
    _slow_down()
    found: Examined | None = None
    verdict = checking.check_same(desk(), form.content)
    if verdict is None:
        desk().session.rollback()
        try:
            found = examine(form.content, form.password.data or "", wait=PATIENCE)
        except Unreadable as unreadable:
            form.refuse(unreadable.reason)
            return _page(PaperForm(), form)
        except Crowded:
            abort(429)
        verdict = checking.check_file(desk(), found, _own_certificate())
    told = _told(verdict, "file", found)
    return _page(PaperForm(formdata=None), FileForm(formdata=None), told)


def _by_paper(form: PaperForm, number: str, figures: str) -> Page:
    _slow_down()
    verdict = checking.check_paper(desk(), number, figures)
    return _page(form, FileForm(formdata=None), _told(verdict, "paper"))


def _slow_down() -> None:
    for limit in CHECKS:
        if not limiter.limiter.hit(limit, "verify", address()):
            abort(429)


def _own_certificate() -> str:
    try:
        return signer_of(current_app.extensions["intake.settings"]).fingerprint
    except SigningError:
        return ""


def _told(verdict: Verdict, by: Literal["paper", "file"], found: Examined | None = None) -> Told:
    reader = _reader()
    checking.note_check(desk(), reader.id if reader else None, verdict, by=by)
    row = verdict.document
    if row is None:
        return Told(verdict, by)
    case = checking.case_of(desk(), row)
    # of an altered file the number may be invented: its holder has proved nothing
    proved = row if verdict.outcome != "altered" else None
    issued_on = row.issued_at.astimezone(ZoneInfo(case.team.zone)).date().isoformat()
    if reader is None or find_case(desk(), case.number, reader) is None:
        return Told(verdict, by, proved, issued_on if proved else "")
    newer = handed_out.find_document(desk(), case, row.id)
    return Told(
        verdict,
        by,
        row,
        issued_on,
        case,
        _differing(case, row, found) if "evaluation" in verdict.alterations else None,
        newer.newer if newer else None,
    )


def _differing(case: Case, row: IssuedDocument, found: Examined | None) -> list[str] | None:
    if found is None or not found.record:
        return None
    try:
        kept = kept_record(desk(), files(), case, row)
    except (FileNotFoundError, SealBroken):
        return None
    return checking.differing(kept, found.record)


def _reader() -> User | None:
    """Who is signed in, in full, and may see cases."""
    if not current_user.is_authenticated:
        return None
    reader = cast(User, current_user._get_current_object())
    return reader if not second_factor_missing(reader) and may(reader, "case.read") else None


def _page(paper: PaperForm, file: FileForm, told: Told | None = None) -> Page:
    form = paper if paper.errors else file
    shown = render_template(
        "documents/verify.html",
        form=form,
        paper=paper,
        file=file,
        told=told,
        kinds=KINDS,
        languages=LANGUAGES,
        purposes=PURPOSES,
    )
    return shown, 422 if form.errors else 200
