"""The condition tree in words: one more target of the tree, for those who review the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from intake.checklist.conditions import (
    All,
    AnyOf,
    Approval,
    CheckIs,
    Condition,
    Elapsed,
    FactIs,
    GateIs,
    Known,
    Leaf,
    NoGap,
    Not,
    Recorded,
    When,
)
from intake.checklist.parts import FactDefinition
from intake.checklist.register import Register
from intake.checklist.wording import Phrases


@dataclass(frozen=True)
class Clause:
    """A condition in words: whole as one sentence, or as a heading with its parts below it."""

    sentence: str
    heading: str = ""
    parts: tuple[Clause, ...] = ()
    grouped: bool = False
    """Whether the sentence needs brackets inside another one."""

    def lines(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """The clause as an outline: how deep a line stands, and the line."""
        if not self.parts:
            yield depth, self.sentence
            return
        yield depth, f"{self.heading}:"
        for part in self.parts:
            yield from part.lines(depth + 1)


def clause(register: Register, phrases: Phrases, node: Condition, *, own: str = "") -> Clause:
    """What the condition asks, in words. ``own`` is the check whose own condition it is.

    Named conditions stay unopened: they are said by their own words.
    """
    return _Sayer(register, phrases, own).clause(node)


@dataclass(frozen=True)
class _Sayer:
    register: Register
    phrases: Phrases
    own: str

    def clause(self, node: Condition) -> Clause:
        say = self.phrases.say
        match node:
            case All() | AnyOf():
                parts = tuple(
                    self.clause(part) for part in (node.all if isinstance(node, All) else node.any)
                )
                if len(parts) == 1:
                    return parts[0]
                inside = [f"[{part.sentence}]" if part.grouped else part.sentence for part in parts]
                if isinstance(node, All):
                    return Clause(self.phrases.all_of(inside), say("said_all"), parts, grouped=True)
                return Clause(self.phrases.any_of(inside), say("said_any"), parts, grouped=True)
            case Not():
                return self._around("said_not", node.not_)
            case Known():
                return self._around("said_known", node.known)
            case _:
                return Clause(self.leaf(node))

    def _around(self, word: str, node: Condition) -> Clause:
        inner = self.clause(node)
        what = f"[{inner.sentence}]" if inner.grouped else inner.sentence
        sentence = self.phrases.say(word, what=what)
        if not inner.parts:
            return Clause(sentence)
        return Clause(sentence, self.phrases.say(f"{word}_group"), (inner,))

    def leaf(self, leaf: Leaf) -> str:
        register, phrases, language = self.register, self.phrases, self.phrases.language
        match leaf:
            case FactIs():
                return self._fact(register.facts[leaf.fact], leaf)
            case Elapsed():
                since = register.facts[leaf.elapsed.since]
                event = (since.event or since.short)[language]
                return phrases.say("elapsed", n=leaf.elapsed.days, event=event)
            case CheckIs():
                return self._check(leaf)
            case Recorded():
                title = register.checks[leaf.recorded].title[language]
                return phrases.say("said_recorded", check=title, id=leaf.recorded)
            case Approval():
                return phrases.say(f"said_approval_{leaf.approval}")
            case GateIs():
                title = register.gates[leaf.gate].title[language]
                return phrases.say(f"said_gate_{leaf.state}", gate=title, id=leaf.gate)
            case NoGap():
                severities = [f"severity_{severity}" for severity in leaf.no_gap]
                words = phrases.either(phrases.say(word).lower() for word in severities)
                return phrases.say("said_no_gap", severities=words)
            case When():
                return register.conditions[leaf.when].because.yes[language]
            case _:
                assert_never(leaf)

    def _check(self, leaf: CheckIs) -> str:
        check, say = self.register.checks[leaf.check], self.phrases.say
        title = check.title[self.phrases.language]
        if leaf.answered is None:
            return say(f"said_check_{leaf.status}", check=title, id=check.id)
        answers = self.phrases.answers(check, leaf.answered)
        if leaf.check == self.own:
            return say("said_own_answer", answers=answers)
        return say("said_check_answered", check=title, id=check.id, answers=answers)

    def _fact(self, fact: FactDefinition, leaf: FactIs) -> str:
        say, language = self.phrases.say, self.phrases.language
        name = fact.short[language]
        if leaf.given:
            return say("said_fact_given", fact=name)
        if leaf.any_given:
            return say("said_fact_any", fact=name)
        if leaf.includes is not None:
            return say("said_fact_includes", fact=name, value=self._value(fact, leaf.includes))
        if leaf.from_ is not None:
            return say("said_fact_from", fact=name, value=self._value(fact, leaf.from_))
        if leaf.in_ is not None:
            values = self.phrases.either(self._value(fact, value) for value in leaf.in_)
            return say("said_fact_is", fact=name, value=values)
        if isinstance(leaf.is_, bool):
            wording = fact.because and (fact.because.yes if leaf.is_ else fact.because.no)
            if wording:
                return wording[language]
            flag = self.phrases.quoted(say("flag_yes" if leaf.is_ else "flag_no"))
            return say("said_fact_is", fact=name, value=flag)
        choice = fact.choice(leaf.is_)
        if choice is not None and choice.because is not None:
            return choice.because[language]
        return say("said_fact_is", fact=name, value=self._value(fact, leaf.is_))

    def _value(self, fact: FactDefinition, value: object) -> str:
        choice = fact.choice(value)
        return self.phrases.quoted(choice.label[self.phrases.language] if choice else str(value))
