"""The forms of a case over time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from intake.forms.fields import CaseForm, PageForm, PartsField


class AsOfForm(PageForm):
    """The day on which to see a case."""

    day = PartsField(_("Day"), future=False)


class MoveForm(CaseForm):
    """Moves a case to the register in force."""
