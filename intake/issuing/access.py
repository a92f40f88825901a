"""What is held on a child, in words: the lines of the document that is handed out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext as _

from intake.checklist.explanations import day_label
from intake.checklist.parts import Language
from intake.documents.access_export import AccessSection
from intake.forms.privacy import (
    ATTACHMENT_KINDS,
    ERASURE_GROUNDS,
    ERASURE_KINDS,
    GIVERS,
    HOWS,
    PURPOSES,
)
from intake.issuing.access_history import answer_of, history, moment_of
from intake.issuing.access_words import ACTIONS, PURPOSES_AND_REQUESTS, WHAT
from intake.issuing.lines import child_lines, fact_lines
from intake.services.access_export import Held, attachment_name
from intake.services.case_file import CaseFile


def sections(held: Held, code: Language) -> tuple[AccessSection, ...]:
    """The sections of the document, in the locale under way."""
    file = held.file
    return (
        AccessSection(
            _("The child and the case"), (_("What"), _("Recorded")), child_lines(file, code)
        ),
        AccessSection(_("What happened"), (_("What"), _("When")), fact_lines(file, code, "event")),
        AccessSection(_("Answers"), (_("Question"), _("Answer")), tuple(_answers(file, code))),
        _comments(held, code),
        _attachments(held, code),
        _consents(held, code),
        _disclosures(held, code),
        _kept(held, code),
        _emergencies(held, code),
        _endings(held, code),
        history(held, code),
        _touched(held, code),
    )


def _answers(file: CaseFile, code: Language) -> Iterable[tuple[str, str]]:
    for check_id, kept in file.document["answers"].items():
        check = file.register.checks.get(check_id)
        yield (check.title[code] if check else check_id, answer_of(file, check_id, kept, code))


def _comments(held: Held, code: Language) -> AccessSection:
    rows = []
    for said in held.comments:
        check = held.file.register.checks.get(said.check_id or "")
        about = check.title[code] if check else _("the whole case")
        rows.append((said.at, said.by.name, f"{about}: {said.text}"))
    for decided in held.reviews:
        word = _("Sent back") if decided.decision == "returned" else _("Approved")
        rows.append((decided.at, decided.by.name, f"{word}. {decided.text}".strip()))
    return AccessSection(
        _("Comments and reviews"),
        (_("When"), _("Who"), _("What they wrote")),
        tuple((moment_of(held.file, at, code), by, text) for at, by, text in sorted(rows)),
    )


def _attachments(held: Held, code: Language) -> AccessSection:
    rows = []
    for kept in held.attachments:
        lines = [str(ATTACHMENT_KINDS.get(kept.kind, kept.kind)), kept.description]
        if kept.removed_at is None:
            lines.append(attachment_name(kept))
        else:
            lines.append(
                _("Destroyed on %(moment)s", moment=moment_of(held.file, kept.removed_at, code))
            )
        rows.append(
            (moment_of(held.file, kept.at, code), kept.by.name, "\n".join(filter(None, lines)))
        )
    return AccessSection(_("Attachments"), (_("When"), _("Who"), _("What")), tuple(rows))


def _consents(held: Held, code: Language) -> AccessSection:
    rows = []
    for one in held.consents:
        body = held.file.register.authorities.get(one.recipient)
        lines = [
            ": ".join(filter(None, (str(GIVERS.get(one.giver, one.giver)), one.name))),
            str(HOWS.get(one.how, one.how)),
            one.evidence,
        ]
        if one.withdrawn_on:
            lines.append(_("Withdrawn on %(day)s", day=day_label(one.withdrawn_on, code)))
        rows.append(
            (
                day_label(one.given_on, code),
                body.name[code] if body else one.recipient,
                str(PURPOSES.get(one.purpose, one.purpose)),
                "\n".join(filter(None, lines)),
            )
        )
    return AccessSection(
        _("Consents"), (_("Given on"), _("For whom"), _("What for"), _("By whom")), tuple(rows)
    )


def _disclosures(held: Held, code: Language) -> AccessSection:
    rows = []
    for one in held.disclosures:
        body = held.file.register.authorities.get(one.recipient)
        purpose = PURPOSES_AND_REQUESTS.get(one.purpose, one.purpose)
        rows.append(
            (
                moment_of(held.file, one.at, code),
                body.name[code] if body else _("The child, or who represents them"),
                f"{WHAT.get(one.what, one.what)}: {purpose}",
                one.ground or (_("With consent") if one.by_consent else ""),
            )
        )
    return AccessSection(
        _("What was handed out"), (_("When"), _("To whom"), _("What"), _("Ground")), tuple(rows)
    )


def _kept(held: Held, code: Language) -> AccessSection:
    rows: tuple[tuple[str, ...], ...] = ()
    if held.retention:
        kept, reason = held.retention
        rows = ((day_label(kept.until, code), reason or _("The rule of the team")),)
    return AccessSection(
        _("How long it is kept"),
        (_("Until"), _("Why")),
        rows,
        about="" if rows else _("The case is open: the time begins when it is closed."),
    )


def _emergencies(held: Held, code: Language) -> AccessSection:
    rows = tuple(
        (
            moment_of(held.file, one.at, code),
            one.by.name,
            one.reason or _("It cannot be read any more."),
            moment_of(held.file, one.ends_at, code),
        )
        for one in sorted(held.accesses, key=lambda one: one.at)
    )
    return AccessSection(
        _("Opened for an emergency, by somebody of another team"),
        (_("When"), _("Who"), _("Why"), _("Until")),
        rows,
    )


def _endings(held: Held, code: Language) -> AccessSection:
    rows = []
    for one in held.proposals:
        what = [
            str(ERASURE_KINDS.get(one.kind, one.kind)),
            _("Refused on %(moment)s", moment=moment_of(held.file, one.decided_at, code))
            if one.decided_at
            else _("Waits for a second person."),
        ]
        why = [
            str(ERASURE_GROUNDS.get(one.ground, one.ground)),
            one.reason or _("It cannot be read any more."),
        ]
        rows.append(
            (moment_of(held.file, one.at, code), one.by.name, "\n".join(what), "\n".join(why))
        )
    return AccessSection(
        _("Proposals to erase or anonymise it"),
        (_("When"), _("Who"), _("What"), _("Why")),
        tuple(rows),
    )


def _touched(held: Held, code: Language) -> AccessSection:
    """Who did what, once a day each: a list of every single reading would hide who read."""
    counted: Counter[tuple[dt.date, str, str]] = Counter(
        (one.at.astimezone(held.file.zone).date(), one.by, one.action) for one in held.touched
    )
    rows = tuple(
        (
            day_label(day, code),
            by,
            f"{ACTIONS.get(action, action)}{f' ({times})' if times > 1 else ''}",
        )
        for (day, by, action), times in counted.items()
    )
    return AccessSection(_("Who read or changed it"), (_("When"), _("Who"), _("What")), rows)


__all__ = ["PURPOSES_AND_REQUESTS", "WHAT", "sections"]
