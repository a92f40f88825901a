"""Nobody recovers a small cell: every table that would be published the same way is tried, or bounded exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.checklist import suppression
from intake.checklist.suppression import Shown, held_back, held_back_children, show

Rows = dict[str, tuple[int, ...]]


def published(
    rows: Rows, others: tuple[Rows, ...] = ()
) -> tuple[Mapping[str, int | None], list[Shown]]:
    """The numbers of children of a breakdown, and measures of these children by it."""
    children = {value: sum(counts) for value, counts in rows.items()}
    hidden = held_back_children(children)
    measures = []
    for one in (rows, *others):
        totals = tuple(sum(column) for column in zip(*one.values(), strict=True))
        measures.append(show(totals, {"by": one}, {"by": hidden}))
    shown = {value: None if value in hidden else n for value, n in children.items() if n}
    return shown, measures


def test_a_breakdown_of_many_in_each_cell_is_shown_whole() -> None:
    children, (measure,) = published({"a": (10, 11), "b": (30, 10)})
    assert children == {"a": 21, "b": 40}
    assert measure.rows == {"by": {"a": (10, 11), "b": (30, 10)}}


def test_a_small_cell_takes_the_smallest_row_beside_it_along() -> None:
    _children, (measure,) = published({"a": (3, 40), "b": (30, 30), "c": (50, 50), "d": (60, 70)})
    assert measure.rows["by"] == {"a": None, "b": None, "c": (50, 50), "d": (60, 70)}


def test_what_is_held_back_together_has_ten_in_each_group() -> None:
    _children, (measure,) = published({"a": (1, 40), "b": (2, 41), "c": (12, 50), "d": (60, 70)})
    assert measure.rows["by"] == {"a": None, "b": None, "c": None, "d": (60, 70)}


def test_a_group_of_nobody_is_as_telling_as_one_of_few() -> None:
    _children, (measure,) = published({"a": (0, 40), "b": (30, 30), "c": (50, 50)})
    assert measure.rows["by"]["a"] is None


def test_a_measure_with_a_small_total_shows_no_group_and_no_row() -> None:
    _children, (measure,) = published({"a": (4, 40), "b": (5, 30)})
    assert (measure.children, measure.groups, measure.rows) == (79, None, {})


def test_of_fewer_than_ten_children_nothing_is_shown() -> None:
    children, (measure,) = published({"a": (4, 2), "b": (2, 1)})
    assert (measure.children, measure.groups, measure.rows) == (None, None, {})
    assert set(children.values()) == {None}


def test_a_number_of_children_held_back_is_not_told_by_another_measure() -> None:
    rows: Rows = {"a": (3, 2), "b": (20, 20), "c": (30, 30), "d": (60, 70)}
    other: Rows = {"a": (1, 4), "b": (25, 15), "c": (25, 35), "d": (50, 80)}
    children, measures = published(rows, (other,))
    assert children == {"a": None, "b": None, "c": 60, "d": 130}
    assert [measure.rows["by"]["b"] for measure in measures] == [None, None]


# --- somebody tries -----------------------------------------------------------------------------------------------


def tables(children: int, rows: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every table of so many rows and two groups with that many children."""
    for cells in product(range(children + 1), repeat=2 * rows - 1):
        last = children - sum(cells)
        if last >= 0:
            flat = (*cells, last)
            yield tuple((flat[2 * row], flat[2 * row + 1]) for row in range(rows))


@pytest.fixture
def small_least(monkeypatch: pytest.MonkeyPatch) -> int:
    """The same rule with a threshold of 2, so that all tables can be tried."""
    monkeypatch.setattr(suppression, "LEAST", 2)
    return 2


