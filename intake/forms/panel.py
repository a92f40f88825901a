"""The form of a member of the panel that makes a best-interest determination."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, ValidationError

from intake.forms.fields import CaseForm, LineField, NoteField, SelectChoice

ROLES = {
    "law": _("Law"),
    "psychology": _("Psychology"),
    "social_work": _("Social work"),
    "child_protection": _("Child-protection authority"),
    "health": _("Health"),
    "education": _("Education"),
    "supervision": _("Supervision of the determination"),
    "other": _("Other"),
}
PROBLEMS = {
    "few": _("One person is no panel: record everybody who takes part."),
    "one_discipline": _(
        "Only one discipline is recorded; look for law, psychology and social work."
    ),
    "conflict": _("A member declared a conflict of interest and still takes part."),
    "caseworker": _("Whoever carries the case cannot supervise the determination."),
}


class MemberForm(CaseForm):
    """One member: who, in what role, of which body, and what they state about conflicts of interest."""

    name = LineField(_("Name"))
    role = SelectField(
        _("In what role?"),
        choices=[SelectChoice("", _("Choose")), *(SelectChoice(*pair) for pair in ROLES.items())],
    )
    body = LineField(_("Body or organisation"))
    conflict = RadioField(
        _("Conflict of interest"),
        choices=[
            SelectChoice("none", _("States that there is none")),
            SelectChoice("declared", _("Declares one")),
        ],
        validate_choice=False,
        default="",
    )
    statement = NoteField(
        _("What they stated"),
        description=_(
            "Such as: no tie of family, work or authority with the child or the bodies concerned."
        ),
    )
    is_caseworker = BooleanField(_("This person carries the case"))

    def validate_name(self, field: LineField) -> None:
        """Somebody is named."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write the name of the member."))

    def validate_role(self, field: SelectField) -> None:
        """A role is chosen."""
        if not field.data:
            raise ValidationError(_("Choose the role of the member."))

    def validate_conflict(self, field: RadioField) -> None:
        """The member stated something: silence is no statement."""
        if field.data not in ("none", "declared"):
            raise ValidationError(_("Ask the member, and choose what they stated."))

    def validate_statement(self, field: NoteField) -> None:
        """A conflict is told in words, so that others can weigh it."""
        if self.conflict.data == "declared" and not (field.data or "").strip():
            raise ValidationError(_("Write what the member declared."))


__all__ = ["PROBLEMS", "ROLES", "MemberForm"]
