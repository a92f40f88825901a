"""The words and forms of attachments, consent, sharing, retention and the end of a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from intake.checklist.register import Register
from intake.forms.facts import WholeNumberField
from intake.forms.fields import CaseForm, LineField, NoteField, PartsField, SelectChoice

ATTACHMENT_KINDS = {
    "consent": _("Consent form"),
    "identity": _("Identity paper"),
    "photo": _("Photo"),
    "health": _("Health paper"),
    "legal": _("Legal paper or decision"),
    "receipt": _("Receipt of a filing"),
    "other": _("Another paper"),
}
PURPOSES = {
    "protection": _("Protection and care"),
    "counsel": _("Legal counsel and representation"),
    "asylum": _("International protection"),
    "best_interests": _("Best-interest assessment or determination"),
    "family": _("Finding the family, or living with them"),
    "health": _("Health"),
    "schooling": _("School"),
    "papers": _("Identity papers or migration status"),
    "complaint": _("Complaint about a violation"),
}
GIVERS = {
    "child": _("The child"),
    "parent": _("Mother, father or who brings the child up"),
    "guardian": _("Guardian or who represents the child by law"),
}
HOWS = {
    "written": _("In writing"),
    "spoken": _("Spoken, before a witness"),
    "interpreted": _("Spoken, through an interpreter"),
}
ERASURE_KINDS = {
    "erase": _("Erase: nothing of the case stays"),
    "anonymise": _("Anonymise: only coded facts for counts stay, which lead to no child"),
}
ERASURE_GROUNDS = {
    "retention": _("The time it had to be kept is over"),
    "asked": _("The child, or who represents them, asked for it"),
    "mistake": _("The case was opened by mistake"),
    "order": _("A court or authority ordered it"),
}
ACCESS_GROUNDS = {
    "child": _("The child asked for it"),
    "representative": _("Who represents the child asked for it"),
    "order": _("A court or authority ordered it"),
}
OWN_FILE = "own_file"
NO_CONSENT = _(
    "No consent in force lets you share this case with them for this purpose. "
    "Record the consent first, or write the legal ground."
)


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in words.items()]


def recipients(register: Register, language: str) -> list[SelectChoice]:
    """The authorities that something can be shared with: all but the organisation itself."""
    return [
        SelectChoice(body.id, body.name[language])
        for body in register.authorities.values()
        if body.id != "caseworker"
    ]


def says_something(message: Any) -> Any:
    """Refuses a text without a word in it."""

    def check(_form: Any, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(message)

    return check


class NeededNote(NoteField):
    """Text that has to be there."""

    def __init__(self, label: Any = None, *, missing: Any, **options: Any) -> None:
        super().__init__(label, **options)
        self.validators = [*self.validators, says_something(missing)]


class RemoveForm(CaseForm):
    """Takes an attachment away."""


class ConsentForm(CaseForm):
    """Consent to share with one recipient for one purpose. Its recipients are set from the register."""

    recipient = SelectField(_("Who may be told?"), default="")
    purpose = RadioField(
        _("What for?"),
        choices=_choices(PURPOSES),
        validators=[InputRequired(_("Choose what the consent is for."))],
    )
    giver = RadioField(
        _("Who gave the consent?"),
        choices=_choices(GIVERS),
        validators=[InputRequired(_("Choose who gave the consent."))],
    )
    name = LineField(_("Their name, if not the child"))
    given_on = PartsField(_("Date of the consent"), future=False)
    how = RadioField(
        _("How was it given?"),
        choices=_choices(HOWS),
        validators=[InputRequired(_("Choose how the consent was given."))],
    )
    evidence = NoteField(
        _("Evidence"), description=_("Such as the form kept as an attachment, or who was there.")
    )

    def validate_recipient(self, field: SelectField) -> None:
        """One recipient a consent."""
        if not field.data:
            raise ValidationError(_("Choose who may be told."))

    def validate_given_on(self, field: PartsField) -> None:
        """A consent has its day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Write the date on which the consent was given."))


