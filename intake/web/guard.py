"""Deny by default: a page is shown to nobody unless a right is declared on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from intake.extensions import db
from intake.models import User
from intake.services.desk import Desk
from intake.services.rights import Action, may

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = frozenset(
    {
        "static",
        "language.switch",
        "health.live",
        "health.ready",
        "health.alias",
        # holds a token of its own
        "health.metrics",
        "reminders.calendar",
        "security.login",
        "security.logout",
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.wan_signin",
        "security.wan_signin_response",
        "security.mf_recovery",
        "security.forgot_password",
        "security.reset_password",
        # who holds a document and nothing else can check it
        "verify.page",
        "verify.by_code",
        "verify.file",
    }
)
SIGNED_IN = frozenset(
    {
        "cases.home",
        "security.change_password",
        "security.verify",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_delete",
        "security.mf_recovery_codes",
    }
)


def right(action: Action) -> Callable[[View], View]:
    """Declares the right a view needs; the person must be signed in and hold it."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if not current_user.is_authenticated:
                return _session_ended() if request.form else to_sign_in()
            if not may(person(), action):
                abort(403)
            g.right = action
            return view(*args, **values)

        guarded.right = action  # type: ignore[attr-defined]
        return cast(View, guarded)

    return declare


def to_sign_in() -> Response:
    """The sign-in page, which leads back here."""
    return redirect(url_for("security.login", next=request.path))


def _session_ended() -> tuple[str, int]:
    """The page that carries on what was typed when the session had ended."""
    typed = [
        (name, value) for name, value in typed_fields() if name not in ("csrf_token", "resume")
    ]
    files = any(file.filename for file in request.files.values())
    return render_template("errors/session_ended.html", typed=typed, files=files), 401


def typed_fields() -> list[tuple[str, str]]:
    """Everything the form sent, for a page that carries it on; nothing where more was sent than is read."""
    try:
        sent = list(request.form.lists())
    except RequestEntityTooLarge:
        return []
    # no page carries on the password of a document
    return [
        (name, value)
        for name, values in sent
        for value in values
        if name not in ("look", "password")
    ]


def person() -> User:
    """The person signed in."""
    return cast(User, current_user._get_current_object())


def right_of_page() -> Action:
    """The right by which the page under way is shown: it decides which cases can be found on it."""
    return cast(Action, g.right)


def desk() -> Desk:
    """What the services of this request work with."""
    if "desk" not in g:
        extensions = current_app.extensions
        g.desk = Desk(db(), extensions["intake.registers"], extensions["intake.vault"])
    return cast(Desk, g.desk)


def protect(app: Flask) -> None:
    """Refuses every endpoint that is neither public nor bears a right."""

    @app.before_request
    def _deny_by_default() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in PUBLIC:
            return
        # no id holds one, and a database may take none
        if any("\x00" in str(value) for value in (request.view_args or {}).values()):
            abort(404)
        view = app.view_functions[endpoint]
        if getattr(view, "right", None) is None and endpoint not in SIGNED_IN:
            abort(404)
