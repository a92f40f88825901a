"""What is known of one case, validated: the input side of the evaluation contract.

Nothing is guessed: an unknown key, a wrong type or a time without its zone raises InputError
naming the key. A fact or event that is null is not recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from intake.checklist.conditions import Truth
from intake.checklist.consistency import APPROVALS
from intake.checklist.deadlines import Pause
from intake.checklist.parts import Check, FactDefinition
from intake.checklist.register import Register

CBP_HOURS = 72
"""Hours after which holding a child at a U.S. border post is detention: 8 U.S.C. 1232(b)(3)."""
ADULT = 18
LONGEST_TEXT = 10_000
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Value = str | bool | int | date | datetime | tuple[str, ...]


class InputError(ValueError):
    """A case that cannot be read. ``key`` says where, ``reason`` why."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"{key}: {reason}")


@dataclass(frozen=True)
class Answer:
    """A caseworker's answer to a check; ``reason`` says why it does not apply to this child."""

    value: str
    reason: str | None = None


@dataclass(frozen=True)
class CaseInput:
    """Everything an evaluation takes: the moment, the facts, the answers and the approvals."""

    as_of: datetime
    facts: dict[str, Value] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    approvals: frozenset[str] = frozenset()
    breaches: frozenset[str] = frozenset()
    """Gates whose decision is on record as carried out while they were shut. Not part of the contract's input."""
    pauses: Mapping[str, tuple[Pause, ...]] = field(default_factory=dict)
    """When the clock of a check stood still, by check. Not part of the contract's input."""
    zone: tzinfo | None = None
    """That of the place, where a day that ends ends: None where each time's own says so, as in the contract's input."""

    @cached_property
    def age(self) -> int | None:
        """Completed years on the day of the evaluation; a date of birth goes before an estimate."""
        born = self.facts.get("birth_date")
        if isinstance(born, date):
            today = self.as_of.date()
            return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        age = self.facts.get("age")
        return age if isinstance(age, int) else None

    def fact(self, name: str) -> Value | None:
        """The fact, recorded or derived; None where it is not known."""
        derived = _DERIVED.get(name)
        return derived(self) if derived else self.facts.get(name)

    def moment(self, name: str) -> datetime | None:
        """The time of an event; None where it is not known."""
        value = self.facts.get(name)
        return value if isinstance(value, datetime) else None


def _age_in_doubt(case: CaseInput) -> bool:
    return case.facts.get("age_disputed") is True or case.age is None


def _is_child(case: CaseInput) -> bool:
    return _age_in_doubt(case) or (case.age is not None and case.age < ADULT)


def _contiguous(case: CaseInput) -> Truth:
    country, nationality = case.facts.get("country"), case.facts.get("nationality")
    if country == "MX" or (nationality is not None and nationality not in ("MX", "CA")):
        return False
    return None if country is None or nationality is None else True


def _in_immigration_detention(case: CaseInput) -> Truth:
    custody = case.facts.get("custody")
    if custody is None:
        return None
    if custody == "cbp":
        since = case.moment("custody_since")
        return None if since is None else case.as_of > since + timedelta(hours=CBP_HOURS)
    return custody in ("inm", "ice")


def _foreign_national(case: CaseInput) -> Truth:
    country, nationality = case.facts.get("country"), case.facts.get("nationality")
    return None if country is None or nationality is None else nationality != country


_DERIVED = {
    "age_in_doubt": _age_in_doubt,
    "is_child": _is_child,
    "contiguous": _contiguous,
    "in_immigration_detention": _in_immigration_detention,
    "foreign_national": _foreign_national,
}


