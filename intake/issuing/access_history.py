"""What is held on a child, in words: each change, from what to what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _

from intake.checklist.explanations import answer_label, day_label, moment_label
from intake.checklist.parts import Language
from intake.documents.access_export import AccessSection
from intake.forms.gaps import WORK_STATES
from intake.issuing.access_words import ACTIONS
from intake.issuing.lines import fact_lines
from intake.services.access_export import Held
from intake.services.case_file import CaseFile


def moment_of(file: CaseFile, moment: dt.datetime, code: Language) -> str:
    """The moment by the clocks of the case's place."""
    return moment_label(moment.astimezone(file.zone), code)


def answer_of(file: CaseFile, check_id: str, kept: dict[str, Any], code: Language) -> str:
    """An answer with all that was written beside it, a line each."""
    check = file.register.checks.get(check_id)
    value = kept.get("value") or ""
    lines = [answer_label(file.register, check, value, code) if check and value else value]
    if kept.get("reason"):
        lines.append(_("Reason: %(text)s", text=kept["reason"]))
    if kept.get("note"):
        lines.append(_("Note: %(text)s", text=kept["note"]))
    parts = (kept.get("evidence_source"), _day(kept.get("evidence_date"), code))
    evidence = " · ".join(part for part in parts if part)
    if evidence:
        lines.append(_("Evidence: %(text)s", text=evidence))
    cause = file.register.causes.get(kept.get("cause") or "")
    if cause:
        lines.append(cause.label[code])
    return "\n".join(line for line in lines if line)


def history(held: Held, code: Language) -> AccessSection:
    """Every change of the case, oldest first; what the app keeps for itself is left out."""
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
                moment_of(held.file, change.at, code),
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
        return answer_of(file, name, value, code).replace("\n", "; ")
    if part == "gaps":
        return _work(value, code)
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


def _day(kept: str | None, code: Language) -> str:
    return day_label(dt.date.fromisoformat(kept), code) if kept else ""


def _work(kept: dict[str, Any], code: Language) -> str:
    states = WORK_STATES | {"remedied": _("Remedied")}
    told = [
        states[kept["state"]],
        _day(kept.get("due"), code),
        kept.get("action"),
        kept.get("reason"),
    ]
    return "; ".join(str(part) for part in told if part)


__all__ = ["answer_of", "history", "moment_of"]
