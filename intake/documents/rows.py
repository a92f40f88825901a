"""The rows of a case summary: an evaluation put into the reader's language, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from string import ascii_uppercase

from intake.checklist.conditions import NoGap, leaves
from intake.checklist.evaluation import Evaluation, Finding, GateState
from intake.checklist.explanations import answer_label, blocker_label, explain
from intake.checklist.parts import SEVERITIES, Check, Citation, Gate, Language, Section, Severity
from intake.checklist.wording import citation_label
from intake.documents.lines import (
    ActorRow,
    AnswerNote,
    AnswerRow,
    GapRow,
    GateRow,
    OpenCheck,
    SectionRows,
)
from intake.documents.times import Times

PENDING_MARK = "†"
"""Stands beside a citation that no lawyer has compared with the official text yet."""


@dataclass(frozen=True)
class SummaryRows:
    """Puts one evaluation, with the notes to its answers, into rows."""

    evaluation: Evaluation
    language: Language
    times: Times
    notes: Mapping[str, AnswerNote]

    def gates(self) -> tuple[GateRow, ...]:
        """Every gate of the register, in its order."""
        return tuple(self._gate(state) for state in self.evaluation.gates.values())

    def gaps(self) -> tuple[GapRow, ...]:
        """Every gap, worst first."""
        return tuple(self._gap(finding) for finding in self.evaluation.gaps)

    def unanswered(self) -> tuple[tuple[Severity, tuple[OpenCheck, ...]], ...]:
        """The checks that apply and have no answer, by severity, soonest due first."""
        found = []
        missing = [finding for finding in self._findings() if finding.status == "missing"]
        missing.sort(key=lambda finding: finding.due.timestamp() if finding.due else float("inf"))
        for severity in SEVERITIES:
            checks = tuple(self._open(one) for one in missing if one.check.severity == severity)
            if checks:
                found.append((severity, checks))
        return tuple(found)

    def undecided(self) -> tuple[OpenCheck, ...]:
        """The checks of which nobody can say yet whether they apply."""
        return tuple(self._open(one) for one in self._findings() if one.status == "pending")

    def actors(self) -> tuple[ActorRow, ...]:
        """Who has to mend the gaps: whoever has the worst and the soonest due first."""
        theirs: dict[str, list[Finding]] = {}
        for finding in self.evaluation.gaps:
            theirs.setdefault(self.responsible(finding.check), []).append(finding)
        return tuple(self._actor(name, gaps) for name, gaps in theirs.items())

    def sections(self) -> tuple[SectionRows, ...]:
        """Every section of the register, in its order."""
        return tuple(self._section(section) for section in self.evaluation.register.sections)

    def severity(self, severity: Severity) -> str:
        """The word for a severity."""
        return self._say(f"severity_{severity}")

    def cited_recommendations(self) -> tuple[tuple[str, str], ...]:
        """Id and title of each recommendation that a gap falls short of."""
        cited = {name for gap in self.evaluation.gaps for name in gap.check.recommendations}
        known = self.evaluation.register.recommendations.values()
        return tuple((one.id, one.title[self.language]) for one in known if one.id in cited)

    def cites_unreviewed(self) -> bool:
        """Whether a gap cites an instrument that still waits for a lawyer's review."""
        citations = (citation for gap in self.evaluation.gaps for citation in gap.check.basis)
        return any(self._unreviewed(citation) for citation in citations)

    def _gate(self, state: GateState) -> GateRow:
        language, register = self.language, self.evaluation.register
        letter, title = self._letters[state.gate.id], state.gate.title[language]
        if not state.applies:
            return GateRow(letter, title, "not_applicable", "")
        found: dict[str, list[str]] = {"gap": [], "missing": [], "pending": [], "other": []}
        for blocker in state.blocked_by:
            finding = self.evaluation.findings.get(blocker)
            status = finding.status if finding else "other"
            found.get(status, found["other"]).append(blocker_label(register, blocker, language))
        sentence = state.gate.open if state.open else state.gate.shut
        return GateRow(
            letter,
            title,
            "open" if state.open else "shut",
            sentence[language],
            tuple(found["gap"]),
            tuple(found["missing"]),
            tuple(found["pending"]),
            tuple(found["other"]),
            every=", ".join(self.severity(one).lower() for one in self._every(state.gate)),
        )

    @staticmethod
    def _every(gate: Gate) -> tuple[Severity, ...]:
        """The severities of which nothing may be open for the gate to open."""
        found = (leaf.no_gap for leaf in leaves(gate.opens_if) if isinstance(leaf, NoGap))
        wanted = {severity for severities in found for severity in severities}
        return tuple(severity for severity in SEVERITIES if severity in wanted)

    @cached_property
    def _letters(self) -> dict[str, str]:
        return dict(zip(self.evaluation.gates, ascii_uppercase, strict=False))

    @cached_property
    def _held(self) -> dict[str, str]:
        """The letters of the decisions that each check keeps waiting, but of those that wait for everything."""
        found: dict[str, str] = {}
        for state in self.evaluation.gates.values():
            for blocker in () if self._every(state.gate) else state.blocked_by:
                found[blocker] = found.get(blocker, "") + self._letters[state.gate.id]
        return found

    def _actor(self, name: str, gaps: list[Finding]) -> ActorRow:
        dated = [finding for finding in gaps if finding.due is not None]
        soonest = min(dated, key=lambda finding: finding.due, default=None)  # type: ignore[arg-type,return-value]
        return ActorRow(
            name,
            len(gaps),
            gaps[0].check.severity,
            self.times.clock(soonest.due) if soonest and soonest.due else "",
            self._distance(soonest),
            soonest is not None and soonest.overdue,
        )

    def _distance(self, finding: Finding | None) -> str:
        if finding is None or finding.due is None:
            return ""
        return self.times.distance(finding.due, self.evaluation.case.as_of)

    def _gap(self, finding: Finding) -> GapRow:
        check, explanation = finding.check, explain(self.evaluation, finding, self.language)
        reasons = [explanation.status]
        if check.applies_if is not None:
            reasons.append(explanation.applies)
        if finding.due is None and finding.clock is not None:
            reasons.append(explanation.due)
        return GapRow(
            check.severity,
            check.title[self.language],
            self._held.get(check.id, ""),
            check.action[self.language],
            "; ".join(reason for reason in reasons if reason),
            self._due(finding),
            self._distance(finding),
            finding.overdue,
            self.responsible(check),
            self._cause(check),
            check.recommendations,
            self.citations(check),
        )

    def _open(self, finding: Finding) -> OpenCheck:
        due = self.times.clock(finding.due) if finding.due else ""
        letters = self._held.get(finding.check.id, "")
        return OpenCheck(finding.check.title[self.language], letters, due, finding.overdue)

    def _section(self, section: Section) -> SectionRows:
        findings = [self.evaluation.findings[check.id] for check in section.checks]
        progress = self.evaluation.progress_of(section.id)
        answers = [self._answer(finding) for finding in findings if finding.answer is not None]
        plain: dict[str, list[str]] = {}
        for row in answers:
            if _is_plain(row):
                plain.setdefault(f"{row.answer} · {row.status_word}", []).append(row.title)
        silent = [finding for finding in findings if finding.answer is None]
        return SectionRows(
            section.title[self.language],
            progress.applicable,
            progress.answered,
            tuple(row for row in answers if not _is_plain(row)),
            tuple((label, tuple(titles)) for label, titles in plain.items()),
            self._titles(one for one in silent if one.status == "not_applicable"),
            idle=all(one.status == "not_applicable" for one in silent) and not answers,
        )

    def _answer(self, finding: Finding) -> AnswerRow:
        check, answer = finding.check, finding.answer
        value, reason = (answer.value, answer.reason) if answer else ("", None)
        if check.type == "date":
            shown = self.times.day(date.fromisoformat(value))
        else:
            shown = answer_label(self.evaluation.register, check, value, self.language)
        note = self._note(check)
        day = self.times.day(note.evidence_date) if note.evidence_date else ""
        return AnswerRow(
            check.title[self.language],
            shown,
            finding.status,
            self._say(f"status_{finding.status}"),
            reason or note.reason or "",
            note.note or "",
            ", ".join(part for part in (note.evidence_source, day) if part),
        )

    def _due(self, finding: Finding) -> str:
        if finding.due is not None or finding.clock is None:
            return self.times.clock(finding.due) if finding.due else ""
        fact = self.evaluation.register.facts[finding.clock.from_]
        return self.evaluation.register.say(
            "due_needs", self.language, event=(fact.event or fact.short)[self.language]
        )

    def _cause(self, check: Check) -> str:
        cause = self.evaluation.register.causes.get(self._note(check).cause or "")
        return cause.label[self.language] if cause else ""

    def _note(self, check: Check) -> AnswerNote:
        return self.notes.get(check.id) or AnswerNote()

    def responsible(self, check: Check) -> str:
        """The body that has to act: the one recorded, else the register's for the country, by its short name."""
        recorded = self.evaluation.register.authorities.get(self._note(check).authority or "")
        if recorded is not None:
            return recorded.short[self.language]
        country = str(self.evaluation.case.fact("country"))
        names = {"MX": check.responsible.MX, "US": check.responsible.US}
        chosen = [names[country]] if country in names else list(dict.fromkeys(names.values()))
        authorities = self.evaluation.register.authorities
        return " / ".join(authorities[name].short[self.language] for name in chosen)

    def citations(self, check: Check) -> str:
        """What the check rests on, with a mark beside what no lawyer has reviewed."""
        return "; ".join(self._citation(citation) for citation in check.basis)

    def _citation(self, citation: Citation) -> str:
        space = "\N{NO-BREAK SPACE}"
        label = citation_label(self.evaluation.register, citation, self.language, space=space)
        return f"{label}{space}{PENDING_MARK}" if self._unreviewed(citation) else label

    def _unreviewed(self, citation: Citation) -> bool:
        return not self.evaluation.register.instruments[citation.instrument].reviewed

    def _findings(self) -> Iterable[Finding]:
        return self.evaluation.findings.values()

    def _titles(self, findings: Iterable[Finding]) -> tuple[str, ...]:
        return tuple(finding.check.title[self.language] for finding in findings)

    def _say(self, word: str) -> str:
        return self.evaluation.register.say(word, self.language)


def _is_plain(row: AnswerRow) -> bool:
    return row.status == "satisfied" and not (row.note or row.reason or row.evidence)
