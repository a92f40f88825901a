"""The checklist to fill in by hand: its context, read from a register. It is about no case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from intake.checklist.blank import BlankSheet
from intake.checklist.clauses import clause
from intake.checklist.parts import SEVERITIES, YES_NO, Check, FactDefinition
from intake.checklist.register import Register
from intake.checklist.wording import Phrases
from intake.documents.blank_checklist import (
    BlankChecklistContext,
    BlankField,
    BlankQuestion,
    BlankSection,
    BlankTopic,
)

MOST_BOXES = 12
"""A longer list of choices, such as that of countries, gets a line to write on."""


class UnknownPart(LookupError):
    """The register has no such section, country or stage; ``kind`` and ``name`` say which."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"{kind}: the register has no {name}")


def blank_checklist_context(
    register: Register,
    phrases: Phrases,
    *,
    sections: Sequence[str] = (),
    country: str | None = None,
    stage: str | None = None,
) -> BlankChecklistContext:
    """The sheet in the language of the phrases, in the order of the app's pages.

    Only ``sections`` where any are named. What a country or a stage rules out is left out; nothing that could still
    apply is. Raises UnknownPart.
    """
    for kind, value in (("country", country), ("stage", stage)):
        if value is not None and value not in register.facts[kind].values:
            raise UnknownPart(kind, value)
    for name in sections:
        if register.section(name) is None:
            raise UnknownPart("section", name)
    writer = _Writer(phrases, BlankSheet(register, country, stage))
    wanted = [one for one in register.sections if not sections or one.id in sections]
    asked = [
        (section, [one for one in section.checks if writer.sheet.may_apply(one) is not False])
        for section in wanted
    ]
    beside = {fact.fact for _, checks in asked for check in checks for fact in check.asks}
    return BlankChecklistContext(
        language=phrases.language,
        title=register.title[phrases.language],
        scope=tuple(_scope(register, phrases, wanted if sections else (), country, stage)),
        topics=() if sections else tuple(writer.topics(beside)),
        sections=tuple(
            BlankSection(
                section.title[phrases.language], tuple(writer.question(one) for one in checks)
            )
            for section, checks in asked
            if checks
        ),
        answers=YES_NO,
        severities=tuple((one, phrases.severity(one)) for one in SEVERITIES if one != "none"),
        register_version=register.version,
        register_sha256=register.sha256,
    )


def _scope(
    register: Register,
    phrases: Phrases,
    sections: Iterable[object],
    country: str | None,
    stage: str | None,
) -> Iterator[str]:
    for kind, value in (("country", country), ("stage", stage)):
        fact = register.facts[kind]
        choice = fact.choice(value)
        if choice is not None:
            yield f"{fact.short[phrases.language]}: {choice.label[phrases.language]}"
    for section in sections:
        yield section.title[phrases.language]  # type: ignore[attr-defined]


class _Writer:
    """Turns checks and facts into what is filled in."""

    def __init__(self, phrases: Phrases, sheet: BlankSheet) -> None:
        self.phrases, self.sheet, self.register = phrases, sheet, sheet.register

    def topics(self, beside: set[str]) -> Iterator[BlankTopic]:
        """The facts, but those that stand beside a check of the sheet."""
        language = self.phrases.language
        for topic in self.register.topics.values():
            fields = tuple(
                self.field(fact)
                for fact in self.register.facts.values()
                if fact.topic == topic.id and (fact.essential or fact.id not in beside)
            )
            if fields:
                yield BlankTopic(topic.title[language], topic.intro[language], fields)

    def question(self, check: Check) -> BlankQuestion:
        language = self.phrases.language
        return BlankQuestion(
            id=check.id,
            question=check.question[language],
            help=check.help[language],
            severity=check.severity,
            deadline=" · ".join(self._deadlines(check)),
            only_if=self._only_if(check),
            own=self._own(check),
            beside=tuple(self.field(self.register.facts[one.fact]) for one in check.asks),
        )

    def field(self, fact: FactDefinition) -> BlankField:
        language = self.phrases.language
        label = fact.label[language]
        hint = fact.hint[language] if fact.hint else ""
        if fact.kind == "flag":
            options = tuple(self.phrases.say(word) for word in ("flag_yes", "flag_no"))
            return BlankField(fact.id, label, "boxes", options, hint)
        if fact.choices and len(fact.choices) <= MOST_BOXES:
            options = tuple(choice.label[language] for choice in fact.choices)
            return BlankField(fact.id, label, "boxes", options, hint)
        if fact.kind in ("date", "time"):
            return BlankField(fact.id, label, "date" if fact.kind == "date" else "time", (), hint)
        return BlankField(fact.id, label, "line", (), hint)

    def _own(self, check: Check) -> BlankField | None:
        label = check.title[self.phrases.language]
        match check.type:
            case "choice":
                options = tuple(choice.label[self.phrases.language] for choice in check.choices)
                return BlankField(check.id, label, "boxes", options)
            case "date":
                return BlankField(check.id, label, "date")
            case "text":
                return BlankField(check.id, label, "lines")
        return None

    def _deadlines(self, check: Check) -> Iterator[str]:
        for clock, certain in self.sheet.clocks(check):
            said = self.phrases.span(self.register, clock)
            if clock.if_ is None or certain:
                yield said
            else:
                condition = clause(self.register, self.phrases, clock.if_).sentence
                yield self.phrases.say("said_clock_if", clock=said, condition=condition)

    def _only_if(self, check: Check) -> str:
        if check.applies_if is None or self.sheet.may_apply(check) is True:
            return ""
        return clause(self.register, self.phrases, check.applies_if).sentence
