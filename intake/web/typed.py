"""What somebody typed into a form that can no longer be saved: in words, to be copied, and nothing else of the case.

Whatever is told here came with the form itself. The labels are those of the register at hand, not of the case.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request
from flask_babel import gettext as _

from intake.checklist.explanations import answer_label
from intake.checklist.register import Register
from intake.web import language
from intake.web.guard import typed_fields

MACHINE = frozenset(
    {
        *("csrf_token", "base", "operation", "resume", "shown", "go", "do", "held", "session"),
        *("switch_language", "evidence_shown"),
    }
)
"""Fields that the page filled in, not the person."""
DATE_PARTS = ("day", "month", "year", "time")


class Typed(NamedTuple):
    """One thing that was typed, under the words of its question."""

    label: str
    text: str


def typed_words() -> list[Typed]:
    """Everything that was typed or chosen, in the order of the form; nothing where no form was sent."""
    # no page shows a password
    if request.method != "POST" or request.blueprint in (None, "security"):
        return []
    register: Register = current_app.extensions["intake.registers"].folder
    values: dict[str, list[str]] = {}
    for name, value in typed_fields():
        if name not in MACHINE and not name.startswith("choose:") and value.strip():
            values.setdefault(name, []).append(value.replace("\r\n", "\n").strip())
    found: dict[str, Typed] = {}
    for name in values:
        base, _dash, part = name.rpartition("-")
        whole = base if base and part in DATE_PARTS else name
        text = _moment(whole, values) if whole != name else _said(register, name, values[name])
        found.setdefault(whole, Typed(_label(register, whole), text))
    return list(found.values())


def _moment(name: str, values: dict[str, list[str]]) -> str:
    """A date as it was typed, in however many boxes."""
    parts = {part: " ".join(values.get(f"{name}-{part}", [])) for part in DATE_PARTS}
    day = "/".join(parts[part] or "?" for part in ("day", "month", "year"))
    return f"{day} {parts['time']}".strip()


def _label(register: Register, name: str) -> str:
    code = language.code()
    if name in register.checks:
        return register.checks[name].title[code]
    if name in register.facts:
        return register.facts[name].label[code]
    parts = {
        "note": _("Note"),
        "reason": _("Reason"),
        "evidence_date": _("Date of the evidence"),
        "evidence_source": _("Source of the evidence"),
        "cause": _("What keeps this from being done?"),
        "authority": _("Which authority has to act, if not the usual one?"),
    }
    check, _dot, part = name.rpartition(".")
    if check in register.checks and part in parts:
        return f"{register.checks[check].title[code]} – {parts[part]}"
    kind, _dot, about = name.partition(".")
    if kind == "comment":
        title = register.checks[about].title[code] if about in register.checks else ""
        word = _("Comment")
        return f"{word}: {title}" if title else word
    if kind == "strike":
        return _("Why is this record a mistake?")
    return {
        "name": _("Child's name"),
        "other_names": _("Other names or spellings"),
        "text": _("Comments for the caseworker"),
        "reason": _("Reason"),
        "description": _("Description"),
    }.get(name, _("On the form"))


def _said(register: Register, name: str, values: list[str]) -> str:
    """What was chosen, as the form showed it; what was written, as it is."""
    code = language.code()
    check, _dot, part = name.rpartition(".")
    shown = []
    for value in values:
        if name in register.checks and register.checks[name].values:
            known = value in register.checks[name].values
            shown.append(
                answer_label(register, register.checks[name], value, code) if known else value
            )
        elif name in register.facts:
            shown.append(_fact(register, name, value))
        elif check in register.checks and part == "cause" and value in register.causes:
            shown.append(register.causes[value].label[code])
        elif check in register.checks and part == "authority" and value in register.authorities:
            shown.append(register.authorities[value].name[code])
        else:
            shown.append(value)
    return ", ".join(shown)


def _fact(register: Register, name: str, value: str) -> str:
    fact, code = register.facts[name], language.code()
    if fact.kind == "flag" and value in ("yes", "no", "unknown"):
        return register.say(f"flag_{value}", code)
    return next((choice.label[code] for choice in fact.choices if choice.value == value), value)


__all__ = ["Typed", "typed_words"]
