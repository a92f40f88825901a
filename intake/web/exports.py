"""Documents of many cases, made in the background: asked for, followed, cancelled, downloaded, cleared away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from intake.extensions import csrf
from intake.forms.exports import ExportForm
from intake.forms.fields import SelectChoice
from intake.jobs import bulk
from intake.jobs.kinds import Bench
from intake.models import UNFINISHED, Case, Job, User
from intake.services import case_file, jobs, queue, trail
from intake.services.desk import Refused
from intake.services.queue_query import QueueQuery
from intake.services.rights import may, visible_cases
from intake.web import language
from intake.web.access import quietly
from intake.web.cases import Page, shown_again
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.uploads import send_download

blueprint = Blueprint("exports", __name__)
FILTERS = ("status", "severity", "stage", "caseworker", "overdue", "number", "sort")


def bench() -> Bench:
    """What the app keeps for work in the background."""
    found: Bench = current_app.extensions["intake.bench"]
    return found


@blueprint.get("/exports")
@right("case.print")
def every() -> Page:
    mine = jobs.jobs_of(desk(), person(), bulk.KIND)
    return render_template(
        "exports/list.html",
        jobs=mine,
        outcomes=jobs.outcomes_of(desk(), mine),
        carries=may(person(), "case.open"),
    )


@blueprint.route("/exports/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.print")
def new() -> Page:
    if request.values.get("every") == "queue" and may(person(), "case.review"):
        return _all_that_fit()
    numbers = list(dict.fromkeys(request.values.getlist("case")))[: bulk.MOST]
    if not numbers and not may(person(), "case.open"):
        flash(_("Choose at least one case."), "error")
        return redirect(url_for("review.queue_page"))
    cases = queue.chosen(desk(), person(), numbers, "case.print")
    if len(cases) != len(numbers):
        g.refused_case = next(iter(set(numbers) - {case.number for case in cases}))
        abort(404)
    # who carries cases chooses here; who reviews them has chosen in the queue
    offered = _own_cases(person()) if may(person(), "case.open") else cases
    form = _form()
    form.case.choices = _choices(offered)
    again = shown_again() if request.method == "POST" else None
    if request.method == "GET":
        everything = request.args.get("every") == "own"
        form.case.data = [case.number for case in offered] if everything else numbers
    elif again is None and form.validate_on_submit():
        if numbers:
            return _begin(form, [case.id for case in cases])
        form.case.errors = [_("Choose at least one case.")]
    with language.force_locale(again or language.code()):
        page = render_template(
            "exports/new.html",
            form=form,
            several=None,
            most=None,
            carries=may(person(), "case.open"),
        )
    return page, 422 if form.errors else 200


def _all_that_fit() -> Page:
    """The export of all cases that fit the filter of the queue, those that come first where they are too many."""
    asked = QueueQuery.read(request.values)
    found = queue.cases_that_fit(desk(), person(), asked, bulk.MOST + 1)
    form, several, again = _form(), min(len(found), bulk.MOST), None
    if request.method == "POST":
        again = shown_again()
        if again is None and form.validate_on_submit():
            return _begin(form, found[: bulk.MOST])
    with language.force_locale(again or language.code()):
        page = render_template(
            "exports/new.html",
            form=form,
            several=several,
            most=bulk.MOST if len(found) > bulk.MOST else None,
            kept={name: request.values[name] for name in FILTERS if request.values.get(name)},
        )
    return page, 422 if form.errors else 200


def _form() -> ExportForm:
    posted = request.method == "POST"
    form = ExportForm(data=None if posted else {"language": language.code()})
    form.document.choices = [SelectChoice(name, title) for name, title in bulk.offered()]
    if not posted:
        form.start(0)
    return form


def _own_cases(reader: User) -> Sequence[Case]:
    trail.note_read(desk(), reader.id, "case.listed", request.endpoint or "")
    query = select(Case).where(visible_cases(person(), "case.print")).order_by(Case.number)
    return desk().session.scalars(query.limit(bulk.MOST)).unique().all()


def _choices(cases: Sequence[Case]) -> list[SelectChoice]:
    """Who carries the cases sees names beside the numbers, as in the list of own cases."""
    named, nameless = may(person(), "case.open"), _("Name not recorded")
    return [
        SelectChoice(
            case.number,
            f"{case.number} · {case_file.open_file(desk(), case).name or nameless}"
            if named
            else f"{case.number} · {case.caseworker.name}",
        )
        for case in cases
    ]


def _begin(form: ExportForm, case_ids: list[str]) -> Page:
    try:
        job_id = bulk.ask(
            desk(),
            person(),
            case_ids,
            document=form.document.data,
            language=form.language.data,
            page_size=form.page_size.data,
            site=request.host_url.rstrip("/"),
            job_id=form.operation_id,
        )
    except Refused as refused:
        flash(refusal(refused), "error")
        return redirect(url_for("exports.every"))
    bench().bell.ring(job_id)
    return redirect(url_for("exports.one", job_id=job_id))


@blueprint.get("/exports/<job_id>")
@right("case.print")
def one(job_id: str) -> Page:
    job = _job_or_404(job_id)
    return render_template(
        "exports/one.html",
        job=job,
        asked=jobs.about(desk(), job),
        outcomes=jobs.outcomes(desk(), job),
        left_out=[
            (one.number, _why(one)) for one in jobs.left_out(desk(), job, person(), "case.print")
        ],
        said=_said(job),
        unfinished=job.state in UNFINISHED,
    )


@blueprint.get("/exports/<job_id>/progress")
@right("case.print")
def progress(job_id: str) -> dict[str, Any]:
    """How far it is, for the page that asks again and again; keeps no session alive."""
    job = _job_or_404(job_id)
    return {
        "done": job.done,
        "total": job.total,
        "said": _said(job),
        "over": job.state not in UNFINISHED,
    }


def _why(one: jobs.LeftOut) -> str:
    """Why a case was left out, in a sentence."""
    if one.state == "failed":
        return _("The document could not be made.")
    known = {
        "certificate_incomplete": _("Its determination is not complete or not approved."),
        "not_yours": _("You may not print this document of it."),
    }
    return known.get(
        one.reason or "", _("You could not print it then, or it lacked what this document needs.")
    )


def _said(job: Job) -> str:
    if job.state == "queued" and not job.done:
        return ngettext(
            "Waiting to begin: %(num)d document.", "Waiting to begin: %(num)d documents.", job.total
        )
    return ngettext(
        "%(done)s of %(num)d document", "%(done)s of %(num)d documents", job.total, done=job.done
    )


@blueprint.post("/exports/<job_id>/cancel")
@right("case.print")
def cancel(job_id: str) -> Page:
    _job_or_404(job_id)
    jobs.cancel(desk(), person(), job_id)
    flash(_("The export is cancelled."), "success")
    return redirect(url_for("exports.every"))


@blueprint.post("/exports/<job_id>/resume")
@right("case.print")
def resume(job_id: str) -> Page:
    _job_or_404(job_id)
    if jobs.resume(desk(), person(), job_id):
        bench().bell.ring(job_id)
    return redirect(url_for("exports.one", job_id=job_id))


@blueprint.post("/exports/<job_id>/remove")
@right("case.print")
def remove(job_id: str) -> Page:
    _job_or_404(job_id)
    jobs.remove_results(desk(), person(), job_id)
    flash(
        _("The download is removed. Each document stays in the record of its case."),
        "success",
    )
    return redirect(url_for("exports.every"))


@blueprint.post("/exports/<job_id>/download")
@right("case.print")
def download(job_id: str) -> Page:
    job = _job_or_404(job_id)
    if job.state != "done" or job.wrapped_key is None:
        flash(_("There is nothing to download any more."), "error")
        return redirect(url_for("exports.one", job_id=job_id))
    reader = person()
    made = bulk.bundle(desk(), bench().files, job, reader)
    if not made.documents:
        flash(_("You may print none of these cases any more."), "error")
        return redirect(url_for("exports.one", job_id=job_id))
    pieces: Iterable[bytes] = made.pieces
    if request.form.get("remove"):
        pieces = _then_remove(pieces, bench(), person().id, job_id)
    return send_download(quietly(pieces), f"intake-{job_id[:8]}.zip", "application/zip")


def _then_remove(
    pieces: Iterable[bytes], at: Bench, reader_id: int, job_id: str
) -> Iterator[bytes]:
    """What was handed out to its end is removed here; where the line broke, it stays to be fetched again."""
    yield from pieces
    with at.desk() as its:
        jobs.remove_results(its, its.session.get_one(User, reader_id), job_id)


def _job_or_404(job_id: str) -> Job:
    job = jobs.find_job(desk(), person(), job_id, bulk.KIND)
    if job is None:
        abort(404)
    return job


__all__ = ["blueprint"]
