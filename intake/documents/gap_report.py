"""The gaps of one case, or of several of a team, for the supervisor: what, by when, why not yet, and who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.checklist.evaluation import RANK, Evaluation
from intake.checklist.parts import SEVERITIES, Language
from intake.documents.lines import ActorRow, AnswerNote, GapRow, GateRow
from intake.documents.marks import Marks
from intake.documents.rendering import PageSize, render_pdf
from intake.documents.rows import SummaryRows
from intake.documents.times import Times

SHOWN = tuple(name for name in SEVERITIES if name != "none")


@dataclass(frozen=True)
class CaseGaps:
    """A case of the report. It goes by its number: the report names no child."""

    case_number: str
    caseworker: str
    status: str
    """The state of the case's review in the reader's words."""
    evaluation: Evaluation
    notes: Mapping[str, AnswerNote] = field(default_factory=dict)
    """Of which the cause and the authority are printed, never the words."""


@dataclass(frozen=True)
class GapReportContext:
    """All that is printed."""

    language: Language
    printed_at: datetime
    printed_by: str
    zone_name: str
    team: str
    cases: tuple[CaseGaps, ...]
    site: str | None = None
    """The address of the app, to which recommendations are linked; without it they are not linked."""
    printed_for: str | None = None
    marks: Marks | None = None


@dataclass(frozen=True)
class CaseRows:
    """A case as the page takes it."""

    case: CaseGaps
    gaps: tuple[GapRow, ...]
    counts: Mapping[str, int]
    shut: tuple[GateRow, ...]
    alerts: tuple[str, ...]
    missing: int
    overdue: int
    actors: tuple[ActorRow, ...]

    @property
    def order(self) -> tuple[int, ...]:
        """The worst case first: by its gaps from the gravest on, then by what is overdue."""
        return (*(-self.counts.get(name, 0) for name in SHOWN), -self.overdue)

    @property
    def next_gap(self) -> GapRow | None:
        """The worst gap with a deadline."""
        return next((gap for gap in self.gaps if gap.distance), None)


def render_gap_report(context: GapReportContext, page_size: PageSize = "Letter") -> bytes:
    """The report as a tagged PDF (PDF/UA-1), the worst case first. The same context gives the same bytes.

    Raises ValueError for another paper, ZoneInfoNotFoundError for a zone that does not exist.
    """
    times = Times(context.language, ZoneInfo(context.zone_name))
    cases = sorted((_rows(case, times) for case in context.cases), key=lambda one: one.order)
    registers = {
        case.evaluation.register.sha256: case.evaluation.register for case in context.cases
    }
    severities = {name: _severity(context, name) for name in SHOWN}
    counts: Counter[str] = Counter()
    for one in cases:
        counts.update(one.counts)
    return render_pdf(
        "pdf/gap_report.html",
        page_size,
        context=context,
        language=context.language,
        cases=cases,
        registers=tuple(registers.values()),
        severities=severities,
        counts=counts,
        missing=sum(one.missing for one in cases),
        overdue=sum(one.overdue for one in cases),
        actors=_together([one.actors for one in cases]),
        unreviewed=any("†" in gap.citations for one in cases for gap in one.gaps),
        recommendations=_recommendations(context),
        times=times,
    )


def _rows(case: CaseGaps, times: Times) -> CaseRows:
    rows = SummaryRows(case.evaluation, times.language, times, case.notes)
    gaps = rows.gaps()
    findings = case.evaluation.findings.values()
    return CaseRows(
        case,
        gaps,
        Counter(gap.severity for gap in gaps),
        tuple(gate for gate in rows.gates() if gate.state == "shut"),
        tuple(raised.alert.title[times.language] for raised in case.evaluation.alerts),
        sum(finding.status == "missing" for finding in findings),
        sum(finding.overdue for finding in findings),
        rows.actors(),
    )


def _severity(context: GapReportContext, name: str) -> str:
    """The word for a severity, from the first case's register; without a case none is needed."""
    cases = context.cases
    return cases[0].evaluation.register.say(f"severity_{name}", context.language) if cases else ""


def _together(several: list[tuple[ActorRow, ...]]) -> tuple[tuple[str, int, int, str], ...]:
    """Name, gaps, cases and the worst severity of each who has to act, over all cases."""
    found: dict[str, list[ActorRow]] = {}
    for rows in several:
        for row in rows:
            found.setdefault(row.name, []).append(row)
    lines = [
        (
            name,
            sum(row.gaps for row in rows),
            len(rows),
            min((row.severity for row in rows), key=RANK.__getitem__),
        )
        for name, rows in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (RANK[line[3]], -line[1], line[0])))


def _recommendations(context: GapReportContext) -> tuple[tuple[str, str], ...]:
    cited: dict[str, str] = {}
    for case in context.cases:
        known = case.evaluation.register.recommendations
        for gap in case.evaluation.gaps:
            for name in gap.check.recommendations:
                cited[name] = known[name].title[context.language]
    return tuple(sorted(cited.items()))
