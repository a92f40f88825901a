"""Steps never shorten a time, keep the order, and give the percentiles that sorting gives."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from intake.checklist.steps import median, p90, percentile, step_of

hours = st.floats(0, 20_000, allow_nan=False)


@given(hours)
def test_a_step_is_no_shorter_than_the_time_and_at_most_a_month_longer(time: float) -> None:
    step = step_of(time)
    assert step >= time
    assert step - time <= 720 if time else step == 1
    assert step_of(step) == step


@given(hours, hours)
def test_what_took_longer_has_no_earlier_step(one: float, other: float) -> None:
    assert (step_of(one) <= step_of(other)) or one > other


def test_the_steps_widen() -> None:
    told = [0, 0.5, 1, 1.1, 24, 24.1, 28, 72, 72.5, 96, 336, 337, 2016, 2017, 10**9]
    assert [step_of(time) for time in told] == [
        1, 1, 1, 2, 24, 28, 28, 72, 96, 96, 336, 504, 2016, 2736, 30816,
    ]  # fmt: skip


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80))
def test_percentiles_are_those_of_the_sorted_times(times: list[int]) -> None:
    steps = Counter(times)
    ordered = sorted(times)
    assert median(steps) == ordered[math.ceil(len(ordered) * 0.5) - 1]
    assert p90(steps) == ordered[math.ceil(len(ordered) * 0.9) - 1]


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile({}, 0.5) is None
    assert percentile({4: 0}, 0.5) is None
