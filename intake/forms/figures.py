"""The form that publishes the figures of a quarter."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, ValidationError

from intake.forms.fields import PageForm


class PublishForm(PageForm):
    """Which quarter, and that whoever publishes it knows that it cannot be taken back."""

    quarter = SelectField(_("Quarter"), choices=[])
    sure = BooleanField(_("I know that published figures can neither be changed nor taken back"))

    def validate_quarter(self, field: Any) -> None:
        """A quarter has to be chosen."""
        if not field.data:
            raise ValidationError(_("Choose a quarter."))

    def validate_sure(self, field: Any) -> None:
        """Nothing is published by a slip."""
        if not field.data:
            raise ValidationError(_("Tick that you know it, or leave the page."))
