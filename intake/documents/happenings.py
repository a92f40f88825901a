"""What the course of a case is made of: its events, evidence, deadlines, reviews and breaches, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from intake.checklist.evaluation import Evaluation
from intake.documents.course import Happening, Kind
from intake.documents.lines import AnswerNote, BreachLine, ReviewLine
from intake.documents.times import Times


def happenings(
    evaluation: Evaluation,
    notes: Mapping[str, AnswerNote],
    reviews: tuple[ReviewLine, ...],
    breaches: tuple[BreachLine, ...],
    times: Times,
) -> Iterator[Happening]:
    """Everything of the case that has a moment or a day. Checks that share one stand in one line."""
    language, register = times.language, evaluation.register
    for fact in register.facts.values():
        moment = evaluation.case.moment(fact.id) if fact.kind == "time" else None
        if moment is not None:
            yield Happening(moment, "event", fact.short[language])
    for day, titles in _evidence(evaluation, notes, times).items():
        beginning = datetime.combine(day, time.min, times.zone)
        yield Happening(beginning, "evidence", "; ".join(titles), day_only=True)
    for (due, kind), titles in _deadlines(evaluation, times).items():
        yield Happening(due, kind, "; ".join(titles))
    for review in reviews:
        yield Happening(review.at, "review", f"{review.decision} ({review.by})")
    for breach in breaches:
        yield Happening(breach.happened_at, "decision", breach.gate)


def _evidence(
    evaluation: Evaluation, notes: Mapping[str, AnswerNote], times: Times
) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for check_id, finding in evaluation.findings.items():
        note = notes.get(check_id)
        if note is not None and note.evidence_date is not None:
            found.setdefault(note.evidence_date, []).append(finding.check.title[times.language])
    return found


def _deadlines(evaluation: Evaluation, times: Times) -> dict[tuple[datetime, Kind], list[str]]:
    found: dict[tuple[datetime, Kind], list[str]] = {}
    for finding in evaluation.findings.values():
        if finding.open and finding.due is not None:
            kind: Kind = "overdue" if finding.overdue else "deadline"
            found.setdefault((finding.due, kind), []).append(finding.check.title[times.language])
    return found
