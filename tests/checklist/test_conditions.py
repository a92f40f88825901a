"""The three-valued tree: what holds, what decided it, and what stands in the way."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from intake.checklist.conditions import (
    OPERATORS,
    Approval,
    CheckIs,
    Condition,
    Elapsed,
    FactIs,
    GateIs,
    Leaf,
    NoGap,
    Recorded,
    Truth,
    When,
    blocking,
    deciding,
    evaluate,
    leaves,
)

VALUES: tuple[Truth, ...] = (True, False, None)
TREE: TypeAdapter[Any] = TypeAdapter(Condition)


class Table:
    """A world in which every named condition has the value its name gives it."""

    def __init__(self, **values: Truth) -> None:
        self.values = values

    def leaf(self, node: Leaf) -> Truth:
        assert isinstance(node, When)
        return self.values[node.when]


def tree(value: Any) -> Any:
    return TREE.validate_python(value)


def when(*names: str) -> tuple[dict[str, str], ...]:
    return tuple({"when": name} for name in names)


def names(found: tuple[Leaf, ...]) -> list[str]:
    return [leaf.when for leaf in found if isinstance(leaf, When)]


@pytest.mark.parametrize(("a", "b"), list(itertools.product(VALUES, repeat=2)))
def test_all_is_false_with_one_false_and_unknown_with_one_unknown(a: Truth, b: Truth) -> None:
    expected = False if False in (a, b) else None if None in (a, b) else True
    assert evaluate(tree({"all": when("a", "b")}), Table(a=a, b=b)) is expected


@pytest.mark.parametrize(("a", "b"), list(itertools.product(VALUES, repeat=2)))
def test_any_is_true_with_one_true_and_unknown_with_one_unknown(a: Truth, b: Truth) -> None:
    expected = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate(tree({"any": when("a", "b")}), Table(a=a, b=b)) is expected


@pytest.mark.parametrize(("a", "expected"), [(True, False), (False, True), (None, None)])
def test_not_leaves_unknown_unknown(a: Truth, expected: Truth) -> None:
    assert evaluate(tree({"not": {"when": "a"}}), Table(a=a)) is expected


@pytest.mark.parametrize(("a", "expected"), [(True, True), (False, False), (None, False)])
def test_known_takes_unknown_for_false(a: Truth, expected: Truth) -> None:
    assert evaluate(tree({"known": {"when": "a"}}), Table(a=a)) is expected


@pytest.mark.parametrize(("a", "b", "c"), list(itertools.product(VALUES, repeat=3)))
def test_de_morgan_holds_with_unknowns_too(a: Truth, b: Truth, c: Truth) -> None:
    world = Table(a=a, b=b, c=c)
    left = {"not": {"all": when("a", "b", "c")}}
    right = {"any": tuple({"not": part} for part in when("a", "b", "c"))}
    assert evaluate(tree(left), world) is evaluate(tree(right), world)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"fact": "a", "is": "MX"}, FactIs),
        ({"fact": "a", "in": ("MX", "US")}, FactIs),
        ({"fact": "a", "any_given": True}, FactIs),
        ({"elapsed": {"since": "a", "days": 14}}, Elapsed),
        ({"check": "a.b", "answered": ("yes",)}, CheckIs),
        ({"check": "a.b", "status": "settled"}, CheckIs),
        ({"recorded": "a.b"}, Recorded),
        ({"approval": "bid"}, Approval),
        ({"gate": "gate.a", "state": "open"}, GateIs),
        ({"no_gap": ("critical",)}, NoGap),
        ({"when": "a"}, When),
    ],
)
def test_each_leaf_is_read_as_its_own_kind(value: Any, kind: type) -> None:
    assert isinstance(tree(value), kind)


@pytest.mark.parametrize(
    "value",
    [
        "a",
        7,
        None,
        (),
        {},
        {"nothing": "a"},
        {"all": ()},
        {"any": "a"},
        {"not": None},
        {"fact": "a"},
        {"fact": "a", "is": None},
        {"fact": "a", "is": "b", "in": ("c",)},
        {"fact": "a", "given": False},
        {"check": "a"},
        {"check": "a", "answered": ("yes",), "status": "settled"},
        {"check": "a", "status": "gap"},
        {"gate": "gate.a"},
        {"gate": "gate.a", "state": "ajar"},
        {"no_gap": ()},
        {"elapsed": {"since": "a", "days": -1}},
        {"when": "a", "also": "b"},
        {"all": ({"when": "a"},), "any": ({"when": "a"},)},
    ],
)
def test_what_is_no_condition_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        tree(value)


def test_the_refusal_names_every_operator_there_is() -> None:
    with pytest.raises(ValidationError) as refused:
        tree({"nothing": 1})
    assert all(operator in str(refused.value) for operator in OPERATORS)


def test_a_false_all_was_decided_by_its_false_parts() -> None:
    node = tree({"all": when("yes", "no", "unknown", "never")})
    world = Table(yes=True, no=False, unknown=None, never=False)
    assert names(deciding(node, world)) == ["no", "never"]


def test_a_true_any_was_decided_by_its_first_true_part() -> None:
    node = tree({"any": when("no", "yes", "also")})
    assert names(deciding(node, Table(no=False, yes=True, also=True))) == ["yes"]


def test_an_unknown_any_was_left_open_by_its_unknown_parts() -> None:
    node = tree({"any": when("no", "unknown")})
    assert names(deciding(node, Table(no=False, unknown=None))) == ["unknown"]


def test_negation_and_known_are_decided_by_what_they_hold() -> None:
    node = tree({"not": {"known": {"any": when("no", "yes")}}})
    assert names(deciding(node, Table(no=False, yes=True))) == ["yes"]


def test_nothing_blocks_what_holds() -> None:
    assert blocking(tree({"any": when("no", "yes")}), Table(no=False, yes=True)) == ()


def test_false_and_unknown_parts_both_block_in_the_order_of_the_rules() -> None:
    node = tree({"all": when("unknown", "yes", "no")})
    assert names(blocking(node, Table(unknown=None, yes=True, no=False))) == ["unknown", "no"]


def test_what_holds_blocks_its_own_negation() -> None:
    node = tree({"not": {"all": when("a", "b")}})
    assert names(blocking(node, Table(a=True, b=True))) == ["a", "b"]


@pytest.mark.parametrize(("a", "b", "c"), list(itertools.product(VALUES, repeat=3)))
def test_a_tree_is_blocked_by_something_exactly_when_it_is_not_known_to_hold(
    a: Truth, b: Truth, c: Truth
) -> None:
    world = Table(a=a, b=b, c=c)
    node = tree(
        {"all": ({"when": "a"}, {"any": ({"not": {"when": "b"}}, {"known": {"when": "c"}})})}
    )
    assert bool(blocking(node, world)) is (evaluate(node, world) is not True)


def test_leaves_walks_the_whole_tree_and_leaves_named_conditions_unopened() -> None:
    node = tree(
        {"all": ({"not": {"when": "a"}}, {"any": when("b", "c")}, {"known": {"when": "d"}})}
    )
    assert names(tuple(leaves(node))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "value",
    [
        {"all": ({"when": "a"}, {"any": ({"approval": "bid"},)})},
        {"not": {"known": {"fact": "a", "is": "b"}}},
        {"check": "a.b", "answered": ("yes",)},
        {"elapsed": {"since": "a", "days": 14}},
    ],
)
def test_a_tree_is_written_as_it_was_read(value: Any) -> None:
    node = tree(value)
    assert TREE.dump_python(node, by_alias=True, exclude_none=True) == value
    assert TREE.validate_python(node) == node
