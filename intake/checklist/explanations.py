"""Why a finding is what it is, in words a caseworker can read, from the words kept in rules/."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from intake.checklist.conditions import (
    Approval,
    CheckIs,
    Elapsed,
    FactIs,
    GateIs,
    Leaf,
    NoGap,
    Recorded,
    When,
    deciding,
    evaluate,
)
from intake.checklist.evaluation import CaseWorld, Evaluation, Finding
from intake.checklist.parts import Check, FactDefinition
from intake.checklist.register import Register


@dataclass(frozen=True)
class Explanation:
    """The reasons for one finding: for its status, for its applying or not, and for its due time."""

    status: str
    applies: str
    due: str

    @property
    def sentence(self) -> str:
        """All reasons in one line."""
        return "; ".join(part for part in (self.status, self.applies, self.due) if part)


def explain(evaluation: Evaluation, finding: Finding, language: str) -> Explanation:
    """The reasons for the finding, in that language."""
    say = _Sayer(evaluation, language)
    return Explanation(say.status(finding), say.applies(finding), say.due(finding))


def blocker_label(register: Register, blocker: str, language: str) -> str:
    """What keeps a gate shut, in words: the id in a gate's ``blocked_by`` as a reader knows it."""
    if blocker in register.checks:
        return register.checks[blocker].title[language]
    if blocker.startswith("approvals."):
        return register.say("approval_missing", language)
    if blocker in register.gates:
        return register.gates[blocker].title[language]
    fact = register.facts.get(blocker.removeprefix("profile."))
    return fact.short[language] if fact else blocker


def answer_label(register: Register, check: Check, value: str, language: str) -> str:
    """The answer as the form shows it."""
    if check.type == "yn":
        return register.say(f"answer_{value}", language)
    choice = check.choice(value)
    return choice.label[language] if choice else value


def moment_label(moment: datetime, language: str) -> str:
    """A moment in words, in its own zone."""
    locale = "es_MX" if language == "es" else "en"
    return format_datetime(moment, "d MMM y, HH:mm", locale=locale)


def day_label(day: date, language: str) -> str:
    """A day in words."""
    return format_date(day, "d MMM y", locale="es_MX" if language == "es" else "en")


