"""What an auditor asks of the trail."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField

from intake.forms.fields import LineField, PageForm, PartsField


class TrailForm(PageForm):
    """The filters of the audit trail."""

    person = SelectField(_("Person"), default="")
    action = SelectField(_("What was done"), default="")
    number = LineField(_("Case number"))
    first = PartsField(_("From day"))
    last = PartsField(_("To day"))
    refusals = BooleanField(_("Only refusals and failed sign-ins"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, meta={"csrf": False}, **options)
