"""What is held on a child, in words: the lines of the document that is handed out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from intake.checklist.explanations import answer_label, day_label, moment_label
from intake.checklist.parts import Language
from intake.documents.access_export import AccessSection
from intake.forms.gaps import WORK_STATES
from intake.forms.privacy import (
    ATTACHMENT_KINDS,
    ERASURE_GROUNDS,
    ERASURE_KINDS,
    GIVERS,
    HOWS,
    PURPOSES,
)
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
        _history(held, code),
        _touched(held, code),
    )


def _moment(file: CaseFile, moment: dt.datetime, code: Language) -> str:
    return moment_label(moment.astimezone(file.zone), code)


def _answers(file: CaseFile, code: Language) -> Iterable[tuple[str, str]]:
    for check_id, kept in file.document["answers"].items():
        check = file.register.checks.get(check_id)
        yield (check.title[code] if check else check_id, _answer(file, check_id, kept, code))


def _answer(file: CaseFile, check_id: str, kept: dict[str, Any], code: Language) -> str:
    check = file.register.checks.get(check_id)
    value = kept.get("value") or ""
    lines = [answer_label(file.register, check, value, code) if check and value else value]
    if kept.get("reason"):
        lines.append(_("Reason: %(text)s", text=kept["reason"]))
    if kept.get("note"):
        lines.append(_("Note: %(text)s", text=kept["note"]))
    evidence = " · ".join(
        part for part in (kept.get("evidence_source"), kept.get("evidence_date")) if part
    )
    if evidence:
        lines.append(_("Evidence: %(text)s", text=evidence))
    cause = file.register.causes.get(kept.get("cause") or "")
    if cause:
        lines.append(cause.label[code])
    return "\n".join(line for line in lines if line)


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
        tuple((_moment(held.file, at, code), by, text) for at, by, text in sorted(rows)),
    )


def _attachments(held: Held, code: Language) -> AccessSection:
    rows = []
    for kept in held.attachments:
        lines = [str(ATTACHMENT_KINDS.get(kept.kind, kept.kind)), kept.description]
        if kept.removed_at is None:
            lines.append(attachment_name(kept))
        else:
            lines.append(
                _("Destroyed on %(moment)s", moment=_moment(held.file, kept.removed_at, code))
            )
        rows.append(
            (_moment(held.file, kept.at, code), kept.by.name, "\n".join(filter(None, lines)))
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
                _moment(held.file, one.at, code),
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
            _moment(held.file, one.at, code),
            one.by.name,
            one.reason or _("It cannot be read any more."),
            _moment(held.file, one.ends_at, code),
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
            _("Refused on %(moment)s", moment=_moment(held.file, one.decided_at, code))
            if one.decided_at
            else _("Waits for a second person."),
        ]
        why = [
            str(ERASURE_GROUNDS.get(one.ground, one.ground)),
            one.reason or _("It cannot be read any more."),
        ]
        rows.append(
            (_moment(held.file, one.at, code), one.by.name, "\n".join(what), "\n".join(why))
        )
    return AccessSection(
        _("Proposals to erase or anonymise it"),
        (_("When"), _("Who"), _("What"), _("Why")),
        tuple(rows),
    )


def _history(held: Held, code: Language) -> AccessSection:
    rows = []
    for change in held.changes:
        lines = [
            _(
                "%(what)s: %(old)s; now %(new)s",
                what=_title(held.file, key, code),
                old=_said(held.file, key, old, code),
                new=_said(held.file, key, new, code),
            )
            for key, (old, new) in change.changes.items()
            if not key.startswith(("approvals.", "breaches.", "holding.", "handed."))
        ]
        if "handed.to" in change.changes:
            old, new = (held.people.get(one, "") for one in change.changes["handed.to"])
            lines += [f"{old} › {new}", str(change.changes["handed.reason"][1] or "")]
        action = str(ACTIONS.get(f"case.{change.kind}", change.kind))
        rows.append(
            (
                _moment(held.file, change.at, code),
                change.by.name if change.by else "Intake",
                "\n".join([action, *lines]),
            )
        )
    return AccessSection(
        _("History of changes"), (_("When"), _("Who"), _("From what to what")), tuple(rows)
    )


def _title(file: CaseFile, key: str, code: Language) -> str:
    part, name = key.split(".", 1)
    if part == "identity":
        return _("Child's name") if name == "name" else _("Other names or spellings")
    if part == "panel":
        return _("Member of the panel")
    if part == "violations":
        return _("Violation by officials")
    found = file.register.checks.get(name)
    if found:
        return found.title[code]
    fact = file.register.facts.get(name)
    return fact.short[code] if fact else name


def _said(file: CaseFile, key: str, value: Any, code: Language) -> str:
    part, name = key.split(".", 1)
    if value is None:
        return _("nothing")
    if part == "answers":
        return _answer(file, name, value, code).replace("\n", "; ")
    if part == "gaps":
        return _work(value)
    if part == "pauses":
        return "; ".join(str(said) for one in value for said in one.values() if said)
    if part in ("panel", "violations"):
        return "; ".join(str(said) for said in value.values() if isinstance(said, str))
    if part in ("profile", "events"):
        group = "profile" if part == "profile" else "event"
        alone = CaseFile(
            file.case, {"profile": {}, "events": {}, part: {name: value}}, file.register
        )
        lines = fact_lines(alone, code, group)
        if lines:
            return lines[0][1]
    return str(value)


def _work(kept: dict[str, Any]) -> str:
    states = WORK_STATES | {"remedied": _("Remedied")}
    told = [states[kept["state"]], kept.get("due"), kept.get("action"), kept.get("reason")]
    return "; ".join(str(part) for part in told if part)


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
