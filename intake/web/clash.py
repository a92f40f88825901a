"""Two people on one thing: the second is shown both versions and chooses; nothing of either is lost."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from intake.forms.fields import CaseForm
from intake.models import Case
from intake.services.save import Clashed
from intake.web.guard import person

CHOICE = "choose:"


def show_clash(case: Case | None, form: CaseForm, clash: Clashed) -> tuple[str, int]:
    """The page that sets both versions side by side; it carries everything that was typed."""
    typed = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in ("base", "csrf_token", "operation") and not name.startswith(CHOICE)
    ]
    form.start(clash.version)
    page = render_template(
        "cases/clash.html",
        case=case,
        form=form,
        clashes=clash.clashes,
        own=all(one.by == person().name for one in clash.clashes),
        typed=typed,
        choice=CHOICE,
    )
    return page, 409


def with_choices(values: dict[str, Any], form: CaseForm) -> tuple[dict[str, Any], int]:
    """What was typed without what the person gave up for the other's version, and the version it is based on."""
    kept = {
        key: value for key, value in values.items() if request.form.get(CHOICE + key) != "theirs"
    }
    return kept, form.base_version
