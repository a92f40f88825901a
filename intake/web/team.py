"""A team's work among its people: the hand-over of cases, and absence cover."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from intake.extensions import csrf
from intake.forms.team import CoverForm, HandOverForm
from intake.models import User
from intake.services import queue, team
from intake.services.desk import Refused
from intake.services.rights import may
from intake.web.cases import Page, refusal
from intake.web.guard import desk, person, right

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
    form = HandOverForm(data={"to": request.args.get("to", "")})
    form.to.choices = _choices(team.members(desk(), person()))
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
    page = render_template("team/hand_over.html", form=form, cases=cases)
    return page, 422 if form.errors else 200


@blueprint.route("/team/cover", methods=["GET", "POST"])
@csrf.exempt
@right("cover.own")
def cover() -> Page:
    reader = person()
    form = CoverForm()
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
    page = render_template(
        "team/cover.html",
        form=form,
        for_team=for_team,
        covers=team.covers(desk(), person()),
        standing_in=team.stands_in_for(desk(), person()),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/team/cover/<int:cover_id>/end")
@right("cover.own")
def end_cover(cover_id: int) -> Page:
    if not team.end_cover(desk(), person(), cover_id):
        abort(404)
    flash(_("The cover has ended."), "success")
    return redirect(url_for("team.cover"))


def _choices(people: Sequence[User], *, blank: bool = True) -> list[tuple[str, str]]:
    first = [("", _("Choose"))] if blank else []
    return first + [(str(one.id), one.name) for one in people]
