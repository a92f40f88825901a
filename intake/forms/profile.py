"""The profile of a child as forms: what is asked when a case is opened, then one form a topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from intake.checklist.parts import FactDefinition, Topic
from intake.checklist.register import Register
from intake.forms.facts import fact_field, in_order, kept_facts, stored_facts, typed_facts
from intake.forms.fields import CaseForm, LineField

NAMES = ("name", "other_names")


def essential_facts(register: Register) -> list[FactDefinition]:
    """The facts asked when a case is opened, topic by topic."""
    return [
        fact
        for topic in register.topics.values()
        for fact in facts_of(register, topic)
        if fact.essential
    ]


def facts_of(register: Register, topic: Topic) -> list[FactDefinition]:
    """The facts recorded under that topic, in the order of the rules."""
    return [fact for fact in register.facts.values() if fact.topic == topic.id]


def asks_names(register: Register, topic: Topic) -> bool:
    """Whether the child's names are recorded under that topic: the first."""
    return topic.id == next(iter(register.topics), None)


def profile_form(
    register: Register,
    facts: Sequence[FactDefinition],
    language: str,
    zone: ZoneInfo,
    *,
    names: bool,
    document: dict[str, Any] | None = None,
) -> type[CaseForm]:
    """The form of those facts in that language, times in that zone, with the child's names where asked.

    ``document`` is the case's, where there is one: its other facts are what these must agree with.
    """
    about = {"facts": facts, "register": register, "language": language, "document": document}
    form = type("ProfileForm", (CaseForm,), {"validate": _validate, **about})
    if names:
        form.name = LineField(  # type: ignore[attr-defined]
            _("Child's name"), description=_("As the child says it. It is kept encrypted.")
        )
        form.other_names = LineField(_("Other names or spellings"))  # type: ignore[attr-defined]
    for fact in facts:
        setattr(form, fact.id, fact_field(register, fact, language, zone))
    return form


def _validate(self: Any, extra_validators: Any = None) -> bool:
    """The fields' own checks, and that nothing ends before it began."""
    valid = super(type(self), self).validate(extra_validators)
    kept = kept_facts(self.register, self.document)
    return in_order(self, self.register, self.facts, kept) and bool(valid)


def stored_profile(facts: Sequence[FactDefinition], document: dict[str, Any]) -> dict[str, Any]:
    """What the form shows at first: the names and facts kept in the case's document."""
    return dict(document["identity"]) | stored_facts(facts, document)


def typed_profile(facts: Sequence[FactDefinition], form: CaseForm) -> dict[str, Any]:
    """What was typed, as the keys and values a save takes; None for what is not known."""
    names = {
        f"identity.{name}": (form[name].data or "").strip() or None
        for name in NAMES
        if name in form
    }
    return names | typed_facts(facts, form)
