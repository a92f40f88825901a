"""Signing in: Flask-Security bound to the app, its sessions checked against those kept, its events written down."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, g, redirect, request, session, url_for
from flask_login import current_user, user_logged_out
from flask_security import (
    Security,
    SQLAlchemySessionUserDatastore,
    hash_password,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from intake.extensions import db
from intake.forms.sign_in import SignInForm
from intake.models import Role, User, WebAuthn
from intake.services import account_events, audit, sessions
from intake.services.credentials import (
    OneTimeCodes,
    Passkeys,
    Passwords,
    RecoveryCodes,
    second_factor_missing,
)
from intake.web import authenticator, throttle
from intake.web import writing as transactions
from intake.web.devices import kind_of_device
from intake.web.guard import PUBLIC
from intake.web.letters import send_link
from intake.web.writing import writing

TOKEN = "sign_in"  # noqa: S105 - the name under which the cookie holds it
SECOND_FACTORS = {
    "security.two_factor_token_validation": "authenticator",
    "security.wan_signin_response": "passkey",
    "security.mf_recovery": "recovery-code",
}
BEFORE_SECOND_FACTOR = PUBLIC | {
    "account.second_factor",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.wan_register",
    "security.wan_register_response",
    "security.verify",
}
"""All that somebody reaches whose role asks for a second factor they have not set up."""

UNATTENDED = frozenset({"exports.progress"})
"""What a page asks for by itself: nobody need be there, so it keeps no session alive."""


def bind(app: Flask) -> None:
    """Binds Flask-Security and what watches over it. The order of the hooks matters: who, too often, what, write."""
    security = Security(
        app,
        SQLAlchemySessionUserDatastore(db, User, Role, WebAuthn),
        login_form=SignInForm,
        totp_cls=OneTimeCodes,
        password_util_cls=Passwords,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
    )
    # pages only: the same endpoints in JSON would give out tokens that no list of sessions shows
    security.want_json(lambda _request: False)
    manager = app.login_manager  # type: ignore[attr-defined]
    # Flask-Security's own look-up by the cookie, with the session asked after it; there is no public name for it
    by_cookie = manager._user_callback
    manager.user_loader(lambda uniquifier: _signed_in(by_cookie(uniquifier)))
    manager.request_loader(lambda _request: None)
    authenticator.bind(app)
    throttle.bind(app)
    app.before_request(_lead_to_second_factor)
    transactions.bind(app)
    for signal, receiver in RECEIVERS.items():
        signal.connect(receiver, app)


def this_session() -> str:
    """The token of the session under way."""
    return str(session.get(TOKEN, ""))


def _signed_in(person: User | None) -> User | None:
    """The person the cookie names, if the session it names is theirs and alive."""
    if person is None:
        return None
    found = sessions.find(db(), session.get(TOKEN), person)
    if found is None:
        return None
    if request.endpoint not in UNATTENDED:
        sessions.note_seen(db().get_bind().engine, found)
    return person


def _lead_to_second_factor() -> Response | None:
    if not current_user.is_authenticated or request.endpoint in BEFORE_SECOND_FACTOR:
        return None
    if not second_factor_missing(cast(User, current_user._get_current_object())):
        return None
    return redirect(url_for("account.second_factor"))


def _begins(_app: Flask, user: User, authn_via: list[str] | None = None, **_rest: Any) -> None:
    """Somebody is let in: a new session, whatever the browser held before."""
    rehashed = user.password if inspect(user).attrs.password.history.has_changes() else None
    with writing() as database:
        if rehashed:
            user.password = rehashed
        if authn_via == ["change"]:
            sessions.end_all(database, user, by=user.id)
        else:
            factor = SECOND_FACTORS.get(request.endpoint or "")
            audit.record(
                database,
                "sign-in",
                actor_id=user.id,
                factors=["password", factor] if factor else ["password"],
            )
            if factor == "recovery-code":
                account_events.note(database, user, "recovery-code.used")
        session[TOKEN] = sessions.begin(
            database, user, kind_of_device(request.headers.get("User-Agent", ""))
        )
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _fails(_app: Flask, user: User | None, auth_type: str, **_rest: Any) -> None:
    g.failed_attempt = True
    person = user.id if user else None
    with writing() as database:
        audit.record(database, "sign-in.failed", actor_id=None, person=person, factor=auth_type)


def _leaves(_app: Flask, user: User, **_rest: Any) -> None:
    token = session.pop(TOKEN, "")
    if getattr(user, "id", None) is None:
        return
    with writing() as database:
        sessions.end(database, token, user)
        audit.record(database, "sign-out", actor_id=user.id)


def _changes_password(_app: Flask, user: User, **_rest: Any) -> None:
    with writing() as database:
        audit.record(database, "password.changed", actor_id=user.id)
        account_events.note(database, user, "password.changed")


def _resets_password(_app: Flask, user: User, **_rest: Any) -> None:
    with writing() as database:
        audit.record(database, "password.reset", actor_id=user.id)
        account_events.note(database, user, "password.reset")
        sessions.end_all(database, user, by=user.id)


def _adds_factor(_app: Flask, user: User, **rest: Any) -> None:
    """Whoever got in with the password alone is out: only this browser has shown the second factor."""
    kind = _kind(rest)
    with writing() as database:
        audit.record(database, "second-factor.added", actor_id=user.id, factor=kind)
        account_events.note(
            database, user, "passkey.added" if kind == "passkey" else "authenticator.added"
        )
        sessions.end_all(database, user, but=this_session(), by=user.id)


def _removes_factor(_app: Flask, user: User, **rest: Any) -> None:
    kind = _kind(rest)
    with writing() as database:
        audit.record(database, "second-factor.removed", actor_id=user.id, factor=kind)
        account_events.note(
            database, user, "passkey.removed" if kind == "passkey" else "authenticator.removed"
        )


def _kind(told: dict[str, Any]) -> str:
    """Which second factor a signal of Flask-Security is about: only passkeys have names."""
    return "passkey" if "name" in told else "authenticator"


def _asks_for_link(_app: Flask, user: User, token: str, **_rest: Any) -> None:
    with writing() as database:
        audit.record(database, "password.link-asked", actor_id=None, person=user.id)
    # for an address that nobody has, Flask-Security spends the time of a password's hash
    hash_password("not-a-password")
    send_link(user, token, later=True)


RECEIVERS = {
    user_authenticated: _begins,
    user_failed_authn: _fails,
    user_logged_out: _leaves,
    password_changed: _changes_password,
    password_reset: _resets_password,
    tf_profile_changed: _adds_factor,
    wan_registered: _adds_factor,
    tf_disabled: _removes_factor,
    wan_deleted: _removes_factor,
    reset_password_instructions_sent: _asks_for_link,
}
