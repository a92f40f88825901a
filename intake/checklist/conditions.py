"""The condition tree: plain data with a three-valued (Kleene) meaning.

A tree is read from the rules, evaluated against a :class:`World`, explained by the leaves that
decided it, and walked by other targets. True and False are known; ``None`` is unknown and is never
taken for either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

Truth = bool | None
Scalar = str | bool | int


class Node(BaseModel):
    """A part of a condition tree."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class All(Node):
    """Holds when every part holds."""

    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Node):
    """Holds when at least one part holds."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Not(Node):
    """Holds when its part is known not to hold."""

    not_: Condition = Field(alias="not")


class Known(Node):
    """Holds when its part is known to hold; unknown counts as false.

    For facts whose absence is the answer.
    """

    known: Condition


class FactIs(Node):
    """A test of one fact."""

    fact: str
    is_: Scalar | None = Field(default=None, alias="is")
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    includes: str | None = None
    any_given: Literal[True] | None = None
    from_: str | None = Field(default=None, alias="from")
    given: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_test(self) -> FactIs:
        tests = (self.is_, self.in_, self.includes, self.any_given, self.from_, self.given)
        if sum(test is not None for test in tests) != 1:
            raise ValueError(
                "a fact needs exactly one of: is, in, includes, any_given, from, given"
            )
        return self


class Span(Node):
    """A time that must have passed since a fact."""

    since: str
    days: int = Field(ge=0)


class Elapsed(Node):
    """Holds when the span has passed on the day of the evaluation."""

    elapsed: Span


class CheckIs(Node):
    """A test of a check: of its answer, or of the status of its finding."""

    check: str
    answered: tuple[str, ...] | None = None
    status: Literal["satisfied", "settled"] | None = None

    @model_validator(mode="after")
    def _one_test(self) -> CheckIs:
        if (self.answered is None) == (self.status is None):
            raise ValueError("a check needs exactly one of: answered, status")
        return self


class Recorded(Node):
    """Holds when any answer to the check is recorded; unknown where none is."""

    recorded: str


class Approval(Node):
    """Holds when a supervisor who is not the caseworker approved the named decision."""

    approval: str


class GateIs(Node):
    """A test of a gate.

    ``open`` when it is known to be open, ``shut`` when it applies and is not, ``breached`` when it is on record that
    the decision was once carried out while it was shut.
    """

    gate: str
    state: Literal["open", "shut", "breached"]


class NoGap(Node):
    """Holds when no check of these severities is a gap or could turn out to be one."""

    no_gap: tuple[str, ...] = Field(min_length=1)


class When(Node):
    """A named condition."""

    when: str


OPERATORS = (
    *("all", "any", "not", "known"),
    *("fact", "elapsed", "check", "recorded", "approval", "gate", "no_gap", "when"),
)


def _operator(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in OPERATORS if key in value), None)
    fields = type(value).model_fields if isinstance(value, Node) else {}
    return next((key for key in OPERATORS if key in fields or f"{key}_" in fields), None)


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Known, Tag("known")]
    | Annotated[FactIs, Tag("fact")]
    | Annotated[Elapsed, Tag("elapsed")]
    | Annotated[CheckIs, Tag("check")]
    | Annotated[Recorded, Tag("recorded")]
    | Annotated[Approval, Tag("approval")]
    | Annotated[GateIs, Tag("gate")]
    | Annotated[NoGap, Tag("no_gap")]
    | Annotated[When, Tag("when")],
    Discriminator(
        _operator,
        custom_error_type="condition",
        custom_error_message=f"not a condition: needs one of {', '.join(OPERATORS)}",
    ),
]

for _model in (All, AnyOf, Not, Known):
    _model.model_rebuild()

Leaf = FactIs | Elapsed | CheckIs | Recorded | Approval | GateIs | NoGap | When


class World(Protocol):
    """What a tree is evaluated against."""

    def leaf(self, node: Leaf) -> Truth:
        """The truth of one leaf."""


def evaluate(node: Condition, world: World) -> Truth:
    """The truth of the tree in this world, in Kleene's strong three-valued logic."""
    match node:
        case All():
            unknown = False
            for part in node.all:
                value = evaluate(part, world)
                if value is False:
                    return False
                unknown = unknown or value is None
            return None if unknown else True
        case AnyOf():
            unknown = False
            for part in node.any:
                value = evaluate(part, world)
                if value is True:
                    return True
                unknown = unknown or value is None
            return None if unknown else False
        case Not():
            value = evaluate(node.not_, world)
            return None if value is None else not value
        case Known():
            return evaluate(node.known, world) is True
        case _:
            return world.leaf(node)


def deciding(node: Condition, world: World) -> tuple[Leaf, ...]:
    """The leaves that decided the truth of the tree, in the rules' order: what is explained."""
    match node:
        case All() | AnyOf():
            parts = node.all if isinstance(node, All) else node.any
            truth = evaluate(node, world)
            decisive = [part for part in parts if evaluate(part, world) is truth]
            if isinstance(node, AnyOf) and truth is True:
                decisive = decisive[:1]
            return tuple(leaf for part in decisive for leaf in deciding(part, world))
        case Not():
            return deciding(node.not_, world)
        case Known():
            return deciding(node.known, world)
        case _:
            return (node,)


def blocking(node: Condition, world: World) -> tuple[Leaf, ...]:
    """The leaves that keep the tree from being known to hold, in order; none where it holds."""
    if evaluate(node, world) is True:
        return ()
    match node:
        case All() | AnyOf():
            parts = node.all if isinstance(node, All) else node.any
            return tuple(leaf for part in parts for leaf in blocking(part, world))
        case Not():
            return deciding(node.not_, world)
        case Known():
            return blocking(node.known, world)
        case _:
            return (node,)


def leaves(node: Condition) -> Iterator[Leaf]:
    """Every leaf of the tree, named conditions left unopened."""
    match node:
        case All():
            for part in node.all:
                yield from leaves(part)
        case AnyOf():
            for part in node.any:
                yield from leaves(part)
        case Not():
            yield from leaves(node.not_)
        case Known():
            yield from leaves(node.known)
        case _:
            yield node
