"""The referral letter for one gap: its context, with the facts that its purpose covers and an authority needs."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import force_locale
from flask_babel import gettext as _

from intake.checklist.explanations import answer_label
from intake.checklist.parts import Check, Language
from intake.checklist.register import Register
from intake.checklist.wording import citation_label
from intake.documents.letter import Cited, LetterContext
from intake.issuing.covered import COVERS, JOURNEY, SPEAKS, WHERE, WHO, purpose_of
from intake.issuing.extract import covered_lines
from intake.issuing.handing import handed
from intake.models import Case, User, now
from intake.services import case_file
from intake.services.desk import Desk, Refused

NEEDED = WHO | SPEAKS | WHERE | JOURNEY
"""The facts by which a body finds and meets the child; of these, a letter gives what its purpose covers."""
OWN = "caseworker"
"""The organisation itself, which needs no letter."""


def addressees(register: Register, check: Check, country: str, recorded: str | None) -> list[str]:
    """To whom a gap in that check may be referred: the body that was recorded for it, else the register's."""
    names = {"MX": check.responsible.MX, "US": check.responsible.US}
    chosen = [names[country]] if country in names else list(dict.fromkeys(names.values()))
    if recorded in register.authorities:
        chosen = [str(recorded)]
    return [name for name in chosen if name != OWN]


def letter_context(
    desk: Desk,
    case: Case,
    by: User,
    code: Language,
    *,
    check_id: str,
    recipient: str | None = None,
    ground: str = "",
) -> LetterContext:
    """What the letter on that gap prints, as of now, in that language.

    Without a recipient it goes to the body that has to act. Raises Refused: ``not_a_gap``, ``no_addressee`` where
    nobody else has to act, and ``no_consent`` as ``handed`` does; KeyError for a check or recipient that is not there.
    """
    file = case_file.open_file(desk, case)
    evaluation = case_file.evaluate_file(file)
    finding = evaluation.findings[check_id]
    if not finding.open:
        raise Refused("not_a_gap")
    check, register = finding.check, file.register
    kept = file.document["answers"].get(check_id, {})
    country = str(evaluation.case.fact("country"))
    found = addressees(register, check, country, kept.get("authority"))
    to = recipient or (found[0] if found else None)
    if to is None:
        raise Refused("no_addressee")
    purpose = purpose_of(register, check_id)
    cover = COVERS[purpose]
    with force_locale(code):
        role = _("Caseworker") if by.id == case.caseworker_id else _("Supervisor")
        answer = _("Not answered yet")
    if finding.answer is not None and check.type != "text":
        answer = answer_label(register, check, finding.answer.value, code)
    return LetterContext(
        language=code,
        printed_at=now().astimezone(file.zone),
        zone_name=case.team.zone,
        case_number=case.number,
        handed=handed(desk, case, code, recipient=to, purpose=purpose, ground=ground),
        child=covered_lines(file, replace(cover, facts=cover.facts & NEEDED), code),
        title=check.title[code],
        question=check.question[code],
        answer=answer,
        due=finding.due,
        overdue=finding.overdue,
        basis=tuple(
            Cited(
                citation_label(register, one, code),
                register.instruments[one.instrument].title[code],
                register.instruments[one.instrument].reviewed,
            )
            for one in check.basis
        ),
        team=case.team.name,
        sender=by.name,
        sender_role=role,
        reply_to=by.email,
        register_version=register.version,
        register_sha256=register.sha256,
    )
