"""A section of the register as a form: for each check its answer, reason, note and evidence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from intake.checklist.evaluation import Evaluation
from intake.checklist.register import Check, Register, Section
from intake.forms.fields import CaseForm, LineField, NoteField, PartsField

PARTS = ("reason", "note", "evidence_date", "evidence_source")


def section_form(register: Register, section: Section, language: str) -> type[CaseForm]:
    """The form of that section in that language; a field is named by its check, its parts by ``check.part``."""
    fields: dict[str, Any] = {}
    for check in section.checks:
        fields[check.id] = _answer_field(register, check, language)
        fields[f"{check.id}.reason"] = LineField(_("Why does it not apply to this child?"))
        fields[f"{check.id}.note"] = NoteField(_("Note"))
        fields[f"{check.id}.evidence_date"] = PartsField(_("Date of the evidence"), future=False)
        fields[f"{check.id}.evidence_source"] = LineField(_("Source of the evidence"))
    form = type("SectionForm", (CaseForm,), {"validate": _validate, "section": section})
    for name, field in fields.items():
        setattr(form, name, field)
    return form


def _answer_field(register: Register, check: Check, language: str) -> Any:
    question = check.question[language]
    if check.type == "date":
        return PartsField(question)
    if check.type == "text":
        return NoteField(question)
    labels = (
        [(value, register.say(f"answer_{value}", language)) for value in check.values]
        if check.type == "yn"
        else [(choice.value, choice.label[language]) for choice in check.choices]
    )
    return RadioField(question, choices=labels, validate_choice=False, default="")


def _validate(self: Any, extra_validators: Any = None) -> bool:
    """The fields' own checks, and that a check that does not apply says why."""
    valid = super(type(self), self).validate(extra_validators)
    for check in self.section.checks:
        answer, reason = self[check.id], self[f"{check.id}.reason"]
        if check.values and answer.data and answer.data not in check.values:
            answer.errors = [*answer.errors, _("Choose one of the answers on the page.")]
            valid = False
        if (
            answer.data == "not_applicable"
            and not (reason.data or "").strip()
            and not reason.errors
        ):
            reason.errors = [
                _(
                    "Say why “%(check)s” does not apply to this child.",
                    check=check.title[_language(self)],
                )
            ]
            valid = False
    return bool(valid)


def _language(form: Any) -> str:
    return "en" if str(form.meta.locales and form.meta.locales[0]).startswith("en") else "es"


def stored_values(section: Section, document: dict[str, Any]) -> dict[str, Any]:
    """What the form shows at first: the answers kept in the case's document."""
    values: dict[str, Any] = {}
    for check in section.checks:
        kept = document["answers"].get(check.id, {})
        value = kept.get("value") or ""
        values[check.id] = dt.date.fromisoformat(value) if check.type == "date" and value else value
        for part in PARTS:
            values[f"{check.id}.{part}"] = kept.get(part)
        if kept.get("evidence_date"):
            values[f"{check.id}.evidence_date"] = dt.date.fromisoformat(kept["evidence_date"])
    return values


def typed_values(section: Section, form: CaseForm) -> dict[str, Any]:
    """What was typed, as the keys and values a save takes; a check left wholly empty is cleared."""
    values: dict[str, Any] = {}
    for check in section.checks:
        answer = form[check.id].data
        kept: dict[str, Any] = {
            "value": answer.isoformat() if isinstance(answer, dt.date) else (answer or "").strip()
        }
        for part in PARTS:
            typed = form[f"{check.id}.{part}"].data
            typed = typed.isoformat() if isinstance(typed, dt.date) else _clean(typed)
            if typed:
                kept[part] = typed
        if not kept["value"]:
            del kept["value"]
        values[f"answers.{check.id}"] = kept or None
    return values


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def shown_checks(section: Section, evaluation: Evaluation) -> list[Check]:
    """The checks to ask: those that apply, may apply, or were answered already."""
    return [
        check
        for check in section.checks
        if evaluation.findings[check.id].applies is not False
        or evaluation.findings[check.id].answer is not None
    ]
