"""What every answer says to the browser, whatever was asked, by whom, and however it ended."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from sqlalchemy.exc import TimeoutError as NoConnection

from intake.app import create_app
from intake.config import LONGEST_REQUEST
from intake.extensions import limiter
from intake.web.guard import PUBLIC
from tests.conftest import settings_for
from tests.security.world import ROLES, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHOWN_TO_ALL = ("static",)


def right_headers(answer: Any, where: str, *, secure: bool) -> None:
    """Raises AssertionError where a header is missing or says too little."""
    headers = answer.headers
    policies = headers.getlist("Content-Security-Policy")
    assert len(policies) == 1, where
    policy = dict(
        part.strip().partition(" ")[::2] for part in policies[0].split(";") if part.strip()
    )
    assert "unsafe" not in policies[0], where
    assert "*" not in policies[0] and "http" not in policies[0], where
    assert policy["default-src"] in ("'self'", "'none'"), where
    assert policy["frame-ancestors"] == "'none'", where
    assert policy["base-uri"] == "'none'", where
    assert policy["form-action"] in ("'self'", "'none'"), where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["Referrer-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert headers["X-Frame-Options"] == "DENY", where
    for power in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics"):
        assert f"{power}=()" in headers["Permissions-Policy"], where
    assert ("Strict-Transport-Security" in headers) == secure, where
    assert not set(headers.keys()) & {"Access-Control-Allow-Origin", "X-Powered-By"}, where
    for cookie in headers.getlist("Set-Cookie"):
        flags = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "samesite=lax", "path=/"} <= flags, where
        assert ("secure" in flags) == secure, where
        assert cookie.startswith("__Host-") == secure, where
        assert not any(flag.startswith("domain") for flag in flags), where


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_every_answer_carries_them(world: World, tried: Counter[str]) -> None:
    world.renew()
    kinds: Counter[int] = Counter()
    routes = {(endpoint, path) for endpoint, _method, path in world.routes()}
    for role in ROLES:
        for endpoint, path in sorted(routes):
            for method in METHODS:
                answer = world.client(role).open(path, method=method)
                where = f"{method} {path} as {role}: {answer.status_code}"
                right_headers(answer, where, secure=False)
                if endpoint not in SHOWN_TO_ALL or answer.status_code >= 400:
                    assert answer.headers["Cache-Control"] == "no-store", where
                kinds[answer.status_code] += 1
                world.changed |= method == "POST"
                if endpoint == "security.logout":
                    world.renew()
    world.renew()
    tried["headers"] += sum(kinds.values())
    assert {200, 302, 400, 403, 404, 405, 422} <= set(kinds), kinds
    assert sum(kinds.values()) > 2000, kinds


def _secure(folder: Path, url: str) -> Flask:
    """The app as in production, with pages that go wrong on purpose."""
    app = create_app(replace(settings_for(folder, url), secure_cookies=True, demo=False))

    def fails(code: int) -> None:
        if code == 500:
            raise ValueError("on purpose")
        abort(code)

    app.add_url_rule("/fails/<int:code>", "language.fails", fails)
    return app


def test_so_do_errors_redirects_and_cookies_over_an_encrypted_line(
    tmp_path: Path, database_url: str, tried: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.web.guard.PUBLIC", PUBLIC | {"language.fails"})
    app = _secure(tmp_path, database_url)
    limiter.limiter.storage.reset()
    client = app.test_client()
    base = "https://localhost"
    seen: Counter[int] = Counter()

    def ask(path: str, method: str = "GET", **sent: Any) -> Any:
        answer = client.open(path, method=method, base_url=base, **sent)
        right_headers(answer, f"{method} {path}: {answer.status_code}", secure=True)
        seen[answer.status_code] += 1
        return answer

    page = ask("/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', page.text)
    assert token and page.headers.getlist("Set-Cookie")
    for code in (400, 403, 404, 405, 410, 413, 429, 500):
        assert ask(f"/fails/{code}").status_code == code
    assert ask("/").status_code == 302
    assert ask("/health").status_code == 200
    assert ask("/sign-in", "POST", data={"x": "a" * LONGEST_REQUEST}).status_code == 413
    assert ask("/static/app.css").status_code == 200
    app.extensions["intake.engine"].dispose()
    monkeypatch.setattr("intake.web.health.desk", away)
    assert ask("/health").status_code == 503
    tried["headers"] += sum(seen.values())
    app.extensions["intake.engine"].dispose()


def away() -> None:
    """A database that does not answer."""
    raise NoConnection("away")
