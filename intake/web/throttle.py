"""Attempts to get in that failed are counted by account and by address; too many, and everybody has to wait.

The count does not care whether the account exists, so the answer does not tell.
"""

from __future__ import annotations

import hashlib
import ipaddress

from flask import Flask, Response, abort, current_app, g, request, session
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import RateLimitItem, parse

from intake.extensions import limiter
from intake.services import audit
from intake.web.writing import writing

ADDRESS = (parse("30 per 15 minutes"),)
"""Many: the people of a shelter share one address."""
ACCOUNT = (parse("10 per 15 minutes"),)
CODES = (parse("5 per 15 minutes"), parse("20 per day"))
"""Few: a code has six figures, and whoever enters it knows the password."""
TOLD = parse("1 per 15 minutes")
BY_TYPED = frozenset({"security.login", "security.forgot_password"})
BY_CODE = frozenset(
    {
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "security.wan_signin_response",
    }
)
BY_PERSON = frozenset({"security.verify", "security.change_password"})
BY_ADDRESS = frozenset({"security.reset_password"})
Counted = tuple[RateLimitItem, str, str]


def bind(app: Flask) -> None:
    """Watches the pages where somebody can try to get in."""
    app.before_request(_refuse)
    app.after_request(_count)


def _counted() -> list[Counted]:
    """What this attempt counts against: limit, what is counted, and whose."""
    endpoint = request.endpoint or ""
    if request.method != "POST" or endpoint not in BY_TYPED | BY_CODE | BY_PERSON | BY_ADDRESS:
        return []
    found: list[Counted] = [(limit, "address", address()) for limit in ADDRESS]
    limits: tuple[RateLimitItem, ...] = ACCOUNT
    kind, whose = "account", ""
    if endpoint in BY_TYPED:
        whose = _account(request.form.get("email", ""))
        kind = endpoint
    elif endpoint in BY_CODE:
        limits, kind, whose = CODES, "code", str(session.get("tf_user_id", ""))
    elif endpoint in BY_PERSON and current_user.is_authenticated:
        whose = str(current_user.id)
    if whose:
        # the store may be another machine: it learns no address of any person
        digest = hashlib.sha256(whose.encode()).hexdigest()
        found += [(limit, kind, digest) for limit in limits]
    return found


def _account(typed: str) -> str:
    """The address as accounts are looked up by it, so that no other spelling of it is another account."""
    try:
        return str(current_app.extensions["security"].mail_util.normalize(typed)).lower()
    except ValueError:
        return typed.strip().lower()


def address() -> str:
    """Where the request comes from: of the newer, longer addresses the half that names a household, not a device."""
    found = get_remote_address()
    try:
        known = ipaddress.ip_address(found)
    except ValueError:
        return found
    return found if known.version == 4 else str(ipaddress.ip_network(f"{known}/64", strict=False))


def _refuse() -> None:
    if request.blueprint == "security" and request.is_json:
        # Flask-Security would read the form from it, where nothing here looks
        abort(415)
    g.attempt = _counted()
    for limit, kind, whose in g.attempt:
        if not limiter.limiter.test(limit, kind, whose):
            g.attempt = []
            if limiter.limiter.hit(TOLD, "told", kind, whose):
                with writing() as database:
                    by = "address" if kind == "address" else "account"
                    audit.record(database, "sign-in.throttled", actor_id=None, by=by)
            abort(429)


def _count(response: Response) -> Response:
    """Counts what did not succeed: the form came back, or Flask-Security told of a failure."""
    if g.get("failed_attempt") or response.status_code == 200:
        for limit, kind, whose in g.get("attempt", ()):
            limiter.limiter.hit(limit, kind, whose)
    return response