class WithdrawForm(CaseForm):
    """Ends a consent."""

    withdrawn_on = PartsField(_("On what day was it withdrawn?"), future=False)

    def validate_withdrawn_on(self, field: PartsField) -> None:
        """A withdrawal has its day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Write the day on which the consent was withdrawn."))


class ShareForm(CaseForm):
    """For whom something is printed, and why. Its recipients are set from the register."""

    recipient = SelectField(_("For whom is it?"), default=OWN_FILE)
    purpose = SelectField(
        _("What for?"),
        choices=[SelectChoice("", ""), *_choices(PURPOSES)],
        default="",
        description=_("Leave it empty for your own file."),
    )
    ground = NoteField(
        _("Legal ground, if there is no consent"),
        description=_("The law or the order that obliges you to share it, and why now."),
    )

    def validate_purpose(self, field: SelectField) -> None:
        """What leaves has a purpose."""
        if self.recipient.data != OWN_FILE and not field.data:
            raise ValidationError(_("Choose what it is for."))


class RetentionForm(CaseForm):
    """Keeps a closed case until another day."""

    until = PartsField(_("Keep the case until"))
    reason = NeededNote(_("Why?"), missing=_("Write why the date changes."))

    def validate_until(self, field: PartsField) -> None:
        """A day to come, within a life."""
        if field.errors:
            return
        if field.data is None:
            raise ValidationError(_("Write until what day the case is kept."))
        if not dt.date.today() <= field.data <= dt.date.today() + dt.timedelta(days=50 * 366):
            raise ValidationError(_("The day must lie in the next 50 years."))


class RetentionRuleForm(CaseForm):
    """For how many years a team keeps closed cases."""

    years = WholeNumberField(
        _("Years after closing"),
        validators=[
            InputRequired(_("Write a number of years.")),
            NumberRange(1, 50, _("The number of years must be between 1 and 50.")),
        ],
    )
    years_young = WholeNumberField(
        _("Years after closing where the child was under 13, or the age is not known"),
        validators=[
            InputRequired(_("Write a number of years.")),
            NumberRange(1, 50, _("The number of years must be between 1 and 50.")),
        ],
    )


class ProposalForm(CaseForm):
    """Proposes the end of a case."""

    kind = RadioField(
        _("What is to happen?"),
        choices=_choices(ERASURE_KINDS),
        validators=[InputRequired(_("Choose whether to erase or to anonymise the case."))],
    )
    ground = RadioField(
        _("On what ground?"),
        choices=_choices(ERASURE_GROUNDS),
        validators=[InputRequired(_("Choose the ground."))],
        description=_("The person who confirms sees this."),
    )
    reason = NeededNote(
        _("Reason"),
        missing=_("Write the reason."),
        description=_(
            "Only supervisors see this, and whoever is handed all that is held on the child. It is erased with the case."
        ),
    )

    def offer(self, *, closed: bool) -> None:
        """Leaves out that the time is over where none runs: the case is open."""
        grounds = dict(ERASURE_GROUNDS)
        if not closed:
            del grounds["retention"]
        self.ground.choices = _choices(grounds)


class DecideForm(CaseForm):
    """Confirms or refuses the end of a case."""

    sure = BooleanField(_("I know that this cannot be undone"))


class AccessForm(CaseForm):
    """Hands out all that is held on a child."""

    ground = RadioField(
        _("Who asked?"),
        choices=_choices(ACCESS_GROUNDS),
        validators=[InputRequired(_("Choose who asked."))],
    )
    reason = NeededNote(
        _("Reason"),
        missing=_("Write the reason."),
        description=_("Such as the day of the request, and how you made sure of who asked."),
    )
    language = RadioField(
        _("Language of the document"),
        choices=[SelectChoice("es", _("Spanish")), SelectChoice("en", _("English"))],
        default="es",
    )


__all__ = [
    "ACCESS_GROUNDS",
    "ATTACHMENT_KINDS",
    "ERASURE_GROUNDS",
    "ERASURE_KINDS",
    "GIVERS",
    "HOWS",
    "NO_CONSENT",
    "OWN_FILE",
    "PURPOSES",
    "AccessForm",
    "ConsentForm",
    "DecideForm",
    "ProposalForm",
    "RemoveForm",
    "RetentionForm",
    "RetentionRuleForm",
    "ShareForm",
    "WithdrawForm",
    "recipients",
]
