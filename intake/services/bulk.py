"""Many cases at once, each as if it had been saved step by step: for demonstrations and for measuring.

What a case leaves is what :mod:`intake.services.save` and :mod:`intake.services.review` would have left: a sealed
document, a chained history, findings and gates as of now, name tokens, coded facts and totals, reviews, and the audit
trail. Rows are written many at a time, in one transaction for each batch.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from intake.checklist.case_input import CaseInput
from intake.checklist.evaluation import Evaluation
from intake.checklist.tallies import changes
from intake.models import (
    Base,
    Case,
    CaseAlert,
    CaseCounter,
    Change,
    CodedCase,
    GapSpan,
    MasterKey,
    NameToken,
    Retention,
    Review,
    StoredFinding,
    StoredGate,
    Team,
    Violation,
    now,
)
from intake.services import audit, counts
from intake.services.alike import Batch, Copier, as_is, row_of
from intake.services.breaches import record_breaches
from intake.services.case_file import CaseFile, as_input, evaluate_file
from intake.services.desk import Desk
from intake.services.gap_history import GapHistory
from intake.services.gap_spans import rows_of, seen
from intake.services.gap_work import settle_work
from intake.services.holding import record_holding
from intake.services.keep import (
    Who,
    alert_rows,
    chained,
    finding_rows,
    gate_rows,
    stamp,
    summarise,
)
from intake.services.names import PURPOSE, name_digests
from intake.services.remarks import remark_digest
from intake.services.retention import CLOSED, kept_until
from intake.services.save import apply
from intake.services.violation_rows import coded_rows
from intake.vault import Place

EMPTY = ("profile", "events", "answers", "identity", "approvals", "breaches")


@dataclass(frozen=True)
class Step:
    """One save of a case: when, by whom, of which kind, and the values as a form gives them."""

    at: dt.datetime
    by_id: int
    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    """What a supervisor wrote with a decision, or why a case was handed over."""
    to_id: int | None = None
    """To whom it was handed over."""


@dataclass(frozen=True)
class Plan:
    """One case from its opening to where it stands now; the first step opens it."""

    team_id: int
    steps: Sequence[Step]
    alike: Sequence[str] = ()
    """Names of further children whose cases went the same way: for measuring, where many are wanted quickly."""


class BulkWriter:
    """Writes cases of plans. Ids come from the generator given, so that the same seed gives the same cases."""

    def __init__(self, desk: Desk, ids: Iterator[uuid.UUID]) -> None:
        self.desk, self.ids, self.register = desk, ids, desk.register
        vault = desk.vault
        self.key_id = (
            desk.session.scalar(select(MasterKey.key_id).where(MasterKey.id == 1)) or vault.primary
        )
        self.names_key = vault.derive(PURPOSE, self.key_id)
        self.copier = Copier(vault, self.key_id, self.names_key, ids)

    def write(self, plans: Iterable[Plan]) -> int:
        """Writes these cases in one transaction; says how many."""
        batch, number = Batch(), 0
        with self.desk.writing() as session:
            self.desk.shelf.keep(session, self.register)
            for plan in plans:
                self._cases(batch, plan)
                number += 1 + len(plan.alike)
            for table in Base.metadata.sorted_tables:
                if rows := batch.rows.get(table.name):
                    session.execute(insert(table), rows)
            for one in session.scalars(select(Review).where(Review.operation.in_(batch.decided))):
                batch.decided[one.operation] |= {"remark": one.id, "digest": remark_digest(one)}
            counts.add(session, batch.totals)
            # in the order in which they happened
            audit.append(self.desk.session, sorted(batch.trail, key=lambda one: one[0]))
        session.expunge_all()
        return number

    def _cases(self, batch: Batch, plan: Plan) -> None:
        own = Batch()
        case, document = self._case(own, plan)
        batch.take(own)
        for name in plan.alike:
            number = self._number(case.team.prefix, case.opened_at.year)
            batch.take(self.copier.copy(own, case, document, number, name))

    def _case(self, batch: Batch, plan: Plan) -> tuple[Case, dict[str, Any]]:
        first, vault = plan.steps[0], self.desk.vault
        team = self.desk.session.get_one(Team, plan.team_id)
        case_id = str(next(self.ids))
        case = Case(
            id=case_id,
            number=self._number(team.prefix, first.at.year),
            team_id=team.id,
            caseworker_id=first.by_id,
            status="draft",
            opened_at=first.at,
            updated_at=first.at,
            wrapped_key=vault.rewrap(vault.new_case_key(case_id), case_id, self.key_id),
            register_sha256=self.register.sha256,
            evaluated_at=first.at,
        )
        case.team = team
        document: dict[str, Any] = {part: {} for part in EMPTY}
        previous, gaps = audit.START, GapHistory(CaseFile(case, document, self.register))
        for version, step in enumerate(plan.steps, 1):
            gaps.pass_time(step.at)
            who = Who(step.by_id, str(next(self.ids)), step.kind, step.at)
            detail = self._decision(batch, case, step, version)
            changed = self._step(case, document, step)
            stamp(document, changed, who, self.register.sha256)
            gaps.look(step.at)
            entry = chained(vault, case, changed, who, version, previous)
            batch.history.append((who, version, as_is(changed)))
            previous, case.version, case.updated_at = entry.digest, version, step.at
            batch.add(Change, row_of(entry))
            batch.trail.append((step.at, step.by_id, f"case.{step.kind}", case_id, detail))
        evaluation = self._evaluate(batch, case, document, previous, gaps)
        case.document = vault.seal(
            case.wrapped_key, Place("child_case.document", case_id), document
        )
        self._beside(batch, case, document, evaluation)
        batch.add(Case, row_of(case))
        return case, document

    def _step(self, case: Case, document: dict[str, Any], step: Step) -> dict[str, Any]:
        """What the step changes in the document and of the case."""
        changed = apply(document, step.values)
        if any(key.startswith("profile.custody") for key in changed):
            record_holding(document, changed, self._input(case, document, step.at))
        match step.kind:
            case "submitted":
                case.status = step.kind
                case.submitted_at, case.submitted_by_id = step.at, step.by_id
            case "returned" | "approved":
                case.status = step.kind
            case "handed-over":
                changed |= {
                    "handed.to": [case.caseworker_id, step.to_id],
                    "handed.reason": [None, step.text],
                }
                assert step.to_id is not None  # noqa: S101 - a plan says to whom
                case.caseworker_id = step.to_id
            case _ if case.status in ("submitted", "approved"):
                case.status = "draft"
        return changed

    def _decision(self, batch: Batch, case: Case, step: Step, version: int) -> dict[str, Any]:
        """Adds the review where the step is one; what the trail says of it, its number and digest once they are known."""
        if step.kind not in ("returned", "approved"):
            return {}
        operation = str(next(self.ids))
        detail: dict[str, Any] = {"bid": "approvals.bid" in step.values}
        batch.decided[operation] = detail
        place = Place("review.sealed", case.id, operation)
        row = {
            "case_id": case.id,
            "case_version": version - 1,
            "at": step.at,
            "by_id": step.by_id,
            "decision": step.kind,
            "approves_bid": detail["bid"],
            "sealed": self.desk.vault.seal(case.wrapped_key, place, {"text": step.text}),
            "operation": operation,
        }
        batch.add(Review, row)
        batch.written.append((row, {"text": step.text}))
        return detail

    def _input(self, case: Case, document: dict[str, Any], at: dt.datetime) -> CaseInput:
        return as_input(
            self.register, document, at.astimezone(CaseFile(case, document, self.register).zone)
        )

    def _evaluate(
        self, batch: Batch, case: Case, document: dict[str, Any], previous: str, gaps: GapHistory
    ) -> Evaluation:
        """The evaluation as of now; what came true by itself meanwhile is put on record."""
        file, moment = CaseFile(case, document, self.register), now()
        gaps.pass_time(moment)
        evaluation = evaluate_file(file, moment)
        changed: dict[str, Any] = {}
        breached = record_breaches(document, changed, evaluation)
        if breached:
            evaluation = evaluate_file(file, moment)
        if settle_work(document, changed, evaluation) or breached:
            who = Who(None, str(next(self.ids)), "time-passed", moment)
            stamp(document, changed, who, self.register.sha256)
            case.version += 1
            batch.history.append((who, case.version, as_is(changed)))
            batch.add(
                Change, row_of(chained(self.desk.vault, case, changed, who, case.version, previous))
            )
        gaps.book.see(*seen(evaluation))
        batch.add(GapSpan, *rows_of(case.id, case.team_id, gaps.book.spans))
        return evaluation

    def _beside(
        self, batch: Batch, case: Case, document: dict[str, Any], evaluation: Evaluation
    ) -> None:
        """What queues, searches and totals read of the case."""
        summarise(case, evaluation)
        batch.add(StoredFinding, *finding_rows(case.id, document, evaluation))
        batch.add(StoredGate, *gate_rows(case.id, evaluation))
        batch.add(CaseAlert, *alert_rows(case))
        batch.add(Violation, *coded_rows(case, document, self.register))
        digests = name_digests(self.names_key, case.team_id, case.id, document)
        batch.add(NameToken, *({"digest": one, "case_id": case.id} for one in sorted(digests)))
        coded = counts.code(self.register, case, document, evaluation)
        batch.totals.update(changes(case.team_id, None, coded))
        batch.add(
            CodedCase,
            {
                "case_id": case.id,
                "team_id": case.team_id,
                "quarter": coded.quarter,
                "register_sha256": self.register.sha256,
                "coded": coded.as_json(),
            },
        )
        if evaluation.case.facts.get("stage") == CLOSED:
            day = case.updated_at.astimezone(evaluation.case.as_of.tzinfo).date()
            until = kept_until(day, evaluation.case.age, None)
            row = {"case_id": case.id, "team_id": case.team_id, "closed_on": day, "until": until}
            batch.add(Retention, row | {"place": Retention.place_of(until, case.number)})

    def _number(self, prefix: str, year: int) -> str:
        counter = self.desk.session.get(CaseCounter, (prefix, year))
        if counter is None:
            counter = CaseCounter(prefix=prefix, year=year, last=0)
            self.desk.session.add(counter)
        counter.last += 1
        return f"{prefix}-{year}-{counter.last:04d}"


__all__ = ["BulkWriter", "Plan", "Step"]
