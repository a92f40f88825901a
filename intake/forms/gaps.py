"""The form of a gap: who carries it, until when, what was done; and a comment with those it is meant for."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField, ValidationError

from intake.forms.fields import CaseForm, MomentField, NoteField, PartsField, SelectChoice

WORK_STATES = {
    "open": _("Open: nothing is being done yet"),
    "in_progress": _("In progress"),
    "cannot": _("It cannot be remedied"),
}


class GapForm(CaseForm):
    """The work on one gap. A person who may only assign sends owner and day; the rest is not on their page."""

    state = RadioField(
        _("Where does the work stand?"),
        choices=[SelectChoice(value, text) for value, text in WORK_STATES.items()],
        default="open",
    )
    reason = NoteField(
        _("Why can it not be remedied?"),
        description=_("It stays a gap, and what has to wait for it goes on waiting."),
    )
    owner = SelectField(_("Who carries it?"), validate_choice=False)
    due = PartsField(
        _("By which day, as agreed"),
        description=_(
            "Does not move the deadline of the law. Leave it empty where none is agreed."
        ),
    )
    action = NoteField(
        _("What was done?"),
        description=_("Such as: letter sent to the Procuraduría de Protección, and when."),
    )
    evidence = SelectMultipleField(
        _("Attachments that show it"), validate_choice=False, default=list
    )
    comment = NoteField(_("Comment"))
    to = SelectMultipleField(
        _("Whom is it meant for?"),
        description=_("They find it on their page of today."),
        validate_choice=False,
        default=list,
    )

    def says_why(self) -> bool:
        """Whether a gap that is said to be past remedy says why; if not, the field says what is missing."""
        if self.state.data != "cannot" or (self.reason.data or "").strip():
            return True
        self.reason.errors = [*self.reason.errors, _("Write why it cannot be remedied.")]
        return False

    def comments(self) -> bool:
        """Whether there is a comment to keep; if not, the field says what is missing."""
        if (self.comment.data or "").strip():
            return True
        self.comment.errors = [*self.comment.errors, _("Write the comment before you send it.")]
        return False

    @property
    def owner_id(self) -> int | None:
        """The person chosen; None for the case's caseworker."""
        text = self.owner.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def addressed(self) -> tuple[int, ...]:
        """The people the comment is meant for."""
        return tuple(
            int(text)
            for text in self.to.data or ()
            if text.isascii() and text.isdigit() and len(text) < 10
        )

    @property
    def agreed(self) -> dt.date | None:
        """The day agreed upon."""
        day: Any = self.due.data
        return day if isinstance(day, dt.date) else None


class PauseForm(CaseForm):
    """A deadline that stands still: since when, until when, and on what legal ground."""

    since = MomentField(_("Since when does the deadline stand still?"), future=False)
    until = MomentField(
        _("Until when?"),
        description=_("Leave it empty as long as it does; come back to write when it ran on."),
        future=False,
    )
    ground = NoteField(
        _("On what legal ground?"),
        description=_(
            "Article, or the decision with its date and number. It stays in the history."
        ),
    )

    def validate_since(self, field: MomentField) -> None:
        """There is a beginning."""
        if not isinstance(field.data, dt.datetime) and not field.problem:
            raise ValidationError(_("Write since when the deadline stands still."))

    def validate_until(self, field: MomentField) -> None:
        """The end comes after the beginning."""
        since = self.since.data
        if (
            isinstance(field.data, dt.datetime)
            and isinstance(since, dt.datetime)
            and field.data <= since
        ):
            raise ValidationError(_("The end must come after the beginning."))

    def validate_ground(self, field: NoteField) -> None:
        """No clock stands still without a ground."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write the legal ground: without one the deadline runs on."))


def pause_form(zone: ZoneInfo) -> type[PauseForm]:
    """The form with its times in that zone."""
    since = MomentField(_("Since when does the deadline stand still?"), zone=zone, future=False)
    until = MomentField(
        _("Until when?"),
        description=_("Leave it empty as long as it does; come back to write when it ran on."),
        zone=zone,
        future=False,
    )
    return type("CasePauseForm", (PauseForm,), {"since": since, "until": until})


__all__ = ["WORK_STATES", "GapForm", "PauseForm", "pause_form"]
