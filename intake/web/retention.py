"""How long closed cases are kept: the list of what is due, another date for one case, and each team's rule."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.extensions import csrf
from intake.forms.privacy import RetentionForm, RetentionRuleForm
from intake.services import retention as service
from intake.services.queue_query import place_in
from intake.web.cases import Page, case_or_404
from intake.web.guard import desk, person, right

blueprint = Blueprint("retention", __name__)


@blueprint.get("/retention")
@right("case.retain")
def due() -> Page:
    page = service.kept_cases(desk(), person(), place_in(request.args.get("after", "")))
    return render_template(
        "privacy/retention.html",
        kept=page.kept,
        after=page.after,
        begun="after" in request.args,
        today=dt.date.today(),
    )


@blueprint.route("/cases/<number>/retention", methods=["GET", "POST"])
@csrf.exempt
@right("case.retain")
def prolong(number: str) -> Page:
    case, form = case_or_404(number), RetentionForm()
    found = service.retention_of(desk(), case)
    if found is None:
        abort(404)
    kept, reason = found
    if request.method == "GET":
        form.start(case.version)
    elif form.validate_on_submit():
        service.keep_until(
            desk(), case, person(), form.until.data, (form.reason.data or "").strip()
        )
        flash(_("The case is kept until the new date."), "success")
        return redirect(url_for("retention.due"))
    page = render_template(
        "privacy/retention_case.html", case=case, form=form, kept=kept, reason=reason
    )
    return page, 422 if form.errors else 200


@blueprint.get("/retention/teams")
@right("retention.settings")
def rules() -> Page:
    return render_template("privacy/retention_rules.html", rules=service.rules(desk()))


@blueprint.route("/retention/teams/<int(max=2147483647):team_id>", methods=["GET", "POST"])
@csrf.exempt
@right("retention.settings")
def rule(team_id: int) -> Page:
    found = next((one for one in service.rules(desk()) if one[0].id == team_id), None)
    if found is None:
        abort(404)
    team, years, years_young = found
    form = RetentionRuleForm()
    if request.method == "GET":
        form = RetentionRuleForm(data={"years": years, "years_young": years_young})
        form.start(0)
    elif form.validate_on_submit():
        service.set_rule(
            desk(),
            person(),
            team_id,
            form.years.data or service.YEARS,
            form.years_young.data or service.YEARS_YOUNG,
        )
        flash(_("Saved."), "success")
        return redirect(url_for("retention.rules"))
    page = render_template("privacy/retention_rule.html", form=form, team=team)
    return page, 422 if form.errors else 200
