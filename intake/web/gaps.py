"""Gaps as work: those of a case, and one with what is done about it, its comments and its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.explanations import explain
from intake.extensions import csrf
from intake.forms.fields import SelectChoice
from intake.forms.gaps import WORK_STATES, GapForm
from intake.forms.privacy import ATTACHMENT_KINDS
from intake.models import Case
from intake.services import attachments, case_file, gaps, mentions, review, save, trail_pages
from intake.services.desk import Refused
from intake.services.gap_work import CHOSEN, Work, work_on
from intake.services.rights import may_with
from intake.web import language
from intake.web.cases import Page, case_or_404, must_reach, shown_again
from intake.web.clash import CHOICE, show_clash
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("gaps", __name__)


@blueprint.get("/cases/<number>/gaps")
@right("case.read")
def every(number: str) -> Page:
    file = case_file.open_file(desk(), case_or_404(number))
    evaluation = case_file.evaluate_file(file)
    return render_template(
        "gaps/every.html",
        case=file.case,
        file=file,
        open_gaps=gaps.open_gaps(file, evaluation),
        remedied=gaps.remedied_gaps(file, evaluation),
        people=_people(),
        states=WORK_STATES,
    )


@blueprint.route("/cases/<number>/gaps/<check_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.read")
def one(number: str, check_id: str) -> Page:
    case = case_or_404(number)
    file = case_file.open_file(desk(), case)
    if check_id not in file.register.checks:
        abort(404)
    if request.method == "GET":
        mentions.mark_seen(desk(), person(), case.id, check_id)
        return _page(file, check_id, _started(file, check_id))
    must_reach("case.assign", case)
    if again := shown_again():
        with language.force_locale(again):
            return _page(file, check_id, GapForm())
    form = GapForm()
    if not form.validate_on_submit():
        return _page(file, check_id, form)
    if request.form.get("do") == "comment":
        return _comment(file, check_id, form)
    return _keep(file, check_id, form)


def _comment(file: case_file.CaseFile, check_id: str, form: GapForm) -> Page:
    """Keeps the comment; what else is typed on the page stays there."""
    if form.comments():
        review.comment_on(
            desk(),
            file.case,
            person(),
            check_id,
            (form.comment.data or "").strip(),
            f"{form.operation_id[:-1]}c",
            to=form.addressed,
        )
        flash(_("Comment kept."), "success")
        form.comment.data, form.to.data = "", []
        base = form.base_version
        form.start(base)
    return _page(case_file.open_file(desk(), file.case), check_id, form)


def _keep(file: case_file.CaseFile, check_id: str, form: GapForm) -> Page:
    case, number = file.case, file.case.number
    if not form.says_why():
        return _page(file, check_id, form)
    if request.form.get(f"{CHOICE}gaps.{check_id}") == "theirs":
        return redirect(url_for("gaps.one", number=number, check_id=check_id))
    work = Work(
        state=next((state for state in CHOSEN if state == form.state.data), "open"),
        owner_id=form.owner_id,
        due=form.agreed,
        action=(form.action.data or "").strip(),
        evidence=tuple(dict.fromkeys(form.evidence.data or ())),
        reason=(form.reason.data or "").strip(),
    )
    try:
        saved = gaps.keep_work(
            desk(),
            case,
            person(),
            check_id,
            work,
            base=form.base_version,
            operation=form.operation_id,
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        return _page(case_file.open_file(desk(), case_or_404(number)), check_id, form)
    comment = (form.comment.data or "").strip()
    if comment:
        review.comment_on(
            desk(),
            case_or_404(number),
            person(),
            check_id,
            comment,
            f"{form.operation_id[:-1]}c",
            to=form.addressed,
        )
    flash(
        _("Saved.") if saved.changed or saved.again or comment else _("Nothing was changed."),
        "success",
    )
    return redirect(url_for("gaps.one", number=number, check_id=check_id))


def _started(file: case_file.CaseFile, check_id: str) -> GapForm:
    work = work_on(file.document, check_id)
    form = GapForm(
        data={
            "state": work.state if work.state in CHOSEN else "in_progress",
            "reason": work.reason,
            "owner": str(work.owner_id or file.case.caseworker_id),
            "due": work.due,
            "action": work.action,
            "evidence": list(work.evidence),
        }
    )
    form.start(file.case.version)
    return form


def _page(file: case_file.CaseFile, check_id: str, form: GapForm) -> Page:
    case, evaluation = file.case, case_file.evaluate_file(file)
    finding = evaluation.findings[check_id]
    carriers = gaps.carriers(desk(), case)
    kept = [one for one in attachments.attachments(desk(), case) if not one.removed_at]
    form.owner.choices = [SelectChoice(str(one.id), _carrier(case, one)) for one in carriers]
    form.evidence.choices = [SelectChoice(one.id, _paper(one)) for one in kept]
    form.to.choices = [
        SelectChoice(str(one.id), one.name) for one in carriers if one.id != person().id
    ]
    changes = case_file.changes_since(desk(), case, 0)
    page = render_template(
        "gaps/one.html",
        case=case,
        file=file,
        check=finding.check,
        finding=finding,
        reason=explain(evaluation, finding, language.code()),
        gap=gaps.read_gap(file, finding),
        form=form,
        papers={one.id: _paper(one) for one in kept},
        comments=[note for note in case_file.comments(desk(), case) if note.check_id == check_id],
        history=gaps.work_history(changes, check_id),
        people=_people(),
        states=WORK_STATES,
        writes=may_with(person(), "case.write", case),
        assigns=may_with(person(), "case.assign", case),
    )
    return page, 422 if form.errors else 200


def _carrier(case: Case, one: Any) -> str:
    return _("%(name)s, caseworker", name=one.name) if one.id == case.caseworker_id else one.name


def _paper(kept: attachments.AttachmentRead) -> str:
    kind = str(ATTACHMENT_KINDS.get(kept.kind, kept.kind))
    return f"{kind}: {kept.description}" if kept.description else kind


def _people() -> dict[int, str]:
    return dict(trail_pages.actors(desk()))
