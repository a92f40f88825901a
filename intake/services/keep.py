"""Keeping a case inside a transaction: document sealed, history lengthened, findings stored beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from intake.checklist.evaluation import RANK, Evaluation, evaluate_case
from intake.models import Case, Change, RegisterVersion, StoredFinding, StoredGate, now
from intake.services import audit
from intake.services.case_file import CaseFile, as_input
from intake.services.desk import Desk

NO_RANK = 9


@dataclass(frozen=True)
class Who:
    """Who made a change, when, and as which operation."""

    by_id: int
    operation: str
    kind: str
    at: dt.datetime


def keep(
    desk: Desk,
    case: Case,
    document: dict[str, Any],
    changes: dict[str, Any],
    who: Who,
    version: int,
) -> Evaluation:
    """Seals the document, adds the change to the history and evaluates, as that version of the case."""
    session, operation = desk.session, who.operation
    _keep_register(desk)
    for key in changes:
        if key.startswith("answers.") and (
            kept := document["answers"].get(key.removeprefix("answers."))
        ):
            kept |= {"at": who.at.isoformat(), "by": who.by_id, "register": desk.register.sha256}
    case.document = desk.vault.seal(case.wrapped_key, case.id, document)
    case.updated_at, case.version = who.at, version
    file = CaseFile(case, document)
    evaluation = evaluate_case(
        desk.register, as_input(desk, document, who.at.astimezone(file.zone))
    )
    session.add(case)
    session.flush()
    store_evaluation(desk, case, evaluation)
    sealed = desk.vault.seal(case.wrapped_key, f"{case.id}/{operation}", changes)
    previous = session.scalar(
        select(Change.digest)
        .where(Change.case_id == case.id)
        .order_by(Change.sequence.desc())
        .limit(1)
    )
    entry = Change(
        operation=operation,
        case_id=case.id,
        sequence=version,
        at=who.at,
        by_id=who.by_id,
        kind=who.kind,
        register_sha256=desk.register.sha256,
        sealed=sealed,
        previous=previous or audit.START,
    )
    fields = [
        case.id,
        version,
        operation,
        who.at.isoformat(),
        who.by_id,
        who.kind,
        entry.previous,
        sealed.hex(),
    ]
    entry.digest = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    session.add(entry)
    return evaluation


def store_evaluation(desk: Desk, case: Case, evaluation: Evaluation) -> None:
    """Puts the findings and gates beside the case, where queues read them."""
    session = desk.session
    session.execute(delete(StoredFinding).where(StoredFinding.case_id == case.id))
    session.execute(delete(StoredGate).where(StoredGate.case_id == case.id))
    found = [finding for finding in evaluation.findings.values() if finding.open]
    gaps = [finding for finding in found if finding.status == "gap"]
    session.add_all(
        StoredFinding(
            case_id=case.id,
            check_id=f.check.id,
            status=f.status,
            severity=f.check.severity,
            due=f.due,
        )
        for f in found
    )
    session.add_all(
        StoredGate(
            case_id=case.id, gate_id=gate_id, is_open=state.open, blocked_by=list(state.blocked_by)
        )
        for gate_id, state in evaluation.gates.items()
        if state.applies
    )
    case.gaps, case.missing = len(gaps), len(found) - len(gaps)
    case.critical_gaps = sum(1 for finding in gaps if finding.check.severity == "critical")
    case.worst_rank = min((RANK[finding.check.severity] for finding in gaps), default=NO_RANK)
    case.next_due = min((finding.due for finding in found if finding.due), default=None)
    case.applicable, case.answered = evaluation.progress.applicable, evaluation.progress.answered
    case.alerts = [raised.alert.id for raised in evaluation.alerts]
    case.evaluated_at = evaluation.case.as_of
    case.register_sha256 = evaluation.register.sha256
    stage, country = (evaluation.case.facts.get(name) for name in ("stage", "country"))
    case.stage, case.country = (str(stage) if stage else None), (str(country) if country else None)


def _keep_register(desk: Desk) -> None:
    if desk.session.get(RegisterVersion, desk.register.sha256) is None:
        files = {
            path.relative_to(desk.rules).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(desk.rules.rglob("*.yaml"))
        }
        desk.session.add(
            RegisterVersion(
                sha256=desk.register.sha256,
                version=desk.register.version,
                first_used_at=now(),
                files=json.dumps(files, ensure_ascii=False),
            )
        )