def read_case(register: Register, document: Any) -> CaseInput:
    """The contract's input as a CaseInput. Raises InputError naming the first key that is wrong."""
    _mapping(document, "(case)")
    for key in document:
        if key not in ("as_of", "profile", "answers", "events", "approvals"):
            raise InputError(_shown(key), "unknown key")
    if "as_of" not in document:
        raise InputError("as_of", "is missing")
    as_of = read_time(document["as_of"], "as_of")
    facts: dict[str, Value] = {}
    for part, group in (("profile", "profile"), ("events", "event")):
        for name, value in _mapping(document.get(part, {}), part).items():
            definition = register.facts.get(name)
            if definition is None or definition.group != group:
                raise InputError(
                    f"{part}.{_shown(name)}",
                    "unknown fact" if part == "profile" else "unknown event",
                )
            if value is not None:
                facts[name] = read_fact(definition, value, f"{part}.{name}")
    born = facts.get("birth_date")
    if isinstance(born, date) and born > as_of.date() + timedelta(days=1):
        raise InputError("profile.birth_date", "lies after as_of")
    answers: dict[str, Answer] = {}
    for check_id, value in _mapping(document.get("answers", {}), "answers").items():
        check = register.checks.get(check_id)
        if check is None:
            raise InputError(f"answers.{_shown(check_id)}", "unknown check")
        answers[check_id] = read_answer(check, value, f"answers.{check_id}")
    approvals = set()
    for name, value in _mapping(document.get("approvals", {}), "approvals").items():
        if name not in APPROVALS:
            raise InputError(f"approvals.{_shown(name)}", "unknown approval")
        if not isinstance(value, bool):
            raise InputError(f"approvals.{name}", "must be true or false")
        if value:
            approvals.add(name)
    return CaseInput(as_of, facts, answers, frozenset(approvals))


def read_fact(definition: FactDefinition, value: Any, key: str) -> Value:
    """One fact's value, checked against its definition. Raises InputError."""
    match definition.kind:
        case "flag":
            if isinstance(value, bool):
                return value
            raise InputError(key, "must be true or false")
        case "number":
            least, most = definition.least or 0, definition.most or 0
            if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
                return value
            raise InputError(key, f"must be a whole number from {least} to {most}")
        case "date":
            return read_date(value, key)
        case "time":
            return read_time(value, key)
        case "choice":
            if isinstance(value, str) and value in definition.values:
                return value
            raise InputError(key, f"unknown value {_shown(value)}")
        case "choices":
            if not isinstance(value, list | tuple):
                raise InputError(key, "must be a list")
            for part in value:
                if not isinstance(part, str) or part not in definition.values:
                    raise InputError(key, f"unknown value {_shown(part)}")
            return tuple(dict.fromkeys(value))


def read_answer(check: Check, value: Any, key: str) -> Answer:
    """One answer, checked against its check. Raises InputError."""
    reason = None
    if isinstance(value, dict):
        for part in value:
            if part not in ("value", "reason"):
                raise InputError(f"{key}.{_shown(part)}", "unknown key")
        reason = value.get("reason")
        if reason:
            _text(reason, f"{key}.reason")
        elif reason not in (None, ""):
            raise InputError(f"{key}.reason", "must be a text")
        if "value" not in value:
            raise InputError(f"{key}.value", "is missing")
        value = value["value"]
    if not isinstance(value, str):
        raise InputError(key, "must be a text")
    if check.values and value not in check.values:
        raise InputError(key, f"unknown value {_shown(value)}")
    if value == "not_applicable" and not (reason or "").strip():
        raise InputError(f"{key}.reason", "not_applicable needs a reason")
    if check.type == "date":
        read_date(value, key)
    if check.type == "text":
        _text(value, key)
    return Answer(value, reason)


def read_time(value: Any, key: str) -> datetime:
    """An ISO 8601 time with its zone, of the years 1900 to 2199. Raises InputError."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
            moment.astimezone()
        except (ValueError, OverflowError):
            pass
        else:
            if 1900 <= moment.year <= 2199:
                return moment
    raise InputError(
        key, f"must be a time with its zone, such as 2026-11-02T14:00:00-06:00, not {_shown(value)}"
    )


def read_date(value: Any, key: str) -> date:
    """An ISO 8601 date of the years 1900 to 2199. Raises InputError."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if 1900 <= day.year <= 2199:
                return day
    raise InputError(key, f"must be a date, such as 2026-11-02, not {_shown(value)}")


def _mapping(value: Any, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(key, "must be an object")
    return value


def _text(value: Any, key: str) -> None:
    if not isinstance(value, str):
        raise InputError(key, "must be a text")
    if not value.strip() or len(value) > LONGEST_TEXT:
        raise InputError(key, f"must have 1 to {LONGEST_TEXT} characters")
    if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in value):
        raise InputError(key, "has characters that are no text")


def _shown(value: Any) -> str:
    """A value as an error may show it: printable, one line, short."""
    text = value if isinstance(value, str) else type(value).__name__
    text = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text[:61]
    )
    return text[:60] + "…" if len(text) > 60 else text or "(empty)"
