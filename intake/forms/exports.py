"""The form that asks for the documents of many cases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField

from intake.forms.fields import CaseForm, SelectChoice


class ExportForm(CaseForm):
    """Which document of which cases, in which language, on which paper."""

    case = SelectMultipleField(_("Cases"), choices=[])
    document = RadioField(_("Document"), choices=[], default="summary")
    language = RadioField(
        _("Language of the documents"),
        choices=[SelectChoice("es", _("Spanish")), SelectChoice("en", _("English"))],
        default="es",
    )
    page_size = RadioField(
        _("Paper"),
        choices=[SelectChoice("Letter", _("Letter")), SelectChoice("A4", _("A4"))],
        default="Letter",
    )


__all__ = ["ExportForm"]
