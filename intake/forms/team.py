"""The forms of a team's work: cases handed over, absence cover, emergency access."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError

from intake.forms.fields import CaseForm, LineField, NoteField, PartsField
from intake.models import SHORTEST_REASON

LONGEST_REASON = 2000


def _person(field: Any) -> int | None:
    return int(field.data) if field.data else None


def _reasoned(_form: Any, field: NoteField) -> None:
    if len((field.data or "").strip()) > LONGEST_REASON:
        raise ValidationError(
            _("Write the reason in at most %(limit)s characters.", limit=LONGEST_REASON)
        )


class HandOverForm(CaseForm):
    """Gives cases to another caseworker."""

    to = SelectField(_("Assign to"))
    reason = NoteField(_("Reason"), description=_("It stays in the history of each case."))

    def validate_to(self, field: SelectField) -> None:
        """Somebody is chosen."""
        if not field.data:
            raise ValidationError(_("Choose who will carry the cases on."))

    def validate_reason(self, field: NoteField) -> None:
        """A hand-over says why."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write why the cases change hands."))
        _reasoned(self, field)

    @property
    def to_id(self) -> int:
        """The caseworker chosen."""
        return _person(self.to) or 0


class CoverForm(CaseForm):
    """Says who stands in for whom, from which day to which."""

    absent = SelectField(_("Who will be away"))
    covering = SelectField(_("Who stands in"))
    first = PartsField(_("First day"))
    last = PartsField(_("Last day"))

    def validate_absent(self, field: SelectField) -> None:
        """Somebody is chosen."""
        if not field.data:
            raise ValidationError(_("Choose who will be away."))

    def validate_covering(self, field: SelectField) -> None:
        """Somebody else is chosen."""
        if not field.data:
            raise ValidationError(_("Choose who stands in."))
        if field.data == self.absent.data:
            raise ValidationError(_("Choose somebody else: nobody stands in for themselves."))

    def validate_first(self, field: PartsField) -> None:
        """There is a first day."""
        if not isinstance(field.data, dt.date):
            raise ValidationError(_("Write the first day."))

    def validate_last(self, field: PartsField) -> None:
        """There is a last day, not before the first."""
        if not isinstance(field.data, dt.date):
            raise ValidationError(_("Write the last day."))
        if isinstance(self.first.data, dt.date) and field.data < self.first.data:
            raise ValidationError(_("The last day comes before the first. Write it again."))

    @property
    def chosen(self) -> tuple[int, int]:
        """Who is away, and who stands in."""
        return _person(self.absent) or 0, _person(self.covering) or 0


class EmergencyForm(CaseForm):
    """Opens a case of another team for an emergency."""

    number = LineField(_("Case number"), description=_("Such as TAP-2026-0001."))
    reason = NoteField(
        _("What is the emergency?"),
        description=_(
            "At least %(least)s characters. The caseworker, their supervisor and the auditor read it. Leave out names.",
            least=SHORTEST_REASON,
        ),
    )

    def validate_number(self, field: LineField) -> None:
        """A number is typed."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write the number of the case."))

    def validate_reason(self, field: NoteField) -> None:
        """The reason is one."""
        if len((field.data or "").strip()) < SHORTEST_REASON:
            raise ValidationError(
                _(
                    "Write what the emergency is, in at least %(least)s characters.",
                    least=SHORTEST_REASON,
                )
            )
        _reasoned(self, field)
