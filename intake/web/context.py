"""What every page knows: the menu of the reader's role and the register in force."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from intake.checklist.explanations import answer_label, blocker_label
from intake.checklist.register import Register
from intake.models import User
from intake.services.credentials import second_factor_missing
from intake.services.rights import may
from intake.web.figure_words import narrowed_by
from intake.web.guard import desk
from intake.web.kept_fields import KeptFields
from intake.web.language import code

IN_LINE = 7
"""So many words of the menu stand beside each other on a laptop's screen."""
SELDOM = frozenset(
    {
        "team.cover",
        "retention.due",
        "retention.rules",
        "endings.waiting",
        "register.recommendations",
        "workers.page",
        "materials.every",
    }
)
"""The pages that nobody opens every day."""


def register_of_page() -> Register:
    """The register the page is about: that of the case shown, else the one in force.

    Before anybody signs in, the one at hand, so that the sign-in page asks nothing of the database.
    """
    if "register" not in g:
        known = getattr(current_user, "is_authenticated", False)
        g.register = desk().register if known else desk().shelf.folder
    return cast(Register, g.register)


def zone() -> ZoneInfo:
    """The zone in which the reader thinks: the team's."""
    return zone_of(current_user)


def zone_of(person: Any) -> ZoneInfo:
    """The zone in which that person thinks."""
    team = getattr(person, "team", None)
    return ZoneInfo(team.zone if team else "America/Mexico_City")


def bind(app: Flask) -> None:
    """Gives templates their words and filters."""
    app.context_processor(_context)
    app.jinja_env.globals["kept"] = KeptFields(app.jinja_env)
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(_day, "day")
    app.add_template_filter(filter_words, "filter_words")
    app.add_template_filter(lambda text: text[:1].upper() + text[1:], "first_upper")


def _context() -> dict[str, Any]:
    register = register_of_page()

    def say(word: str, **values: object) -> str:
        return register.say(word, code(), **values)

    often, seldom = _navigation()
    return {
        "navigation": often,
        "navigation_more": seldom,
        "register_version": register.version,
        "register": register,
        "lang": code(),
        "say": say,
        "new_operation": lambda: str(uuid.uuid4()),
        "answer_label": lambda check, value: answer_label(register, check, value, code()),
        "blocker_label": lambda blocker: blocker_label(register, blocker, code()),
    }


def _navigation() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The menu of the reader's role: what stands in the line, and what is folded away where the line would break."""
    if not getattr(current_user, "is_authenticated", False) or second_factor_missing(
        cast(User, current_user)
    ):
        return [], []
    pages = [
        ("today", "today.page", _("Today")),
        ("case.open", "cases.mine", _("My cases")),
        ("case.review", "review.queue_page", _("Cases of the team")),
        ("violations.read", "violations.across", _("Violations")),
        ("board.read", "board.team", _("Board")),
        ("figures.read", "figures.every", _("Figures")),
        ("cover.own", "team.cover", _("Absences")),
        ("audit.read", "audit.page", _("Audit trail")),
        ("people.manage", "people.everybody", _("People and teams")),
        ("case.retain", "retention.due", _("Retention")),
        ("retention.settings", "retention.rules", _("Retention")),
        ("erasure.confirm", "endings.waiting", _("Erasure")),
        ("register.read", "register.recommendations", _("Recommendations")),
        ("people.manage", "workers.page", _("Background work")),
        ("register.read", "materials.every", _("Materials")),
        ("account", "account.home", _("Account")),
    ]
    blueprint = (request.endpoint or "").split(".")[0]
    if blueprint == "security":
        blueprint = "account"
    allowed = [page for page in pages if may(current_user, page[0])]  # type: ignore[arg-type]
    folded = SELDOM if len(allowed) > IN_LINE else frozenset()
    lines: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for _action, endpoint, text in allowed:
        lines[endpoint in folded].append(
            {
                "text": text,
                "href": url_for(endpoint),
                "current": endpoint.split(".")[0] == blueprint,
            }
        )
    return lines


def filter_words(pair: tuple[str, str]) -> str:
    """A filter of the queue, by its name and value, in the reader's words."""
    return narrowed_by(register_of_page(), code(), *pair)


def _locale() -> str:
    return "es_MX" if code() == "es" else "en"


def _moment(value: dt.datetime | str | None) -> str:
    """A moment in the reader's zone and language."""
    if not value:
        return ""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_datetime(moment.astimezone(zone()), "d MMM y, HH:mm", locale=_locale())


def _day(value: dt.date | str | None) -> str:
    """A date in the reader's language."""
    if not value:
        return ""
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(day, "d MMM y", locale=_locale())