class _Sayer:
    def __init__(self, evaluation: Evaluation, language: str) -> None:
        self.register, self.case, self.language = evaluation.register, evaluation.case, language
        self.world = CaseWorld(evaluation.register, evaluation.case)

    def say(self, word: str, **values: object) -> str:
        return self.register.say(word, self.language, **values)

    def status(self, finding: Finding) -> str:
        answer = finding.answer
        if answer is None and finding.status == "gap" and finding.check.gap_if is not None:
            own = deciding(finding.check.gap_if, self.world)
            return self.say("because_gap_known", reasons=self.join(self.leaf(leaf) for leaf in own))
        if answer is None or not finding.applies:
            return self.say(f"because_{finding.status}")
        label = answer_label(self.register, finding.check, answer.value, self.language)
        word = f"because_{finding.status}_answered"
        if finding.status == "gap" and answer.value not in finding.check.gap_answers:
            word = "because_gap_contradicted"
        return self.say(word, answer=label, reason=answer.reason or "")

    def applies(self, finding: Finding) -> str:
        condition = finding.check.applies_if
        if condition is None:
            return self.say("applies_always")
        reasons = self.join(self.leaf(leaf) for leaf in deciding(condition, self.world))
        word = {
            True: "applies_because",
            False: "applies_not_because",
            None: "applies_unknown_because",
        }
        return self.say(word[finding.applies], reasons=reasons)

    def due(self, finding: Finding) -> str:
        clock = finding.clock
        if clock is None or not (finding.open or finding.status == "pending"):
            return ""
        event = self.register.facts[clock.from_].event
        event_name = event[self.language] if event else clock.from_
        within = clock.within
        if within.hours is not None:
            span = (
                self.say("span_hours", n=within.hours) if within.hours else self.say("span_at_once")
            )
        elif within.days is not None:
            span = self.say("span_days", n=within.days)
        else:
            span = self.say("span_business_days", n=within.business_days)
        if finding.paused:
            return self.say("due_paused", span=span, event=event_name)
        if finding.due is None:
            return self.say("due_unknown", span=span, event=event_name)
        # told in the zone of the case, whatever zone the event was written in
        moment = moment_label(finding.due.astimezone(self.case.as_of.tzinfo), self.language)
        word = "due_overdue" if finding.overdue else "due_by"
        return self.say(word, moment=moment, span=span, event=event_name)

    def join(self, reasons: Iterable[str]) -> str:
        parts = list(dict.fromkeys(reasons))
        if len(parts) < 2:
            return "".join(parts)
        return self.say("list_and", first=", ".join(parts[:-1]), last=parts[-1])

    def leaf(self, leaf: Leaf) -> str:
        """One reason: what the leaf's own value is, whether or not the condition wanted it."""
        register, language = self.register, self.language
        match leaf:
            case When():
                named = register.conditions[leaf.when]
                truth = evaluate(named.is_, self.world)
                if truth is None:
                    return self.join(self.leaf(inner) for inner in deciding(named.is_, self.world))
                wording = named.because.yes if truth else named.because.no
                return wording[language] if wording else named.id
            case FactIs():
                return self.fact(register.facts[leaf.fact], leaf)
            case Elapsed():
                fact = register.facts[leaf.elapsed.since]
                if self.case.moment(fact.id) is None:
                    return self.say("fact_unknown", fact=fact.short[language])
                word = "elapsed" if self.world.leaf(leaf) else "elapsed_not"
                event = fact.event[language] if fact.event else fact.short[language]
                return self.say(word, n=leaf.elapsed.days, event=event)
            case CheckIs():
                return self.check(leaf.check)
            case Recorded():
                return self.check(leaf.recorded)
            case Approval():
                return self.say("approval_given" if self.world.leaf(leaf) else "approval_missing")
            case GateIs():
                gate = register.gates[leaf.gate]
                state = "open" if self.world.gate(leaf.gate)[1] else "shut"
                if leaf.state == "breached" and self.world.leaf(leaf):
                    state = "breached"
                return self.say(f"gate_{state}", gate=gate.title[language])
            case NoGap():
                titles = [
                    register.checks[check_id].title[language]
                    for check_id in self.world.could_be_gaps(leaf)
                ]
                return self.join(titles)

    def check(self, check_id: str) -> str:
        check = self.register.checks[check_id]
        title = check.title[self.language]
        if self.world.applies(check_id) is False:
            return self.say("check_not_applicable", check=title)
        answer = self.case.answers.get(check_id)
        if answer is None:
            return self.say("check_unanswered", check=title)
        label = answer_label(self.register, check, answer.value, self.language)
        return self.say("check_answered", check=title, answer=label)

    def fact(self, fact: FactDefinition, leaf: FactIs) -> str:
        language, value = self.language, self.case.fact(fact.id)
        if value is None:
            return self.say("fact_unknown", fact=fact.short[language])
        if fact.because is not None and (isinstance(value, bool) or fact.kind == "time"):
            wording = fact.because.yes if value is not False else fact.because.no
            if wording:
                return wording[language]
        chosen = leaf.includes if leaf.includes is not None and isinstance(value, tuple) else value
        if isinstance(value, tuple) and leaf.includes is not None and chosen not in value:
            choice = fact.choice(chosen)
            label = choice.label[language] if choice else str(chosen)
            return self.say("fact_lacks", fact=fact.short[language], value=label)
        if isinstance(chosen, tuple):
            labels = [choice.label[language] for choice in fact.choices if choice.value in chosen]
            return self.say("fact_is", fact=fact.short[language], value=", ".join(labels) or "–")
        choice = fact.choice(chosen)
        if choice is not None and choice.because is not None:
            return choice.because[language]
        label = choice.label[language] if choice else str(chosen)
        return self.say("fact_is", fact=fact.short[language], value=label)
