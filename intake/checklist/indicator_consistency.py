"""Whether an indicator can be counted from what the register knows of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from intake.checklist.indicator_parts import REST, Indicator
from intake.checklist.register import Register


def indicator_problems(register: Register, indicator: Indicator) -> Iterator[str]:
    """What keeps the indicator from being counted, each as a reason."""
    timings = {timing.id for timing in indicator.timings}
    for what, ids in (
        ("counts", [measure.id for measure in indicator.counts]),
        ("timings", [timing.id for timing in indicator.timings]),
    ):
        for repeated in (one for one, times in Counter(ids).items() if times > 1):
            yield f"{what}: the id {repeated} stands twice"
    for timing in indicator.timings:
        start = register.facts.get(timing.from_)
        if timing.from_ != "detention" and (start is None or start.kind != "time"):
            yield f"timings: {timing.from_} is no time that is known of a case"
        if timing.until and timing.until.fact:
            end = register.facts.get(timing.until.fact)
            if end is None or end.kind != "time":
                yield f"timings: {timing.until.fact} is no time that is known of a case"
        if timing.until and timing.until.check and timing.until.check not in register.checks:
            yield f"timings: unknown check {timing.until.check}"
    for measure in indicator.counts:
        if measure.timed is not None and measure.timed not in timings:
            yield f"counts: unknown timing {measure.timed}"
        ids = [group.id for group in measure.groups]
        if len(set(ids)) != len(ids) or REST in ids:
            yield f"counts: {measure.id}: a group stands twice, or is called {REST}"
        for group in measure.groups:
            if group.within is not None and group.within.timing not in timings:
                yield f"counts: unknown timing {group.within.timing}"
            if group.or_known is not None and group.or_known not in timings:
                yield f"counts: unknown timing {group.or_known}"
            if group.cause is not None and group.cause not in register.causes:
                yield f"counts: unknown cause {group.cause}"
            if group.cause_of is not None and group.cause_of not in register.checks:
                yield f"counts: unknown check {group.cause_of}"


__all__ = ["indicator_problems"]
