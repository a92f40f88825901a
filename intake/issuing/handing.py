"""On what ground something of a case may be handed to a recipient: the consent in force, else a duty by law."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.explanations import day_label
from intake.checklist.parts import Language
from intake.documents.extract import Handed
from intake.forms.privacy import GIVERS, PURPOSES
from intake.models import Case
from intake.services import consent
from intake.services.desk import Desk, Refused


def handed(
    desk: Desk, case: Case, code: Language, *, recipient: str, purpose: str, ground: str
) -> Handed:
    """To whom, for what and on what ground, in words.

    Raises Refused ``no_consent`` where no consent in force names that recipient and that purpose and no ground was
    typed. It does not record the disclosure: ``consent.share`` does, before the document leaves.
    """
    given = [
        one
        for one in consent.consents(desk, case)
        if one.recipient == recipient and one.purpose == purpose and one.withdrawn_at is None
    ]
    typed = ground.strip()
    if not given and not typed:
        raise Refused("no_consent")
    with force_locale(code):
        if given:
            by = str(GIVERS.get(given[0].giver, given[0].giver))
            words = _("Consent given on %(day)s", day=day_label(given[0].given_on, code))
            words = f"{words} ({by})."
        else:
            words = typed
        return Handed(
            desk.register_of(case).authorities[recipient].name[code],
            str(PURPOSES[purpose]),
            words,
            bool(given),
        )
