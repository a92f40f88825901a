"""What Flask-Security leaves to the app: passwords easy to guess, codes that work once, second factors by role."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import MfRecoveryCodesUtil, PasswordUtil, Totp, WebauthnUtil
from webauthn.helpers.structs import AuthenticatorSelectionCriteria

from intake.models import User
from intake.services import account_events, audit
from intake.services.passwords import LONGEST, SHORTEST, weakness

DEMO_DOMAIN = "@intake.example"


def second_factor_missing(person: User) -> bool:
    """Whether the person has yet to set up the second factor that their role asks for."""
    return person.check_tf_required_setup() and not exempt(person) and not person.has_second_factor


def exempt(person: User) -> bool:
    """Whether this is one of the demo's people while the demo is served, of whom no second factor is asked."""
    config = current_app.config
    return bool(
        config["DEMO"] and not config["DEMO_SECOND_FACTOR"] and person.email.endswith(DEMO_DOMAIN)
    )


class Passwords(PasswordUtil):
    """Refuses what an attacker would try first, without asking anybody on the network."""

    def validate(
        self, password: str, is_register: bool, **values: Any
    ) -> tuple[list[str] | None, str]:
        """What is wrong with the password, in words, and its normalised form."""
        normal = str(self.normalize(password))
        person = values.get("user")
        about = (person.email, person.name) if person else ()
        words = {
            "short": _("The password needs at least %(count)s characters.", count=SHORTEST),
            "long": _("The password can have at most %(count)s characters.", count=LONGEST),
            "common": _(
                "This password is easy to guess. Choose several words that do not belong together."
            ),
        }
        found = weakness(normal, about)
        return ([words[found]] if found else None), normal


class OneTimeCodes(Totp):
    """An authenticator app's code is taken once: the time step of the last one is kept with the person."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code taken."""
        last: int | None = user.totp_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Keeps the time step, in the transaction that lets the person in."""
        user.totp_counter = tmatch.counter


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes are shown when they are made and never again: only their digests are kept."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Makes new codes, which replace the old ones, and gives them to be shown."""
        security = current_app.extensions["security"]
        codes = security.totp_factory.generate_recovery_codes(
            current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"]
        )
        security.datastore.mf_set_recovery_codes(user, [_digest(code) for code in codes])
        session = security.datastore.db.session()
        audit.record(session, "recovery-codes.created", actor_id=user.id)
        account_events.note(session, user, "recovery-codes.created")
        return list(codes)

    def get_recovery_codes(self, user: Any) -> list[str]:
        """None: they cannot be shown again."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether the code is one of the person's that was not used."""
        if _digest(code) in (user.mf_recovery_codes or []):
            return True
        user.track_failed_authn("recovery-code", True)
        return False

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Uses the code up."""
        left = [kept for kept in user.mf_recovery_codes or [] if kept != _digest(code)]
        current_app.extensions["security"].datastore.mf_set_recovery_codes(user, left)
        return True


class Passkeys(WebauthnUtil):
    """Any device may hold a passkey: the phone itself, or a key that is plugged in."""

    def origin(self) -> str:
        """Where the browser is, which behind a proxy only the setting knows for sure."""
        return str(current_app.config["PUBLIC_URL"] or super().origin())

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """What the browser offers: no kind of device is forced."""
        asked = super().authenticator_selection(user, usage)
        asked.authenticator_attachment = None
        return asked


def _digest(code: str) -> str:
    key = current_app.config["RECOVERY_CODE_KEY"]
    typed = "".join(code.lower().split())
    return hmac.new(key, typed.encode(), hashlib.sha256).hexdigest()
