"""What every answer tells the browser: run nothing inline, load nothing from elsewhere, keep nothing, be in no frame."""

from __future__ import annotations

from flask import Flask
from werkzeug.wrappers import Response

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
NO_POWERS = ", ".join(
    f"{power}=()"
    for power in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
        *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    )
)
"""A page that somebody managed to change still can ask for no place, picture or sound."""


def bind(app: Flask, *, secure: bool) -> None:
    """Puts the headers on every answer; ``secure`` where people come over an encrypted line only."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = NO_POWERS
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=63072000"
        if "Cache-Control" not in headers or response.mimetype == "text/html":
            headers["Cache-Control"] = "no-store"
        return response
