"""The one mail Intake sends: a link to choose a password, in the language of whoever gets it."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import current_app, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from intake.mail import Post
from intake.models import User


def link(token: str) -> str:
    """The address at which the bearer of that token chooses a password."""
    base = current_app.config["PUBLIC_URL"] or request.url_root
    return urljoin(base, url_for("security.reset_password", token=token))


def send_link(person: User, token: str, *, later: bool = False) -> bool:
    """Sends the person the link; says whether the mail server took it (or will be asked beside the request)."""
    post: Post | None = current_app.extensions["intake.post"]
    if post is None:
        return False
    with force_locale(person.language):
        text = render_template(
            "mail/link.txt", name=person.name, invited=person.password is None, link=link(token)
        )
        subject = _("Intake: choose your password")
    if later:
        post.send_later(person.email, subject, text)
        return True
    return post.send(person.email, subject, text)
