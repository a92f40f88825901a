"""Facts of the register as form fields: built, filled from a case's document, and read back."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import IntegerField
from wtforms.validators import NumberRange, Optional, StopValidation

from intake.checklist.parts import FactDefinition
from intake.checklist.register import Register
from intake.forms.fields import CaseForm, MomentField, PartsField, SelectChoice

LONG_LIST = 12
NONE = "none_so_far"


class WholeNumberField(IntegerField):
    """A whole number that says so in a sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        self.raw_data = [typed]
        if not typed:
            self.data = None
        elif typed.isascii() and typed.isdigit() and len(typed) < 4:
            self.data = int(typed)
        else:
            self.data = None
            raise ValueError(_("“%(field)s” must be a whole number.", field=self.label.text))

    def pre_validate(self, form: Any) -> None:
        """What is no number is not too large or too small as well."""
        if self.process_errors:
            raise StopValidation


def fact_key(fact: FactDefinition) -> str:
    """Where the fact stands in a case's document."""
    return f"{'profile' if fact.group == 'profile' else 'events'}.{fact.id}"


def fact_field(register: Register, fact: FactDefinition, language: str, zone: ZoneInfo) -> Any:
    """The field of that fact in that language, times in that zone. What is left empty stays unknown."""
    label = fact.label[language]
    about: dict[str, Any] = {"description": fact.hint[language] if fact.hint else ""}
    listed = about | {"invalid_choice_message": _("Choose one of the answers on the page.")}
    future = not fact.past
    choices = [SelectChoice(choice.value, choice.label[language]) for choice in fact.choices]
    match fact.kind:
        case "flag":
            words = [
                SelectChoice(value, register.say(f"flag_{value}", language))
                for value in ("yes", "no", "unknown")
            ]
            return RadioField(
                label,
                choices=words,
                default="unknown",
                **listed,
            )
        case "number":
            between = _(
                "“%(field)s” must lie between %(first)s and %(last)s.",
                field=label,
                first=fact.least,
                last=fact.most,
            )
            limits = [Optional(), NumberRange(fact.least, fact.most, message=between)]
            return WholeNumberField(label, validators=limits, **about)
        case "date":
            return PartsField(label, future=future, **about)
        case "time":
            return MomentField(label, zone=zone, future=future, **about)
        case "choices":
            if fact.none:
                choices.append(SelectChoice(NONE, fact.none[language]))
            if len(choices) > LONG_LIST:
                choices.sort(key=_place)
            return SelectMultipleField(label, choices=choices, **listed)
        case "choice":
            if len(choices) > LONG_LIST:
                choices.sort(key=_place)
                return SelectField(
                    label, choices=[SelectChoice("", ""), *choices], default="", **listed
                )
            unknown = SelectChoice("", register.say("flag_unknown", language))
            return RadioField(
                label,
                choices=[*choices, unknown],
                default="",
                **listed,
            )


def _place(choice: SelectChoice) -> str:
    """Where a word stands in an alphabetical list: accents do not move it."""
    parts = unicodedata.normalize("NFKD", choice.label.replace(",", ""))
    return "".join(mark for mark in parts if not unicodedata.combining(mark)).casefold()


def stored_facts(facts: Iterable[FactDefinition], document: dict[str, Any]) -> dict[str, Any]:
    """What the fields show at first: the facts kept in the case's document, by their ids."""
    values: dict[str, Any] = {}
    for fact in facts:
        part, name = fact_key(fact).split(".")
        kept = document[part].get(name)
        if fact.kind == "flag":
            values[fact.id] = {True: "yes", False: "no"}.get(kept, "unknown")
        elif kept is None:
            values[fact.id] = [] if fact.kind == "choices" else None
        elif fact.kind == "date":
            values[fact.id] = dt.date.fromisoformat(kept)
        elif fact.kind == "time":
            values[fact.id] = dt.datetime.fromisoformat(kept)
        elif fact.kind == "choices":
            values[fact.id] = list(kept) or ([NONE] if fact.none else [])
        else:
            values[fact.id] = kept
    return {name: value for name, value in values.items() if value is not None}


def typed_facts(facts: Iterable[FactDefinition], form: CaseForm) -> dict[str, Any]:
    """What was typed, as the keys and values a save takes; None for what is not known."""
    values: dict[str, Any] = {}
    for fact in facts:
        typed = form[fact.id].data
        value: Any = typed
        if fact.kind == "flag":
            value = {"yes": True, "no": False}.get(typed)
        elif fact.kind in ("date", "time"):
            value = typed.isoformat() if typed else None
        elif fact.kind == "choices":
            chosen = list(dict.fromkeys(part for part in typed or () if part != NONE))
            value = chosen or ([] if typed else None)
        elif fact.kind == "choice":
            value = typed or None
        values[fact_key(fact)] = value
    return values


def kept_facts(register: Register, document: dict[str, Any] | None) -> dict[str, Any]:
    """The facts that the case's document holds, by their ids: what a form's own are compared with."""
    return stored_facts(register.facts.values(), document) if document else {}


def in_order(
    form: CaseForm, register: Register, facts: Iterable[FactDefinition], kept: dict[str, Any]
) -> bool:
    """Whether nothing typed ends before it began, on this page or another; if not, the field says so."""
    valid = True
    for fact in facts:
        here = form[fact.id]
        if here.errors or not here.data:
            continue
        if fact.not_before:
            other = register.facts[fact.not_before]
            if (moment := _moment_of(form, other, kept)) and here.data < moment:
                sentence = _("“%(field)s” cannot lie before “%(other)s”.")
                valid = _refuse(here, sentence, form, other)
        for other in register.facts.values():
            # where both are on the page, the later one has said so
            later = other.not_before == fact.id and other.id not in form
            if later and (moment := kept.get(other.id)) and here.data > moment:
                sentence = _("“%(field)s” cannot lie after “%(other)s”.")
                valid = _refuse(here, sentence, form, other)
    return valid


def _moment_of(form: CaseForm, fact: FactDefinition, kept: dict[str, Any]) -> Any:
    return form[fact.id].data if fact.id in form else kept.get(fact.id)


def _refuse(here: Any, sentence: Any, form: Any, other: FactDefinition) -> bool:
    label = other.label[form.language]
    here.errors = [*here.errors, str(sentence) % {"field": here.label.text, "other": label}]
    return False