@pytest.mark.parametrize(("children", "rows"), [(7, 2), (9, 3)])
def test_whoever_tries_all_tables_finds_several_numbers_for_each_cell_held_back(
    small_least: int, children: int, rows: int
) -> None:
    """The reader knows all that was published and adds it up. What was held back could be several numbers, and one of
    them is at least the threshold: not even that it is small is told, unless the number of children is."""
    alike: dict[object, list[tuple[tuple[int, int], ...]]] = {}
    for table in tables(children, rows):
        named = {str(value): counts for value, counts in enumerate(table)}
        shown, (measure,) = published(named)  # type: ignore[arg-type]
        told = {value: counts for value, counts in measure.rows.get("by", {}).items() if counts}
        known = {value: n for value, n in shown.items() if n is not None}
        # rows of no child are not listed; that a row is there says that it has at least one
        key = (
            measure.children, measure.groups,
            tuple(sorted(told.items())), tuple(sorted(known.items())), tuple(sorted(shown)),
        )  # fmt: skip
        alike.setdefault(key, []).append(table)
    for (_n, groups, told, _known, listed), possible in alike.items():  # type: ignore[misc]
        if groups is None:
            continue
        for row in listed:
            if row in dict(told):
                continue
            for group in (0, 1):
                could_be = {table[int(row)][group] for table in possible}
                assert len(could_be) >= small_least, (groups, told, row, could_be)


cells = st.integers(0, 40)
random_rows = st.integers(2, 3).flatmap(
    lambda groups: st.dictionaries(
        st.text("abcdefg", min_size=1, max_size=1),
        st.tuples(*[cells] * groups),
        min_size=1,
        max_size=7,
    )
)


@settings(max_examples=400, deadline=None)
@given(random_rows)
def test_the_bounds_that_subtraction_gives_are_ten_wide(rows: Rows) -> None:
    """Exactly what sums tell: of a table whose margins are known, a cell lies between max(0, row + column - all) and
    min(row, column), and each number between is possible. The reader is given every row's number of children that any
    measure could tell, and for the rest their sum."""
    children, (measure,) = published(rows)
    if measure.groups is None or not measure.rows:
        return
    held = {value for value, counts in measure.rows["by"].items() if counts is None}
    if not held:
        return
    unknown = {value for value in held if children[value] is None}
    left = [
        total - sum(counts[group] for counts in measure.rows["by"].values() if counts)
        for group, total in enumerate(measure.groups)
    ]
    together = sum(left)
    unknown_sum = together - sum(children[value] or 0 for value in held - unknown)
    for value in held:
        for column in left:
            if value in unknown:
                low, high = 0, min(unknown_sum, column)
            else:
                own = children[value] or 0
                low, high = max(0, own + column - together), min(own, column)
            assert high - low >= 10, (rows, value, low, high)
            actual = rows[value][left.index(column)]
            assert low <= actual <= high or left.count(column) > 1


@settings(max_examples=300, deadline=None)
@given(random_rows)
def test_no_sum_or_difference_of_what_is_shown_is_about_one_to_nine(rows: Rows) -> None:
    children, (measure,) = published(rows)
    total = measure.children or 0
    known = [n for n in children.values() if n is not None]
    if total:
        assert total - sum(known) == 0 or total - sum(known) >= 10
    for by in measure.rows.values():
        shown = [counts for counts in by.values() if counts]
        for group, all_ in enumerate(measure.groups or ()):
            rest = all_ - sum(counts[group] for counts in shown)
            assert rest >= 10 or len(shown) == len(by)
        assert all(n >= 10 for counts in shown for n in counts)
        assert sum(counts is None for counts in by.values()) != 1


@settings(max_examples=200, deadline=None)
@given(random_rows)
def test_two_measures_of_the_same_children_tell_no_number_that_one_holds_back(
    rows: Rows,
) -> None:
    """The second measure divides the same children otherwise; wherever one shows a row, the children of that row are
    shown by the breakdown too."""
    other: Rows = {
        value: (sum(counts) - sum(counts) // 3, sum(counts) // 3) for value, counts in rows.items()
    }
    children, measures = published(rows, (other,))
    for measure in measures:
        for value, counts in measure.rows.get("by", {}).items():
            assert counts is None or children[value] == sum(counts)


def test_what_is_held_back_already_stays_held_back() -> None:
    assert held_back({"a": (50, 50), "b": (50, 50), "c": (9, 90)}, frozenset({"a"})) == {"a", "c"}
