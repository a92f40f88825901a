"""A section of the register as a form: for each check its answer, its evidence, its cause, and the facts it asks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField

from intake.checklist.conditions import CheckIs, Condition, Recorded, When, leaves
from intake.checklist.evaluation import Evaluation
from intake.checklist.parts import Check, FactDefinition, Section
from intake.checklist.register import Register
from intake.forms.facts import fact_field, in_order, kept_facts, stored_facts, typed_facts
from intake.forms.fields import CaseForm, LineField, NoteField, PartsField, SelectChoice

SHOWN = "shown"
"""Marks the facts that the page showed."""
PARTS = ("reason", "note", "evidence_date", "evidence_source", "cause", "authority")


def section_form(
    register: Register,
    section: Section,
    language: str,
    zone: ZoneInfo,
    document: dict[str, Any] | None = None,
) -> type[CaseForm]:
    """The form of that section in that language, times in that zone.

    A field is named by its check, its parts by ``check.part``, and a fact asked beside a check by the fact. ``document``
    is the case's: its other facts are what these must agree with.
    """
    asked = asked_facts(register, section)
    # a box nobody ticked is not sent: without the mark, what was not on the page would count as cleared
    fields: dict[str, Any] = {
        SHOWN: SelectMultipleField(choices=[SelectChoice(fact.id) for fact in asked])
    }
    for check in section.checks:
        fields[check.id] = _answer_field(register, check, language)
        fields[f"{check.id}.reason"] = LineField(_("Why does it not apply to this child?"))
        fields[f"{check.id}.note"] = NoteField(_("Note"))
        day = _("Date of the evidence")
        fields[f"{check.id}.evidence_date"] = PartsField(
            day, future=False, called=f"{check.title[language]}: {day}"
        )
        fields[f"{check.id}.evidence_source"] = LineField(_("Source of the evidence"))
        fields[f"{check.id}.cause"] = _choose(
            _("What keeps this from being done?"),
            [(cause.id, cause.label[language]) for cause in register.causes.values()],
        )
        fields[f"{check.id}.authority"] = _choose(
            _("Which authority has to act, if not the usual one?"),
            [(body.id, body.name[language]) for body in register.authorities.values()],
        )
    for fact in asked:
        fields[fact.id] = fact_field(register, fact, language, zone)
    about = {"section": section, "register": register, "language": language, "document": document}
    form = type("SectionForm", (CaseForm,), {"validate": _validate, **about})
    for name, field in fields.items():
        setattr(form, name, field)
    return form


def _choose(label: Any, pairs: list[tuple[str, str]]) -> SelectField:
    choices = [SelectChoice("", ""), *(SelectChoice(value, text) for value, text in pairs)]
    return SelectField(label, choices=choices, default="")


def _answer_field(register: Register, check: Check, language: str) -> Any:
    question = check.question[language]
    if check.type == "date":
        return PartsField(question)
    if check.type == "text":
        return NoteField(question)
    labels = (
        [SelectChoice(value, register.say(f"answer_{value}", language)) for value in check.values]
        if check.type == "yn"
        else [SelectChoice(choice.value, choice.label[language]) for choice in check.choices]
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
    shown = self[SHOWN].data or ()
    facts = [fact for fact in asked_facts(self.register, self.section) if fact.id in shown]
    kept = kept_facts(self.register, self.document)
    return in_order(self, self.register, facts, kept) and bool(valid)


def _language(form: Any) -> str:
    return "en" if str(form.meta.locales and form.meta.locales[0]).startswith("en") else "es"


def asked_facts(register: Register, section: Section) -> list[FactDefinition]:
    """The facts that the section's checks ask beside their answer."""
    return [register.facts[asked.fact] for check in section.checks for asked in check.asks]


def stored_values(register: Register, section: Section, document: dict[str, Any]) -> dict[str, Any]:
    """What the form shows at first: the answers and facts kept in the case's document."""
    values = stored_facts(asked_facts(register, section), document)
    for check in section.checks:
        kept = document["answers"].get(check.id, {})
        value = kept.get("value") or ""
        values[check.id] = dt.date.fromisoformat(value) if check.type == "date" and value else value
        for part in PARTS:
            values[f"{check.id}.{part}"] = kept.get(part)
        if kept.get("evidence_date"):
            values[f"{check.id}.evidence_date"] = dt.date.fromisoformat(kept["evidence_date"])
    return values


def typed_values(
    register: Register, section: Section, form: CaseForm, document: dict[str, Any]
) -> dict[str, Any]:
    """What was typed over the kept document, as the keys and values a save takes.

    A check or fact that was not on the page is left as it is, and so is an answer that was not sent: radio buttons
    cannot be unchosen.
    """
    shown = form[SHOWN].data or ()
    values = typed_facts(
        [fact for fact in asked_facts(register, section) if fact.id in shown], form
    )
    for check in section.checks:
        if not any(form[name].raw_data for name in (check.id, f"{check.id}.note")):
            continue
        answer = form[check.id].data
        kept: dict[str, Any] = {
            "value": answer.isoformat() if isinstance(answer, dt.date) else (answer or "").strip()
        }
        for part in PARTS:
            typed = form[f"{check.id}.{part}"].data
            typed = typed.isoformat() if isinstance(typed, dt.date) else _clean(typed)
            if typed:
                kept[part] = typed
        if check.values and not form[check.id].raw_data:
            kept["value"] = document["answers"].get(check.id, {}).get("value", "")
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


def leading_names(register: Register, section: Section) -> frozenset[str]:
    """The fields of the section on whose answer it depends whether another of its checks applies."""
    found: set[str] = set()

    def follow(node: Condition) -> None:
        for leaf in leaves(node):
            match leaf:
                case CheckIs():
                    found.add(leaf.check)
                case Recorded():
                    found.add(leaf.recorded)
                case When():
                    follow(register.conditions[leaf.when].is_)
                case _:
                    found.add(getattr(leaf, "fact", ""))

    for check in section.checks:
        if check.applies_if is not None:
            follow(check.applies_if)
    own = {check.id for check in section.checks} | {
        fact.id for fact in asked_facts(register, section)
    }
    return frozenset(found & own)
