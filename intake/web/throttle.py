"""Attempts to get in that failed are counted, and after too many somebody has to wait.

First it is who fails at one account from one address, so that nobody locks a colleague out by failing in their name;
then an address, whatever the account; and far later an account, wherever it is tried. The count does not care whether
the account exists, so the answer does not tell.
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
from intake.web.counting import Failures
from intake.web.writing import writing

ADDRESS = (parse("30 per 15 minutes"),)
"""Many: the people of a shelter share one address."""
HERE = (parse("10 per 15 minutes"),)
"""One account from one address."""
ACCOUNT = (parse("50 per 15 minutes"), parse("200 per day"))
"""From anywhere: more than one address can use up, and no number that guesses a password of twelve characters."""
LINKS = (parse("10 per 15 minutes"),)
"""Each is a mail to whoever has the account."""
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
    shared = not app.config["RATELIMIT_STORAGE_URI"].startswith("memory")
    app.extensions["intake.failures"] = Failures(limiter, shared=shared)
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
        limits = LINKS if endpoint == "security.forgot_password" else ACCOUNT
    elif endpoint in BY_CODE:
        limits, kind, whose = CODES, "code", str(session.get("tf_user_id", ""))
    elif endpoint in BY_PERSON and current_user.is_authenticated:
        whose = str(current_user.id)
    if whose:
        # the store may be another machine: it learns no address of any person
        digest = hashlib.sha256(whose.encode()).hexdigest()
        found += [(limit, kind, digest) for limit in limits]
        if limits is ACCOUNT:
            found += [(limit, f"{kind} from", f"{digest} {address()}") for limit in HERE]
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
    if request.blueprint == "security" and (request.is_json or request.files):
        # Flask-Security would read the form from it, where nothing here looks, or take a file for a text
        abort(415)
    g.attempt = _counted()
    for limit, kind, whose in g.attempt:
        if not _failures().within(limit, kind, whose):
            g.attempt = []
            if _failures().count(TOLD, "told", kind, whose):
                with writing() as database:
                    by = "address" if kind == "address" else "account"
                    audit.record(database, "sign-in.throttled", actor_id=None, by=by)
            abort(429)


def _count(response: Response) -> Response:
    """Counts what did not succeed: the form came back, or Flask-Security told of a failure."""
    if g.get("failed_attempt") or response.status_code == 200:
        for limit, kind, whose in g.get("attempt", ()):
            _failures().count(limit, kind, whose)
    return response


def _failures() -> Failures:
    failures: Failures = current_app.extensions["intake.failures"]
    return failures
