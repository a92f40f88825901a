"""Opening a case, and the profile of its child: what is known, topic by topic."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake.checklist.evaluation import GateState
from intake.checklist.parts import FactDefinition, Topic
from intake.extensions import csrf
from intake.forms.profile import (
    asks_names,
    essential_facts,
    facts_of,
    profile_form,
    stored_profile,
    typed_profile,
)
from intake.models import Case
from intake.services import case_file, save
from intake.services.desk import Refused
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import show_clash, with_choices
from intake.web.context import register_of_page, zone
from intake.web.guard import desk, person, right
from intake.web.refusals import refusal
from intake.web.saved import told

blueprint = Blueprint("profile", __name__)


@blueprint.route("/cases/new", methods=["GET", "POST"])
@csrf.exempt
@right("case.open")
def new() -> Page:
    facts = essential_facts(register_of_page())
    kind = profile_form(register_of_page(), facts, language.code(), zone(), names=True)
    form = kind()
    if request.method == "GET":
        team = person().team
        form = kind(data={"country": team.country if team else None})
        form.start(0)
    elif again := shown_again():
        return _again(again, None, None, facts, names=True)
    elif form.validate_on_submit():
        values = {k: value for k, value in typed_profile(facts, form).items() if value is not None}
        try:
            case = save.open_case(
                desk(),
                person(),
                {"profile.stage": "identification", **values},
                form.operation_id,
                base=form.base_version,
            )
        except save.Clashed as clash:
            return show_clash(None, form, clash)
        except Refused as refused:
            form.form_errors.append(refusal(refused))
            form.start(form.base_version)
            return _page(form, None, None, facts)
        flash(
            _("Case %(number)s is open. Begin with the first section.", number=case.number),
            "success",
        )
        return redirect(url_for("cases.overview", number=case.number))
    return _page(form, None, None, facts)


@blueprint.get("/cases/<number>/profile")
@right("case.write")
def whole(number: str) -> Page:
    case = case_or_404(number)
    file = case_file.open_file(desk(), case)
    topics = [
        (topic, asks_names(file.register, topic), facts_of(file.register, topic))
        for topic in file.register.topics.values()
    ]
    return render_template("cases/profile.html", case=case, file=file, topics=topics)


@blueprint.route("/cases/<number>/profile/<topic_id>", methods=["GET", "POST"])
@csrf.exempt
@right("case.write")
def topic(number: str, topic_id: str) -> Page:
    case, register = case_or_404(number), register_of_page()
    asked = register.topics.get(topic_id)
    if asked is None:
        abort(404)
    file, facts = case_file.open_file(desk(), case), facts_of(register, asked)
    names = asks_names(register, asked)
    kind = profile_form(
        register, facts, language.code(), file.zone, names=names, document=file.document
    )
    if request.method == "GET":
        form = kind(data=stored_profile(facts, file.document))
        form.start(case.version)
        return _page(form, case, asked, facts)
    form = kind()
    if again := shown_again():
        return _again(again, case, asked, facts, names=names)
    if not form.validate_on_submit():
        return _page(form, case, asked, facts)
    values, base = with_choices(typed_profile(facts, form), form)
    try:
        saved = save.save(
            desk(),
            case,
            person(),
            values,
            base=base,
            operation=form.operation_id,
            kind="profile-saved",
        )
    except save.Clashed as clash:
        return show_clash(case_or_404(number), form, clash)
    except Refused as refused:
        form.form_errors.append(refusal(refused))
        form.start(form.base_version)
        return _page(form, case_or_404(number), asked, facts)
    except save.GateShut as shut:
        gate = shut.state.gate
        assert gate.holds is not None  # noqa: S101 - else it holds nothing back
        form[gate.holds.fact].errors = [gate.shut[language.code()]]
        return _page(form, case_or_404(number), asked, facts, shut.state)
    flash(told(saved), "success")
    return redirect(url_for("profile.whole", number=number))


def _again(
    code: str, case: Case | None, asked: Topic | None, facts: list[FactDefinition], *, names: bool
) -> Page:
    """The form as it was typed, in that language."""
    with language.force_locale(code):
        kind = profile_form(register_of_page(), facts, code, zone(), names=names)
        return _page(kind(), case, asked, facts)


def _page(
    form: Any,
    case: Case | None,
    asked: Topic | None,
    facts: list[FactDefinition],
    shut: GateState | None = None,
) -> Page:
    page = render_template(
        "cases/facts.html", form=form, case=case, topic=asked, facts=facts, shut=shut
    )
    return page, 422 if form.errors else 200
