"""What could not be done, in a sentence that somebody can act on."""

from __future__ import annotations

from flask_babel import gettext as _

from intake.services.desk import Refused


def refusal(refused: Refused) -> str:
    """The sentence for something that could not be done."""
    sentences = {
        "already_submitted": _("This case was already sent for review."),
        "not_submitted": _(
            "This case is no longer waiting for review: its caseworker changed it, or somebody decided already."
        ),
        "changed_since": _(
            "The case was changed since you opened this page. Read it again, then decide."
        ),
        "own_case": _("You cannot review a case of your own."),
        "operation_of_another": _(
            "This form was already sent by somebody else. Nothing you typed is lost: send it again."
        ),
        "no_breach": _("There is no such record, or it was struck already."),
        "still_breached": _(
            "The case still says that this was carried out. Have the date or the answer corrected first, "
            "then strike the record."
        ),
        "no_determination": _(
            "There is no decided determination to approve. Approve the case without it, or send it back."
        ),
        "on_panel": _(
            "Somebody of your name is on the panel of this determination. Another supervisor has to approve it."
        ),
        "panel_unfit": _(
            "The determination cannot be approved with this panel. The page of the panel says why. Send the case back."
        ),
        "no_assessment": _(
            "There is no finished assessment to approve. Approve the case without it, or send it back."
        ),
        "closure_shut": _(
            "The case cannot be closed yet: something is open. Approve it without the closure, or send it back."
        ),
        "closure_not_approved": _(
            "A supervisor has to approve the closure first: send the case for review. "
            "Nothing was saved; what you typed is still here."
        ),
        "not_of_the_team": _("Choose somebody of your team."),
        "case_gone": _("One of the cases is no longer your team's. Choose again from the queue."),
        "covers_self": _("Choose somebody else: nobody stands in for themselves."),
        "cover_days": _(
            "A cover ends today or later, after it begins, and lasts half a year at most. Write the days again."
        ),
        "covered_already": _("This person stands in already on some of these days."),
        "proposed_already": _("The end of this case is proposed already."),
        "same_person": _("Another person than the one who proposed it has to confirm it."),
        "unknown_recipient": _("Choose who may be told."),
        "pauses_overlap": _(
            "This overlaps with another time in which the deadline stood still. Correct the dates."
        ),
        "too_many_views": _("You keep as many views as there may be. Take one away first."),
        "no_filter": _("Filter or order the queue first, then keep the view."),
        "not_a_carrier": _(
            "Choose again who carries the gap: that person no longer works with this case."
        ),
        "no_such_file": _("Choose the attachments again: one of them is not kept with this case."),
        "nothing_to_do": _("None of these cases is within your reach now. Choose again."),
        "too_many_jobs": _(
            "Some of your exports are not finished yet. Wait for them, or cancel one."
        ),
        "certificate_incomplete": _(
            "This cannot be certified yet. The page lists what is missing."
        ),
        "not_a_gap": _("There is no gap here now, so there is nothing to refer. Choose another."),
        "no_addressee": _(
            "Choose to whom the letter goes: the register names no authority for it."
        ),
        "no_topic": _("Choose what the document is about."),
        "not_for_them": _("This document is not for that recipient. Choose another."),
        "no_team": _("You belong to no team yet. Ask the administrator."),
    }
    return sentences[refused.reason]
