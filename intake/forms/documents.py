"""The forms that issue, withdraw and check documents."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError

from intake.checklist.parts import Language
from intake.forms.fields import CaseForm, LineField, SelectChoice, visible
from intake.forms.privacy import OWN_FILE, NeededNote, ShareForm

LANGUAGES = {"es": _("Spanish"), "en": _("English")}
PAPERS = {"Letter": _("Letter (carta)"), "A4": _("A4")}
LONGEST_FILE = 20 * 1024 * 1024
UNREADABLE = {
    "no_pdf": _("This file is no PDF. Choose the PDF that you were given."),
    "too_long": _("This file is larger than 20 MB. A document of Intake is smaller."),
    "locked": _("This PDF opens with a password only. Write its password, and choose it again."),
    "broken": _("This file is damaged and cannot be read. Ask for it again."),
    "exhausting": _("This file is too large inside to be checked safely."),
}
PASSWORD_ERRORS = {
    "short": _("The password must have at least 12 characters."),
    "long": _("The password is too long: PDF readers take 127 bytes."),
    "simple": _("The password repeats too few characters. Choose another."),
    "unprintable": _("The password must not begin or end with a space, nor hold invisible marks."),
}


class IssueForm(ShareForm):
    """Which document, in what language, on what paper, for whom and why, and whether it is locked.

    Its kinds and recipients are set by the page. What an old page does not send has its usual value.
    """

    missing: tuple[str, ...] = ()
    """What the case lacks for the document that was asked for."""

    kind = RadioField(_("Which document?"))
    language = RadioField(
        _("Language of the document"),
        choices=[SelectChoice(value, text) for value, text in LANGUAGES.items()],
    )
    page_size = RadioField(
        _("Paper"), choices=[SelectChoice(value, text) for value, text in PAPERS.items()]
    )
    protect = BooleanField(
        _("Lock the copy with a password"),
        description=_(
            "For a copy that travels by mail or on a memory stick. No printed copy needs it."
        ),
    )
    password = StringField(
        _("Password of the copy"),
        filters=[visible],
        description=_(
            "Write it down before you download: it is shown here only, and nobody can recover it. "
            "Tell it to the recipient on another way than the file."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    @classmethod
    def asking(cls, topics: dict[str, tuple[Any, dict[str, str]]]) -> IssueForm:
        """The form with one more question for each kind that asks what of the case it is about."""
        more = {
            f"about_{kind}": SelectField(
                label, choices=[SelectChoice(value, text) for value, text in known.items()]
            )
            for kind, (label, known) in topics.items()
        }
        form: IssueForm = type(cls.__name__, (cls,), more)()
        # only the kind that was chosen needs its answer
        for name in more:
            form[name].validate_choice = False
        return form

    @property
    def about(self) -> str | None:
        """What of the case the chosen kind is about; None where it does not ask."""
        field = self._fields.get(f"about_{self.kind.data}")
        return (field.data or "") if field is not None else None

    def usually(self, language: Language, kind: str) -> None:
        """Puts the usual value where none was sent."""
        for field, value in (
            (self.kind, kind),
            (self.language, language),
            (self.page_size, "Letter"),
            (self.recipient, OWN_FILE),
            (self.purpose, ""),
        ):
            if field.data is None:
                field.data = value

    @property
    def outside(self) -> str | None:
        """The recipient; None for the own file."""
        return None if self.recipient.data == OWN_FILE else str(self.recipient.data)


class WithdrawDocumentForm(CaseForm):
    """Says that a document does not hold any more."""

    reason = NeededNote(
        _("Why does it no longer hold?"),
        missing=_("Write why it does not hold any more."),
        description=_("Only those who may see the case read this."),
    )


class PaperForm(FlaskForm):
    """What stands on a paper: its number and the first figures of its digest."""

    number = LineField(
        _("Number of the document"), description=_("On its first page, such as ABC-2026-D0017.")
    )
    figures = LineField(
        _("First 12 characters of its digest"),
        description=_(
            "They stand beside the number after “SHA-256”: digits and the letters a to f."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )

    def validate_number(self, field: LineField) -> None:
        """A number was written."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write the number of the document."))

    def validate_figures(self, field: LineField) -> None:
        """Enough figures that nobody guesses them."""
        if len("".join((field.data or "").split())) < 12:
            raise ValidationError(_("Write at least the first 12 characters."))


class FileForm(FlaskForm):
    """The file of a document."""

    file = FileField(_("PDF of the document"), description=_("At most 20 MB. It is not kept."))
    password = StringField(
        _("Its password, if it opens with one"),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
    content: bytes = b""

    def validate_file(self, field: FileField) -> None:
        """A file was chosen, of a size that is read."""
        self.content = field.data.read(LONGEST_FILE + 1) if field.data else b""
        if not self.content:
            raise ValidationError(_("Choose a file."))
        if len(self.content) > LONGEST_FILE:
            raise ValidationError(UNREADABLE["too_long"])

    def refuse(self, reason: str) -> None:
        """Says why nothing can be told of it: beside the file, or beside a password that does not open it."""
        if reason == "locked" and self.password.data:
            wrong = _("This password does not open it. Write it again, and choose the file again.")
            self.password.errors = [wrong]
            return
        errors: list[Any] = [*self.file.errors, UNREADABLE[reason]]
        self.file.errors = errors


__all__ = [
    "PASSWORD_ERRORS",
    "FileForm",
    "IssueForm",
    "PaperForm",
    "WithdrawDocumentForm",
]
