"""The profile of a child as a form, built from the facts of the register."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import IntegerField
from wtforms.validators import NumberRange, Optional

from intake.checklist.register import FactDefinition, Register
from intake.forms.fields import CaseForm, LineField, MomentField, PartsField

NOT_FUTURE = frozenset(
    {
        "birth_date",
        "encounter_at",
        "custody_since",
        "asylum_applied_at",
        "bid_started_at",
        "bid_decided_at",
    }
)
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


def asked_facts(register: Register) -> list[FactDefinition]:
    """The facts a caseworker records, in the order of the rules."""
    return [fact for fact in register.facts.values() if fact.group != "derived"]


def fact_key(fact: FactDefinition) -> str:
    """Where the fact stands in a case's document."""
    return f"{'profile' if fact.group == 'profile' else 'events'}.{fact.id}"


def profile_form(register: Register, language: str, zone: ZoneInfo) -> type[CaseForm]:
    """The form of all facts in that language, times in that zone. What is left empty stays unknown."""
    form = type("ProfileForm", (CaseForm,), {})
    form.name = LineField(  # type: ignore[attr-defined]
        _("Child's name"), description=_("As the child says it. It is kept encrypted.")
    )
    form.other_names = LineField(_("Other names or spellings"))  # type: ignore[attr-defined]
    for fact in asked_facts(register):
        setattr(form, fact.id, _fact_field(register, fact, language, zone))
    return form


def _fact_field(register: Register, fact: FactDefinition, language: str, zone: ZoneInfo) -> Any:
    label = fact.label[language]
    about: dict[str, Any] = {"description": fact.hint[language] if fact.hint else ""}
    future = fact.id not in NOT_FUTURE
    labels = [(choice.value, choice.label[language]) for choice in fact.choices]
    match fact.kind:
        case "flag":
            words = [
                (value, register.say(f"flag_{value}", language))
                for value in ("yes", "no", "unknown")
            ]
            return RadioField(label, choices=words, default="unknown", **about)
        case "number":
            limits = [Optional(), NumberRange(fact.least, fact.most)]
            return WholeNumberField(label, validators=limits, **about)
        case "date":
            return PartsField(label, future=future, **about)
        case "time":
            return MomentField(label, zone=zone, future=future, **about)
        case "choices":
            if fact.none:
                labels.append((NONE, fact.none[language]))
            if len(labels) > LONG_LIST:
                labels.sort(key=lambda pair: pair[1].casefold())
            return SelectMultipleField(label, choices=labels, **about)
        case "choice":
            if len(labels) > LONG_LIST:
                labels.sort(key=lambda pair: pair[1].casefold())
                return SelectField(label, choices=[("", ""), *labels], default="", **about)
            return RadioField(
                label,
                choices=[*labels, ("", register.say("flag_unknown", language))],
                default="",
                **about,
            )


def stored_profile(register: Register, document: dict[str, Any]) -> dict[str, Any]:
    """What the form shows at first: the facts kept in the case's document."""
    values: dict[str, Any] = dict(document["identity"])
    for fact in asked_facts(register):
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


def typed_profile(register: Register, form: CaseForm) -> dict[str, Any]:
    """What was typed, as the keys and values a save takes; None for what is not known."""
    values: dict[str, Any] = {
        f"identity.{name}": (form[name].data or "").strip() or None
        for name in ("name", "other_names")
    }
    for fact in asked_facts(register):
        typed = form[fact.id].data
        value: Any = typed
        if fact.kind == "flag":
            value = {"yes": True, "no": False}.get(typed)
        elif fact.kind in ("date", "time"):
            value = typed.isoformat() if typed else None
        elif fact.kind == "choices":
            value = [] if typed == [NONE] else ([part for part in typed if part != NONE] or None)
        elif fact.kind == "choice":
            value = typed or None
        values[fact_key(fact)] = value
    return values
