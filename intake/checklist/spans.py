"""From when to when a gap was open: what a case's evaluations, one after the other, say of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from intake.checklist.evaluation import Evaluation

Gaps = Mapping[str, tuple[str, str]]
"""The gaps of one moment: of each check its section and severity."""


@dataclass(frozen=True)
class Span:
    """A gap from the moment at which it was first there to the first at which it was not; ``closed_at`` None: it is."""

    check: str
    section: str
    severity: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None


def gaps_of(evaluation: Evaluation) -> Gaps:
    """The gaps of an evaluation."""
    sections = evaluation.register.section_of
    return {
        finding.check.id: (sections[finding.check.id].id, finding.check.severity)
        for finding in evaluation.gaps
    }


@dataclass
class SpanBook:
    """The spans of one case, as far as its evaluations were shown to it, in their order."""

    open: dict[str, Span] = field(default_factory=dict)
    closed: list[Span] = field(default_factory=list)

    @classmethod
    def of(cls, spans: Iterable[Span]) -> SpanBook:
        """A book that goes on from these spans, all of them open."""
        return cls({span.check: span for span in spans})

    @property
    def spans(self) -> list[Span]:
        """All of them, by check and beginning."""
        every = [*self.closed, *self.open.values()]
        return sorted(every, key=lambda span: (span.check, span.opened_at))

    def see(self, at: dt.datetime, gaps: Gaps) -> None:
        """What was a gap at that moment. One that another register puts elsewhere, or weighs otherwise, begins anew."""
        for check, span in list(self.open.items()):
            if gaps.get(check) != (span.section, span.severity):
                del self.open[check]
                # what began and ended in the same moment was never there
                if span.opened_at < at:
                    self.closed.append(replace(span, closed_at=at))
        for check, (section, severity) in gaps.items():
            if check not in self.open:
                self.open[check] = Span(check, section, severity, at)


__all__ = ["Gaps", "Span", "SpanBook", "gaps_of"]
