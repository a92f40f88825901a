"""create_app(): settings, extensions, blueprints and error pages. Wiring, nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from flask_babel import get_locale
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.config import LONGEST_REQUEST, Settings, read_settings
from intake.extensions import babel, csrf, end_session, limiter
from intake.jobs.kinds import WORKERS, Bench
from intake.jobs.queue import Bell
from intake.mail import Post
from intake.models import open_engine
from intake.resources import resource_dir
from intake.services.files import FileStore
from intake.services.registers import RegisterShelf
from intake.vault import Vault
from intake.web import (
    access,
    account,
    attachments,
    audit,
    board,
    cases,
    checklist,
    compression,
    context,
    documents,
    emergency,
    endings,
    errors,
    exports,
    figures,
    gaps,
    guard,
    headers,
    health,
    language,
    materials,
    measuring,
    notices,
    panel,
    pauses,
    people,
    privacy,
    profile,
    register,
    reminders,
    retention,
    review,
    sign_in,
    team,
    today,
    trail,
    uploads,
    verify,
    versions,
    violations,
    workers,
)
from intake.web.sign_in_settings import sign_in_settings


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
    app.url_map.strict_slashes = False
    app.extensions["intake.settings"] = settings
    app.extensions["intake.registers"] = RegisterShelf(resource_dir("rules"))
    app.extensions["intake.vault"] = Vault(*settings.master_keys(), reread=settings.master_keys)
    post = Post(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
    app.extensions["intake.post"] = post
    app.extensions["intake.files"] = FileStore(settings.instance / "attachments")
    app.extensions["intake.bench"] = Bench(
        app,
        Bell(settings),
        settings.instance / WORKERS,
    )
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
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    measuring.bind(app, engine)
    babel.init_app(
        app, locale_selector=language.select_locale, default_translation_directories="translations"
    )
    # bound before all others, so that it comes last to an answer
    compression.bind(app)
    csrf.init_app(app)
    limiter.init_app(app)
    notices.bind(app)
    sign_in.bind(app)
    for part in (
        profile,
        cases,
        checklist,
        review,
        versions,
        register,
        materials,
        language,
        team,
        emergency,
        gaps,
        today,
        violations,
        panel,
        pauses,
        reminders,
        audit,
        account,
        people,
    ):
        app.register_blueprint(part.blueprint)
    for part in (board, figures, access, attachments, privacy, retention, endings):
        app.register_blueprint(part.blueprint)
    for part in (documents, verify, exports, workers, health):
        app.register_blueprint(part.blueprint)
    context.bind(app)
    guard.protect(app)
    errors.register(app)
    headers.bind(app, secure=settings.secure_cookies)
    trail.bind(app)

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        end_session()

    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "DEMO": settings.demo,
        "MAX_CONTENT_LENGTH": LONGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LONGEST_REQUEST,
        "MAX_FORM_PARTS": 2000,
        "PUBLIC_URL": settings.public_url,
        # the prefix binds the cookie to this very host, over an encrypted line
        "SESSION_COOKIE_NAME": "__Host-intake" if settings.secure_cookies else "intake",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=12),
        "BABEL_DEFAULT_LOCALE": "es",
        "WTF_CSRF_TIME_LIMIT": None,
        **sign_in_settings(settings),
    }
