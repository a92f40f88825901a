"""The form of a violation by officials: what was done by whom, the complaint, and the answer to it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError

from intake.checklist.register import Register
from intake.forms.fields import CaseForm, LineField, MomentField, NoteField, SelectChoice

OUTCOMES = {
    "recommendation": _("A recommendation was issued"),
    "settled": _("Settled by agreement"),
    "referred": _("Referred to another body"),
    "dismissed": _("Dismissed or filed away"),
    "other": _("Another answer"),
}


class ViolationForm(CaseForm):
    """One violation; what comes later, the complaint and its answer, is filled in when it comes."""

    kind = SelectField(_("What kind of violation was it?"), validate_choice=False)
    authority = SelectField(_("Whose officials did it?"), validate_choice=False)
    observed_at = MomentField(_("When was it observed?"), future=False)
    what = NoteField(
        _("What happened?"),
        description=_(
            "Place and facts. It stays sealed with the case; the register across cases shows nothing of it."
        ),
    )
    body = SelectField(_("To which body was the complaint made?"), validate_choice=False)
    filed_at = MomentField(_("When was it filed?"), future=False)
    reference = LineField(_("Number or reference of the complaint"))
    answered_at = MomentField(_("When was it answered?"), future=False)
    outcome = SelectField(_("What was the answer?"), validate_choice=False)
    answer = NoteField(_("The answer, in short"))
    struck = NoteField(
        _("Why is this record a mistake?"),
        description=_(
            "Only where it is one. The record stays readable in the history and counts no more."
        ),
    )

    def validate_kind(self, field: SelectField) -> None:
        """A kind is chosen."""
        if not field.data:
            raise ValidationError(_("Choose the kind of violation."))

    def validate_authority(self, field: SelectField) -> None:
        """An authority is chosen."""
        if not field.data:
            raise ValidationError(_("Choose the authority."))

    def validate_observed_at(self, field: MomentField) -> None:
        """There is a moment: the clock of the complaint runs from it."""
        if not isinstance(field.data, dt.datetime) and not field.problem:
            raise ValidationError(_("Write when the violation was observed."))

    def validate_filed_at(self, field: MomentField) -> None:
        """A complaint was made to somebody, and not before there was something to complain about."""
        if isinstance(field.data, dt.datetime):
            if not self.body.data:
                raise ValidationError(_("Choose the body to which the complaint was made."))
            observed = self.observed_at.data
            if isinstance(observed, dt.datetime) and field.data < observed:
                raise ValidationError(_("The complaint cannot come before the violation."))
        elif self.body.data and not field.problem:
            raise ValidationError(_("Write when the complaint was filed."))

    def validate_answered_at(self, field: MomentField) -> None:
        """An answer comes after its complaint."""
        if isinstance(field.data, dt.datetime):
            filed = self.filed_at.data
            if not isinstance(filed, dt.datetime):
                raise ValidationError(_("Write first when the complaint was filed."))
            if field.data < filed:
                raise ValidationError(_("The answer cannot come before the complaint."))


def violation_form(register: Register, language: str, zone: ZoneInfo) -> type[ViolationForm]:
    """The form with the register's kinds and authorities in that language, times in that zone."""
    bodies = [(one.id, one.name[language]) for one in register.authorities.values()]
    kinds = [(one.value, one.label[language]) for one in register.facts["violation_kinds"].choices]
    called: dict[str, Any] = {
        "kind": SelectField(
            _("What kind of violation was it?"), choices=_choices(kinds), validate_choice=True
        ),
        "authority": SelectField(_("Whose officials did it?"), choices=_choices(bodies)),
        "body": SelectField(_("To which body was the complaint made?"), choices=_choices(bodies)),
        "outcome": SelectField(_("What was the answer?"), choices=_choices(list(OUTCOMES.items()))),
    }
    for name, label in (
        ("observed_at", _("When was it observed?")),
        ("filed_at", _("When was it filed?")),
        ("answered_at", _("When was it answered?")),
    ):
        called[name] = MomentField(label, zone=zone, future=False)
    return type("CaseViolationForm", (ViolationForm,), called)


def _choices(pairs: list[tuple[str, Any]]) -> list[Any]:
    return [SelectChoice("", _("Choose")), *(SelectChoice(value, text) for value, text in pairs)]


__all__ = ["OUTCOMES", "ViolationForm", "violation_form"]
