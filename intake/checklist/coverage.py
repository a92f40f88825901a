"""What carries each recommendation out, whichever of the two names the other."""

from __future__ import annotations

from intake.checklist.indicator_parts import Indicator
from intake.checklist.parts import Check, Recommendation
from intake.checklist.register import Register


def means(pattern: str, check_id: str) -> bool:
    """Whether a recommendation's word for its checks, such as ``rights.*``, means this one."""
    return check_id.startswith(pattern[:-1]) if pattern.endswith("*") else check_id == pattern


def checks_for(register: Register, recommendation: Recommendation) -> tuple[Check, ...]:
    """The checks that carry out the recommendation, in working order."""
    return tuple(
        check
        for check in register.checks.values()
        if recommendation.id in check.recommendations
        or any(means(pattern, check.id) for pattern in recommendation.checks)
    )


def indicators_for(register: Register, recommendation: Recommendation) -> tuple[Indicator, ...]:
    """The indicators that measure the recommendation."""
    return tuple(
        indicator
        for indicator in register.indicators.values()
        if recommendation.id in indicator.recommendations
        or indicator.id in recommendation.indicators
    )
