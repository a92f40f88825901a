"""A team's work among its people: the hand-over of cases, and absence cover."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from intake.extensions import csrf
from intake.forms.fields import SelectChoice
from intake.forms.team import CoverForm, HandOverForm
from intake.models import Case, User
from intake.services import queue, team
from intake.services.desk import Refused
from intake.services.rights import may
from intake.web import language
from intake.web.cases import Page, shown_again
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal

blueprint = Blueprint("team", __name__)


@blueprint.route("/team/hand-over", methods=["GET", "POST"])
@csrf.exempt
@right("case.hand-over")
def hand_over() -> Page:
    numbers = list(dict.fromkeys(request.values.getlist("case")))[: queue.PAGE * 2]
    if not numbers:
        flash(_("Choose at least one case."), "error")
        return redirect(url_for("review.queue_page"))
    cases = queue.cases_to_hand_over(desk(), person(), numbers)
    if len(cases) != len(numbers):
        g.refused_case = next(iter(set(numbers) - {case.number for case in cases}))
        abort(404)
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _hand_over_page(_hand_over_form(), cases)
    form = _hand_over_form()
    if request.method == "POST" and form.validate_on_submit():
        reason = (form.reason.data or "").strip()
        try:
            moved = team.hand_over(desk(), person(), numbers, form.to_id, reason, form.operation_id)
        except Refused as refused:
            form.form_errors.append(refusal(refused))
        else:
            flash(
                ngettext("%(num)d case changed hands.", "%(num)d cases changed hands.", moved),
                "success",
            )
            return redirect(url_for("review.queue_page"))
    if request.method == "GET":
        form.start(0)
    return _hand_over_page(form, cases)


def _hand_over_form() -> HandOverForm:
    form = HandOverForm(data={"to": request.args.get("to", "")})
    form.to.choices = _choices(team.members(desk(), person()))
    return form


def _hand_over_page(form: HandOverForm, cases: Sequence[Case]) -> Page:
    page = render_template("team/hand_over.html", form=form, cases=cases)
    return page, 422 if form.errors else 200


@blueprint.route("/team/cover", methods=["GET", "POST"])
@csrf.exempt
@right("cover.own")
def cover() -> Page:
    reader = person()
    if again := request.method == "POST" and shown_again():
        with language.force_locale(again):
            return _cover_page(_cover_form())
    form = _cover_form()
    if request.method == "POST" and form.validate_on_submit():
        absent_id, covering_id = form.chosen
        try:
            team.set_cover(
                desk(),
                reader,
                absent_id=absent_id,
                covering_id=covering_id,
                first=form.first.data,
                last=form.last.data,
            )
        except Refused as refused:
            form.form_errors.append(refusal(refused))
        else:
            flash(_("The cover is kept."), "success")
            return redirect(url_for("team.cover"))
    return _cover_page(form)


def _cover_form() -> CoverForm:
    reader, form = person(), CoverForm()
    for_team = may(reader, "cover.team")
    away = team.members(desk(), reader) if for_team else [reader]
    form.absent.choices = _choices(away, blank=for_team)
    form.covering.choices = _choices(
        [
            one
            for one in team.members(desk(), reader, ("caseworker", "supervisor"))
            if for_team or one.id != reader.id
        ]
    )
    return form


def _cover_page(form: CoverForm) -> Page:
    page = render_template(
        "team/cover.html",
        form=form,
        for_team=may(person(), "cover.team"),
        covers=team.covers(desk(), person()),
        standing_in=team.stands_in_for(desk(), person()),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/team/cover/<int(max=2147483647):cover_id>/end")
@right("cover.own")
def end_cover(cover_id: int) -> Page:
    if not team.end_cover(desk(), person(), cover_id):
        abort(404)
    flash(_("The cover has ended."), "success")
    return redirect(url_for("team.cover"))


def _choices(people: Sequence[User], *, blank: bool = True) -> list[SelectChoice]:
    first = [SelectChoice("", _("Choose"))] if blank else []
    return first + [SelectChoice(str(one.id), one.name) for one in people]
