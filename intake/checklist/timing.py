"""When time alone may change an evaluation, so that nothing stored is trusted longer than it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from intake.checklist.case_input import ADULT, CBP_HOURS
from intake.checklist.deadlines import at_place
from intake.checklist.evaluation import Evaluation


def changes_at(evaluation: Evaluation) -> datetime | None:
    """The first moment after the evaluation's own at which it may come out otherwise with nothing recorded anew.

    Such a moment is a deadline, the end of a span that a condition waits for, the 18th birthday, and the hour from
    which holding a child at a U.S. border post is detention.
    """
    as_of = evaluation.case.as_of
    return min((moment for moment in _moments(evaluation) if moment > as_of), default=None)


def _moments(evaluation: Evaluation) -> Iterator[datetime]:
    case, just_after = evaluation.case, timedelta(seconds=1)
    for finding in evaluation.findings.values():
        if finding.open and finding.due is not None:
            yield finding.due + just_after
    for span in evaluation.register.spans:
        since = case.moment(span.since)
        if since is not None:
            yield since + timedelta(days=span.days)
    held_since = case.moment("custody_since")
    if held_since is not None and case.fact("custody") == "cbp":
        yield held_since + timedelta(hours=CBP_HOURS) + just_after
    born = case.facts.get("birth_date")
    if isinstance(born, date):
        # who was born on 29 February comes of age on 1 March, as the count of completed years has it
        leap = (born.month, born.day) == (2, 29)
        day = date(born.year + ADULT, 3, 1) if leap else born.replace(year=born.year + ADULT)
        yield at_place(
            datetime.combine(day, time(), tzinfo=case.zone or case.as_of.tzinfo), case.zone
        )
