"""How an indicator is counted, in the words of those who keep the rules."""

from __future__ import annotations

from collections.abc import Iterator

from intake.checklist.description import Describer
from intake.checklist.indicator_parts import Group, Indicator, Measure, Timing


def indicator_lines(describe: Describer, indicator: Indicator) -> Iterator[str]:
    """Each measure with its groups and whom it counts, then each timing."""
    for measure in indicator.counts:
        yield from _measure(describe, indicator, measure)
    for timing in indicator.timings:
        yield _timing(describe, timing)
    if indicator.product is not None:
        yield describe.phrases.say("said_counted_product")


def _measure(describe: Describer, indicator: Indicator, measure: Measure) -> Iterator[str]:
    say, language = describe.phrases.say, describe.phrases.language
    if measure.by_authority:
        among = say("said_counted_authority")
    elif measure.timed is not None:
        timing = next(one for one in indicator.timings if one.id == measure.timed)
        among = say("said_counted_timed", timing=timing.label[language])
    else:
        among = describe.clause(measure.among).sentence
    yield say("said_counted_among", measure=measure.title[language], among=among)
    for group in measure.groups:
        holds = "; ".join(_holds(describe, indicator, group))
        yield say("said_counted_group", group=group.label[language], holds=holds)
    yield say("said_counted_rest", rest=measure.rest[language])


def _holds(describe: Describer, indicator: Indicator, group: Group) -> Iterator[str]:
    say, language = describe.phrases.say, describe.phrases.language
    if group.if_ is not None:
        yield describe.clause(group.if_).sentence
    if group.or_known is not None:
        known = next(one for one in indicator.timings if one.id == group.or_known)
        yield say("said_counted_or_known", timing=known.label[language])
    if group.within is not None:
        timing = next(one for one in indicator.timings if one.id == group.within.timing)
        most = group.within.at_most
        unit, n = next(
            (unit, n)
            for unit, n in (
                ("hours", most.hours),
                ("days", most.days),
                ("business_days", most.business_days),
            )
            if n is not None
        )
        yield say(f"said_counted_{unit}", timing=timing.label[language], n=n)
    if group.cause is not None:
        yield say("said_counted_cause", cause=describe.register.causes[group.cause].label[language])


def _timing(describe: Describer, timing: Timing) -> str:
    say, language = describe.phrases.say, describe.phrases.language
    if timing.until is None:
        return say("said_counted_held", timing=timing.label[language])
    register = describe.register
    start = register.facts[timing.from_].short[language]
    if timing.until.fact is not None:
        end = register.facts[timing.until.fact].short[language]
    else:
        end = register.checks[str(timing.until.check)].title[language]
    return say("said_counted_timing", timing=timing.label[language], start=start, end=end)


__all__ = ["indicator_lines"]
