"""Lengths of time in steps, and what is told of many of them: the median and the 90th percentile.

Steps widen with the length: an hour within the first day, four hours to the third, a day to the fourteenth, a week to
the twelfth week, then thirty days. A length counts as the end of its step. So a table of steps stays small however many
children are counted, and a single child's time is not told to the hour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_DAY = 24
_WIDTHS = ((_DAY, 1), (3 * _DAY, 4), (14 * _DAY, _DAY), (84 * _DAY, 7 * _DAY))
_LAST, _LONGEST = 30 * _DAY, 40 * 30 * _DAY
"""Whatever took longer than forty months counts as that."""


def step_of(hours: float) -> int:
    """The end of the step in which that many hours lie; a moment counts as the first hour."""
    begun = 0
    for end, width in _WIDTHS:
        if hours <= end:
            return begun + width * max(1, math.ceil((hours - begun) / width))
        begun = end
    return min(begun + _LAST * math.ceil((hours - begun) / _LAST), begun + _LONGEST)


def percentile(steps: Mapping[int, int], part: float) -> int | None:
    """The step that so great a part of the lengths does not exceed (nearest rank); None of none."""
    wanted, seen = math.ceil(part * sum(steps.values())), 0
    for step in sorted(steps):
        seen += steps[step]
        if steps[step] and seen >= wanted:
            return step
    return None


def median(steps: Mapping[int, int]) -> int | None:
    """Half of the lengths do not exceed it."""
    return percentile(steps, 0.5)


def p90(steps: Mapping[int, int]) -> int | None:
    """Nine of ten lengths do not exceed it."""
    return percentile(steps, 0.9)


__all__ = ["median", "p90", "percentile", "step_of"]
