"""create_app(): settings, extensions, blueprints and error pages. Wiring, nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_security import SQLAlchemySessionUserDatastore
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.wrappers import Response

from intake.config import LONGEST_REQUEST, Settings, read_settings
from intake.extensions import babel, csrf, db, limiter, security
from intake.models import Role, User, WebAuthn, open_engine
from intake.resources import resource_dir
from intake.services.files import FileStore
from intake.services.registers import RegisterShelf
from intake.vault import Vault
from intake.web import (
    access,
    attachments,
    cases,
    checklist,
    context,
    endings,
    errors,
    guard,
    language,
    privacy,
    profile,
    register,
    retention,
    review,
    sharing,
    uploads,
    versions,
)

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(settings: Settings | None = None) -> Flask:
    """The app over these settings, or those of the environment.

    Raises ConfigError or RulesError before serving.
    """
    settings = settings or read_settings()
    app = Flask(
        "intake",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
        instance_path=str(settings.instance),
    )
    app.request_class = uploads.MemoryRequest
    app.config.update(_flask_config(settings))
    app.extensions["intake.registers"] = RegisterShelf(resource_dir("rules"))
    app.extensions["intake.vault"] = Vault(settings.master_key)
    app.extensions["intake.files"] = FileStore(settings.instance / "attachments")
    app.extensions["intake.engine"] = engine = open_engine(settings.database_url)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.undefined = ChainableUndefined
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(str(resource_dir("templates"))),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    db.configure(bind=engine)
    babel.init_app(
        app, locale_selector=language.select_locale, default_translation_directories="translations"
    )
    csrf.init_app(app)
    limiter.init_app(app)
    security.init_app(app, SQLAlchemySessionUserDatastore(db, User, Role, WebAuthn))
    for part in (profile, cases, checklist, review, versions, register, language):
        app.register_blueprint(part.blueprint)
    for part in (access, attachments, sharing, privacy, retention, endings):
        app.register_blueprint(part.blueprint)
    context.bind(app)
    guard.protect(app)
    errors.register(app)
    app.after_request(_headers)

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        db.remove()

    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "DEMO": settings.demo,
        "MAX_CONTENT_LENGTH": LONGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LONGEST_REQUEST,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "intake",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=12),
        "BABEL_DEFAULT_LOCALE": "es",
        "WTF_CSRF_TIME_LIMIT": None,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_POST_CHANGE_VIEW": "/",
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RECOVERABLE": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FRESHNESS": dt.timedelta(minutes=15),
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"email": {"mapper": _typed_email, "case_insensitive": True}}
        ],
    }


def _typed_email(identity: str) -> str | None:
    return identity.strip().lower() if "@" in identity and len(identity) < 255 else None


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=63072000"
    if "Cache-Control" not in headers or response.mimetype == "text/html":
        headers["Cache-Control"] = "no-store"
    return response
