"""How Flask-Security is set: what is offered, where its pages are, how long things hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask_babel import lazy_gettext as _

from intake.config import Settings
from intake.services.passwords import SHORTEST
from intake.web.counting import PATIENCE

FRESH = dt.timedelta(minutes=15)
LINK_HOURS = 24
HASHING = {"argon2__memory_cost": 65536, "argon2__time_cost": 3, "argon2__parallelism": 4}
"""What a password's hash costs: kibibytes, passes, lanes; the second choice of RFC 9106, section 4."""


def sign_in_settings(settings: Settings) -> dict[str, Any]:
    """The part of the app's configuration that is about signing in."""
    return {
        "DEMO_SECOND_FACTOR": settings.demo_second_factor,
        "MAIL": bool(settings.smtp_url),
        "LINK_HOURS": LINK_HOURS,
        "RATELIMIT_STORAGE_URI": settings.limiter_url,
        "RATELIMIT_STORAGE_OPTIONS": _store_options(settings.limiter_url),
        # under these keys accounts are kept, so they live as long as the salt that passwords are hashed with
        "RECOVERY_CODE_KEY": _key(settings, b"recovery codes"),
        "SECURITY_TOTP_SECRETS": {"1": _key(settings, b"authenticator apps").hex()},
        "SECURITY_TOTP_ISSUER": "Intake",
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        # Argon2id, by argon2-cffi
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": dict(HASHING),
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"email": {"mapper": _typed_email, "case_insensitive": True}}
        ],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        # names stay as people write them: é is one letter
        "SECURITY_INPUT_NORMALIZE_FORM": "NFC",
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_REGISTERABLE": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        # no time of grace: a change of an account asks for the password after a quarter of an hour
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": dt.timedelta(0),
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_VERIFY_URL": "/account/confirm",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_POST_CHANGE_VIEW": "account.home",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_URL": "/password",
        "SECURITY_RESET_PASSWORD_WITHIN": dt.timedelta(hours=LINK_HOURS),
        "SECURITY_SEND_PASSWORD_RESET_EMAIL": False,
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/authenticator",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/method",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.second_factor",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
        # a passkey is the second step; the first is always the password
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,
        "SECURITY_WAN_ALLOW_AS_VERIFY": None,
        "SECURITY_WAN_RP_NAME": "Intake",
        "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
        "SECURITY_WAN_DELETE_URL": "/account/passkey-removal",
        "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
        "SECURITY_WAN_SIGNIN_WITHIN": dt.timedelta(minutes=5),
        "SECURITY_WAN_SIGNIN_TIMEOUT": 120_000,
        "SECURITY_WAN_REGISTER_TIMEOUT": 120_000,
        "SECURITY_WAN_POST_REGISTER_VIEW": "account.second_factor",
        **_words(),
    }


def _words() -> dict[str, tuple[Any, str]]:
    """Sentences of ours where Flask-Security's are in another tone or say too little."""
    return {
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
            _("The address or the password is not right. Check both and try again."),
            "error",
        ),
        "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (_("Enter the password."), "error"),
        "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": (
            _("The two passwords are not the same. Enter both again."),
            "error",
        ),
        "SECURITY_MSG_UNAUTHENTICATED": (_("Sign in to see this page."), "info"),
        "SECURITY_MSG_REAUTHENTICATION_REQUIRED": (
            _("You signed in a while ago. Confirm that it is you before you change this."),
            "info",
        ),
        "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": (_("Thank you. You can go on."), "success"),
        "SECURITY_MSG_PASSWORD_CHANGE": (
            _("Your password is changed. You were signed out everywhere else."),
            "success",
        ),
        "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (
            _("Your password is saved. Sign in with it."),
            "success",
        ),
        "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
            _("If that address belongs to an account, a mail with a link is on its way."),
            "info",
        ),
        "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
            _("This link was used before or is not complete. Ask for a new one."),
            "error",
        ),
        "SECURITY_MSG_PASSWORD_RESET_EXPIRED": (
            _("This link has expired. Ask for a new one."),
            "error",
        ),
        "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (
            _("The code is not right or was used before. Wait for the next one and enter it."),
            "error",
        ),
        "SECURITY_MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": (_("You are signed in."), "success"),
        "SECURITY_MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
            _("Your authenticator app is set up. You were signed out everywhere else."),
            "success",
        ),
        "SECURITY_MSG_TWO_FACTOR_DISABLED": (
            _("Your authenticator app is no longer asked for."),
            "success",
        ),
        "SECURITY_MSG_TWO_FACTOR_PERMISSION_DENIED": (_("Sign in first."), "info"),
        "SECURITY_MSG_INVALID_RECOVERY_CODE": (
            _("This recovery code is not right or was used before."),
            "error",
        ),
        "SECURITY_MSG_WEBAUTHN_REGISTER_SUCCESSFUL": (
            _("The passkey %(name)s is set up. You were signed out everywhere else."),
            "success",
        ),
        "SECURITY_MSG_WEBAUTHN_CREDENTIAL_DELETED": (
            _("The passkey %(name)s is removed."),
            "success",
        ),
        "SECURITY_MSG_WEBAUTHN_NAME_REQUIRED": (_("Give the passkey a name."), "error"),
        "SECURITY_MSG_WEBAUTHN_NAME_INUSE": (
            _("You have a passkey called %(name)s. Choose another name."),
            "error",
        ),
        "SECURITY_MSG_WEBAUTHN_NO_VERIFY": (
            _("The passkey could not be checked. Try again."),
            "error",
        ),
        "SECURITY_MSG_WEBAUTHN_EXPIRED": (_("That took too long. Start again."), "error"),
    }


def _typed_email(identity: str) -> str | None:
    return identity.strip().lower() if "@" in identity and len(identity) < 255 else None


def _store_options(url: str) -> dict[str, Any]:
    """How long a store elsewhere has to answer, and that what goes wrong there comes as one kind of error."""
    if url.startswith("memory"):
        return {}
    return {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "wrap_exceptions": True,
    }


def _key(settings: Settings, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"intake " + purpose).derive(
        settings.password_salt.encode()
    )
