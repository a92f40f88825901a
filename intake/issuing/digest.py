"""The mail with what is due, in words."""

from __future__ import annotations

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from intake.mail import Post
from intake.services.desk import Desk
from intake.services.digests import Counts, due_digests


def send_digests(desk: Desk, post: Post, site: str) -> int:
    """Sends each person their mail of the day where it is due; says how many were taken by the mail server.

    A mail that the server does not take is not sent again: the next day tells what waits then.
    """
    sent = 0
    for person, counts in due_digests(desk):
        with force_locale(person.language):
            sent += post.send(person.email, _("Intake: what is due"), digest_text(counts, site))
    return sent


def digest_text(counts: Counts, site: str) -> str:
    """What waits, by number alone: mail is read by others."""
    lines = [
        ngettext("%(num)d deadline has passed", "%(num)d deadlines have passed", counts.overdue)
        if counts.overdue
        else "",
        ngettext("%(num)d deadline ends today", "%(num)d deadlines end today", counts.today)
        if counts.today
        else "",
        ngettext(
            "%(num)d deadline ends in the next seven days",
            "%(num)d deadlines end in the next seven days",
            counts.week,
        )
        if counts.week
        else "",
        ngettext("%(num)d case has an alert", "%(num)d cases have an alert", counts.alerts)
        if counts.alerts
        else "",
        ngettext("%(num)d case waits for review", "%(num)d cases wait for review", counts.submitted)
        if counts.submitted
        else "",
    ]
    told = "\n".join(f"- {line}" for line in lines if line)
    # each word apart: those inside an f-string are not found by what collects words
    head, where = _("Waiting for you:"), _("See them here:")
    stop = _("You can change or end this mail in your account.")
    return f"{head}\n\n{told}\n\n{where} {site}/today\n\n{stop}\n"
