"""The form that brings a paper or photo to a case."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.validators import InputRequired

from intake.cleaning import LONGEST_FILE, Unclean, kind_of
from intake.forms.fields import CaseForm, LineField, SelectChoice
from intake.forms.privacy import ATTACHMENT_KINDS

REASONS = {
    "gone": _("Choose a file."),
    "unknown_kind": _(
        "This file is no PDF, PNG or JPEG. Choose another, or take a photo of the paper."
    ),
    "too_long": _("This file is larger than 20 MB. Choose a smaller one."),
    "encrypted": _("This PDF is locked with a password. Save it without one, and choose it again."),
    "broken": _(
        "This file is damaged and cannot be read. Open it on your device, save it anew, and choose it again."
    ),
    "exhausting": _("This file is too large inside to be checked safely. Choose a smaller one."),
}


class AttachmentForm(CaseForm):
    """A file, what it is, and a description."""

    file = FileField(
        _("File"),
        description=_(
            "PDF, PNG or JPEG, at most 20 MB. Place and device of a photo are taken out; it is kept encrypted."
        ),
    )
    kind = RadioField(
        _("What is it?"),
        choices=[SelectChoice(value, text) for value, text in ATTACHMENT_KINDS.items()],
        validators=[InputRequired(_("Choose what the file is."))],
    )
    description = LineField(
        _("Description"), description=_("Such as the authority that gave it, and its date.")
    )

    held = HiddenField()
    """Says that the file came with an earlier sending of this form and is kept."""

    content: bytes | None = None

    def take(self) -> None:
        """Reads the file that was sent, if one was."""
        if self.content is None and self.file.data:
            self.content = self.file.data.read(LONGEST_FILE + 1)

    def validate_file(self, field: FileField) -> None:
        """A file was chosen now or before, and it is neither too large nor of another kind."""
        self.take()
        if self.content is None and self.held.data:
            return
        if not self.content:
            raise ValidationError(REASONS["gone"])
        if len(self.content) > LONGEST_FILE:
            raise ValidationError(REASONS["too_long"])
        try:
            kind_of(self.content)
        except Unclean as refused:
            raise ValidationError(REASONS[refused.reason]) from None

    def refuse(self, reason: str) -> None:
        """Says beside the file why it is not taken; what was typed stays."""
        self.held.data = ""
        errors: list[Any] = [*self.file.errors, REASONS[reason]]
        self.file.errors = errors


__all__ = ["AttachmentForm"]
