"""The forms of a review: submit, comment, decide."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, ValidationError
from wtforms.validators import InputRequired

from intake.forms.fields import CaseForm, NoteField, SelectChoice


class SubmitForm(CaseForm):
    """Hands a case to the supervisors."""


class CommentForm(CaseForm):
    """A comment on a gap, or on the case."""

    text = NoteField(_("Comment"))

    def validate_text(self, field: NoteField) -> None:
        """A comment says something."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write the comment before you send it."))


class DecisionForm(CaseForm):
    """A supervisor's decision on a submitted case."""

    decision = RadioField(
        _("What do you decide?"),
        choices=[
            SelectChoice("returned", _("Return it with comments")),
            SelectChoice("approved", _("Approve it")),
        ],
        validators=[InputRequired(_("Choose whether to return the case or to approve it."))],
    )
    text = NoteField(_("Comments for the caseworker"))
    approves_bid = BooleanField(
        _("I approve the best-interest determination of this case"),
        description=_(
            "I read it and took no part in it. The return and transfer gates wait for this."
        ),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A case that goes back says why."""
        valid = super().validate(extra_validators)
        if self.decision.data == "returned" and not (self.text.data or "").strip():
            self.text.errors = [
                *self.text.errors,
                _("Write what the caseworker has to do before you return the case."),
            ]
            valid = False
        return bool(valid)
