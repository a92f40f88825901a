"""The sign-in form: Flask-Security's, which never keeps anybody signed in and tells of every failure."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security import LoginForm, user_failed_authn

LONGEST = 1000


class SignInForm(LoginForm):
    """Who somebody says they are, and their password."""

    remember = None  # type: ignore[assignment]

    def validate(self, **values: Any) -> bool:
        """Whether these are the address and password of a person who may sign in."""
        if self.password.data:
            # no password is so long; a text of megabytes would keep the processor busy
            self.password.data = self.password.data[:LONGEST]
        if super().validate(**values):
            return True
        if self.user is None and self.email.data and self.password.data:
            user_failed_authn.send(
                current_app._get_current_object(),  # type: ignore[attr-defined]
                user=None,
                auth_type="password",
                tfa=False,
            )
        return False
