"""Telling a person by mail what happened to their account, once it is kept; without mail, their account page tells."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_datetime
from flask import Flask, Response, current_app, render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from intake.extensions import db
from intake.mail import Post
from intake.models import User
from intake.services import account_events
from intake.services.account_events import Kind
from intake.web.context import zone_of


def bind(app: Flask) -> None:
    """Sends at the end of a request, when what happened is kept. To be bound before whatever commits there."""
    app.after_request(_after)


def _after(response: Response) -> Response:
    tell_owners(failed=response.status_code >= 400)
    return response


def tell_owners(*, failed: bool = False) -> None:
    """Sends a mail for each event that was kept, and none where nothing was."""
    events = account_events.untold(db())
    post: Post | None = current_app.extensions["intake.post"]
    if failed or post is None:
        return
    for person_id, kind, moment in events:
        person = db().get(User, person_id)
        if person is not None:
            with force_locale(person.language):
                post.send_later(
                    person.email, _("Intake: your account"), _text(person, kind, moment)
                )


def _text(person: User, kind: Kind, moment: dt.datetime) -> str:
    when = format_datetime(moment.astimezone(zone_of(person)), "long", locale=get_locale())
    return render_template("mail/notice.txt", what=event_words()[kind], when=when)


def event_words() -> dict[Kind, str]:
    """What each kind of event is, in the reader's language."""
    return {
        "password.changed": _("The password was changed."),
        "password.reset": _("A new password was chosen through a link."),
        "authenticator.added": _("An authenticator app was set up."),
        "authenticator.removed": _("The authenticator app was removed."),
        "passkey.added": _("A passkey was added."),
        "passkey.removed": _("A passkey was removed."),
        "recovery-codes.created": _(
            "New recovery codes were made; the older ones do not work any more."
        ),
        "recovery-code.used": _("Somebody signed in with a recovery code."),
        "second-factor.reset": _("An administrator removed the second factor."),
    }
