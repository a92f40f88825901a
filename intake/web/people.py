"""The administrator's pages: people and teams."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_security import auth_required
from werkzeug.wrappers import Response

from intake.extensions import csrf
from intake.forms.fields import PageForm
from intake.forms.people import InvitationForm, PersonForm, TeamForm
from intake.models import User
from intake.services import people
from intake.services.people import PeopleError
from intake.services.rights import Action
from intake.web.guard import desk, person, right
from intake.web.letters import link, send_link
from intake.web.sign_in_settings import FRESH

blueprint = Blueprint("people", __name__)
Page = str | tuple[str, int] | Response


def fresh_right(action: Action) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The right, used by somebody who showed within a quarter of an hour that it is them.

    The form's token is checked after the right (Flask-Security does both), so that views are exempt from the app's check.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        fresh = auth_required("session", within=lambda: FRESH, grace=lambda: dt.timedelta(0))(view)
        return right(action)(wraps(view)(fresh))

    return declare


@blueprint.get("/people")
@right("people.manage")
def everybody() -> str:
    session = desk().session
    return render_template(
        "people/list.html", people=people.everybody(session), teams=people.teams(session)
    )


@blueprint.route("/people/invite", methods=["GET", "POST"])
@csrf.exempt
@fresh_right("people.manage")
def invite() -> Page:
    form = InvitationForm()
    form.offer(list(people.teams(desk().session)))
    if form.validate_on_submit():
        try:
            invited = people.add_person(
                desk(),
                email=form.email.data or "",
                name=form.name.data or "",
                role=form.role.data,
                team=form.team.data or None,
                language=form.language.data,
                password=None,
                by=person(),
            )
            return _link_page(invited)
        except PeopleError as error:
            _tell(form, error)
    return render_template("people/invite.html", form=form), 422 if form.errors else 200


@blueprint.route("/people/<int(max=2147483647):person_id>", methods=["GET", "POST"])
@csrf.exempt
@fresh_right("people.manage")
def one(person_id: int) -> Page:
    found = _found(person_id)
    form = PersonForm(
        name=found.name,
        role=found.role,
        team=found.team.name if found.team else "",
        language=found.language,
    )
    form.offer(list(people.teams(desk().session)))
    if form.validate_on_submit():
        try:
            people.change_person(
                desk(),
                found,
                by=person(),
                name=form.name.data or "",
                role=form.role.data,
                team=form.team.data or None,
                language=form.language.data,
            )
        except PeopleError as error:
            _tell(form, error)
        else:
            flash(_("The changes are kept."), "success")
            return redirect(url_for("people.everybody"))
    page = render_template("people/one.html", form=form, found=found, own=found.id == person().id)
    return page, 422 if form.errors else 200


@blueprint.post("/people/<int(max=2147483647):person_id>/link")
@csrf.exempt
@fresh_right("people.manage")
def send_new_link(person_id: int) -> Page:
    return _link_page(_found(person_id))


@blueprint.post("/people/<int(max=2147483647):person_id>/deactivate")
@csrf.exempt
@fresh_right("people.manage")
def deactivate(person_id: int) -> Response:
    found = _found(person_id)
    return _done(
        lambda: people.deactivate(desk(), found, by=person()),
        _("%(name)s is shut out; their sessions have ended.", name=found.name),
    )


@blueprint.post("/people/<int(max=2147483647):person_id>/activate")
@csrf.exempt
@fresh_right("people.manage")
def activate(person_id: int) -> Response:
    found = _found(person_id)
    return _done(
        lambda: people.activate(desk(), found, by=person()),
        _("%(name)s may sign in again.", name=found.name),
    )


@blueprint.post("/people/<int(max=2147483647):person_id>/second-factor")
@csrf.exempt
@fresh_right("people.manage")
def remove_second_factor(person_id: int) -> Response:
    found = _found(person_id)
    return _done(
        lambda: people.remove_second_factor(desk(), found, by=person()),
        _("The second factor of %(name)s is removed.", name=found.name),
    )


@blueprint.route("/people/teams/add", methods=["GET", "POST"])
@csrf.exempt
@fresh_right("people.manage")
def add_team() -> Page:
    form = TeamForm()
    if form.validate_on_submit():
        try:
            people.add_team(
                desk(),
                name=form.name.data or "",
                prefix=form.prefix.data or "",
                country=form.country.data,
                zone=form.zone.data,
                by=person(),
            )
        except PeopleError as error:
            _tell(form, error)
        else:
            flash(_("The team is added."), "success")
            return redirect(url_for("people.everybody"))
    return render_template("people/team.html", form=form), 422 if form.errors else 200


def _found(person_id: int) -> User:
    found = desk().session.get(User, person_id)
    if found is None:
        abort(404)
    return found


def _link_page(found: User) -> Page:
    """Sends a new link, or shows it, this once: where it cannot be sent, the administrator carries it."""
    try:
        token = people.new_link(desk(), found, by=person())
    except PeopleError as error:
        flash(_sentence(error), "error")
        return redirect(url_for("people.one", person_id=found.id))
    sent = send_link(found, token)
    return render_template(
        "people/link.html", found=found, sent=sent, link=None if sent else link(token)
    )


def _done(act: Callable[[], None], sentence: str) -> Response:
    try:
        act()
    except PeopleError as error:
        flash(_sentence(error), "error")
    else:
        flash(sentence, "success")
    return redirect(url_for("people.everybody"))


def _tell(form: PageForm, error: PeopleError) -> None:
    """Puts the error beside its field, or above the form where it has none."""
    field = form._fields.get(error.key)
    if field is None:
        form.form_errors.append(_sentence(error))
    else:
        field.errors = [*field.errors, _sentence(error)]


def _sentence(error: PeopleError) -> str:
    sentences = {
        ("email", "invalid"): _("Enter an e-mail address, such as name@example.org."),
        ("email", "taken"): _("Somebody with this address is in the list already."),
        ("name", "taken"): _("There is a team of that name."),
        ("prefix", "invalid"): _("Enter 2 to 8 capital letters."),
        ("prefix", "taken"): _("Another team's case numbers begin so."),
        ("team", "needs_team"): _("Choose a team: a person of this role needs one."),
        ("person", "own_account"): _(
            "You cannot do this to your own account. Ask another administrator."
        ),
        ("person", "last_administrator"): _(
            "Nobody else could manage people. Name another administrator first."
        ),
        ("person", "invalid"): _("This person may not sign in. Let them in again first."),
    }
    return sentences.get((error.key, error.reason), _("This cannot be used."))
