"""A person's own account: where they are signed in, their password and their second factor."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user
from werkzeug.wrappers import Response

from intake.extensions import csrf
from intake.forms.fields import PageForm
from intake.models import User
from intake.services import account_events, credentials, sessions
from intake.web.guard import desk, person, right
from intake.web.notices import event_words
from intake.web.sign_in import this_session

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@right("account")
def home() -> str:
    return render_template(
        "account/home.html",
        sessions=sessions.sessions_of(desk().session, person()),
        this=this_session(),
        events=account_events.recent(desk().session, person()),
        words=event_words(),
        exempt=_exempt(),
    )


@blueprint.post("/account/sessions")
@csrf.exempt
@right("account")
def end_sessions() -> Response:
    """Ends the session chosen, or every one but this; this very one by signing out."""
    if not PageForm().validate_on_submit():
        abort(400)
    chosen = request.form.get("session", "")
    if chosen == this_session():
        logout_user()
        return redirect(url_for("security.login"))
    with desk().writing() as database:
        if chosen == "others":
            sessions.end_all(database, person(), but=this_session(), by=person().id)
        else:
            sessions.end(database, chosen, person())
    flash(
        _("You are signed out everywhere else.")
        if chosen == "others"
        else _("That session is ended."),
        "success",
    )
    return redirect(url_for("account.home"))


@blueprint.get("/account/second-factor")
@right("account")
def second_factor() -> str:
    """Where a second factor is set up; until it is, the only page for those whose role asks for one."""
    return render_template(
        "account/second_factor.html",
        missing=credentials.second_factor_missing(person()),
        exempt=_exempt(),
    )


def _exempt() -> bool:
    own = cast(User, current_user)
    return own.check_tf_required_setup() and credentials.exempt(own)
