"""Setting up an authenticator app: a mistyped code costs nothing, the square that was scanned stays good."""

from __future__ import annotations

from functools import wraps
from typing import Any

from flask import Flask, current_app, render_template, session
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import (
    TwoFactorVerifyCodeForm,
    check_and_get_token_status,
    url_for_security,
)
from werkzeug.wrappers import Response

ENDPOINT = "security.two_factor_setup_validate"


def bind(app: Flask) -> None:
    """Puts this house's answer to a wrong code in the place of Flask-Security's, which asks to begin anew."""
    checks = app.view_functions[ENDPOINT]

    @wraps(checks)
    def again(token: str) -> Any:
        answer = checks(token)
        if not _sent_back(answer):
            return answer
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        if expired or invalid:
            return answer
        # what is wrong is said beside the field, and not once more above the page
        session.pop("_flashes", None)
        return _page(token, state["totp_secret"]), 422

    app.view_functions[ENDPOINT] = again


def _sent_back(answer: Any) -> bool:
    return isinstance(answer, Response) and answer.location == url_for_security("two_factor_setup")


def _page(token: str, secret: str) -> str:
    form = TwoFactorVerifyCodeForm()
    form.code.errors = [
        _("The code is not right or was used before. Wait for the next one and enter it.")
    ]
    shown = current_app.extensions["security"].totp_factory.fetch_setup_values(secret, current_user)
    return render_template(
        "security/two_factor_setup.html",
        two_factor_verify_code_form=form,
        chosen_method="authenticator",
        changing=True,
        state_token=token,
        authr_qrcode=shown["image"],
        authr_key=shown["key"],
        authr_username=shown["username"],
        authr_issuer=shown["issuer"],
    )
