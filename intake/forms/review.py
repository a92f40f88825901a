"""The forms of a review: submit, and all that a supervisor writes on one page about a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Literal

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField

from intake.forms.fields import CaseForm, NoteField, SelectChoice

Stage = Literal["assessment", "bid", "closure"]
WHOLE_CASE = "case"
"""What a comment is about that is about no one question."""


class SubmitForm(CaseForm):
    """Hands a case to the supervisors."""


class ReviewForm(CaseForm):
    """A supervisor's comments, one box a question, and the decision: one form, so that sending one keeps the rest."""

    decision = RadioField(
        _("What do you decide?"),
        choices=[
            SelectChoice("returned", _("Return it with comments")),
            SelectChoice("approved", _("Approve it")),
        ],
        validate_choice=False,
        default="",
    )
    text = NoteField(_("Comments for the caseworker"))
    approves_bid = BooleanField(
        _("I approve the best-interest determination of this case"),
        description=_(
            "I read it and took no part in it. The return and transfer gates wait for this."
        ),
    )

    approves_assessment = BooleanField(
        _("I approve the best-interest assessment of this case"),
        description=_("I read it and took no part in it."),
    )
    approves_closure = BooleanField(
        _("I approve that this case is closed"),
        description=_(
            "The caseworker can then record the closing. Any other change of the case ends this."
        ),
    )

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that are approved besides the determination."""
        stages: list[Stage] = []
        if self.approves_assessment.data:
            stages.append("assessment")
        if self.approves_closure.data:
            stages.append("closure")
        return tuple(stages)

    def box(self, about: str) -> Field | None:
        """The comment box about that check, or about the whole case."""
        name = f"comment.{about}"
        return self[name] if name in self else None  # noqa: SIM401 - a form has no get

    def reason(self, gate_id: str) -> Field | None:
        """The box for why the record of that gate's breach is struck."""
        name = f"strike.{gate_id}"
        return self[name] if name in self else None  # noqa: SIM401 - a form has no get

    def operation_about(self, about: str) -> str:
        """The UUID of one of the things this form can send."""
        return str(uuid.uuid5(uuid.UUID(self.operation_id), about))

    def needs(self, field: Field, sentence: Any) -> bool:
        """Whether something was written in that box; if not, it says what is missing."""
        if (field.data or "").strip():
            return True
        field.errors = [*field.errors, sentence]
        return False

    def decides(self) -> bool:
        """Whether the decision is one; a case that goes back says why."""
        if self.decision.data not in ("returned", "approved"):
            self.decision.errors = [_("Choose whether to return the case or to approve it.")]
            return False
        return self.decision.data == "approved" or self.needs(
            self.text, _("Write what the caseworker has to do before you return the case.")
        )


def review_form(checks: Iterable[str], breaches: Iterable[str]) -> type[ReviewForm]:
    """The form with a comment box for each check and the whole case, and one for each breach that can be struck."""
    fields: dict[str, Any] = {
        f"comment.{about}": NoteField(_("Comment")) for about in (*checks, WHOLE_CASE)
    }
    fields |= {
        f"strike.{gate_id}": NoteField(_("Why is this record a mistake?")) for gate_id in breaches
    }
    return type("CaseReviewForm", (ReviewForm,), fields)
