"""What is asked before a sheet is printed that is about no case."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField

from intake.checklist.leaflet import AGES
from intake.checklist.register import Register
from intake.forms.fields import LineField, SelectChoice

PAPERS = {"Letter": _("Letter"), "A4": "A4"}


class LeafletForm(FlaskForm):
    """The rights leaflet: for whom, in which language, on which paper, and who can be asked."""

    lang = SelectField(_("Language"))
    ages = SelectField(
        _("Age"),
        choices=[
            SelectChoice(ages, _("%(ages)s years", ages=ages.replace("-", "–"))) for ages in AGES
        ],
    )
    paper = SelectField(_("Paper"), choices=[SelectChoice(*one) for one in PAPERS.items()])
    caseworker = LineField(
        _("Who the child can ask"), description=_("Left empty, there is a line to write on.")
    )
    phone = LineField(_("Phone"))

    def __init__(self, languages: dict[str, str], *args: Any, **options: Any) -> None:
        super().__init__(*args, meta={"csrf": False}, **options)
        self.lang.choices = [SelectChoice(*one) for one in languages.items()]


class BlankChecklistForm(FlaskForm):
    """The checklist to fill in by hand: in which language, on which paper, and what of it."""

    # both forms stand on one page: ids of their own
    lang = SelectField(
        _("Language"),
        choices=[SelectChoice("es", "Español"), SelectChoice("en", "English")],
        id="sheet-lang",
    )
    paper = SelectField(
        _("Paper"),
        id="sheet-paper",
        choices=[SelectChoice(*one) for one in PAPERS.items()],
    )
    country = SelectField(_("Country where the child is"), default="")
    stage = SelectField(_("Stage of the case"), default="")
    sections = SelectMultipleField(
        _("Sections"), description=_("With none ticked, all of them and the facts of the case.")
    )

    def __init__(self, register: Register, code: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, meta={"csrf": False}, **options)
        for field, name in ((self.country, "country"), (self.stage, "stage")):
            values = [
                SelectChoice(one.value, one.label[code]) for one in register.facts[name].choices
            ]
            field.choices = [SelectChoice("", _("Any")), *values]
        self.sections.choices = [SelectChoice(one.id, one.title[code]) for one in register.sections]
