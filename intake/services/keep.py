"""Keeping a case inside a transaction: document sealed, history lengthened, findings stored beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from intake.checklist.evaluation import RANK, Evaluation
from intake.checklist.timing import changes_at
from intake.models import Case, CaseAlert, Change, StoredFinding, StoredGate
from intake.services import audit, retention
from intake.services.breaches import record_breaches
from intake.services.case_file import CaseFile, evaluate_file
from intake.services.counts import count_case
from intake.services.desk import Desk
from intake.services.gap_spans import catch_up, keep_spans
from intake.services.gap_work import PART, settle_work, work_on
from intake.services.holding import record_holding
from intake.services.names import index_names
from intake.services.violation_rows import store_violations
from intake.vault import Place, Vault

NO_RANK = 9


@dataclass(frozen=True)
class Who:
    """Who made a change, when, and as which operation; nobody where the passing of time did."""

    by_id: int | None
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
    """Seals the document, adds the change to the history and evaluates, as that version of the case.

    A decision that was carried out while its gate was shut is recorded as a violation in the same change.
    """
    session = desk.session
    catch_up(desk, case, who.at)
    register = desk.register_of(case)
    desk.shelf.keep(session, register)
    file = CaseFile(case, document, register)
    evaluation = evaluate_file(file, who.at)
    breached = record_breaches(document, changes, evaluation)
    if breached:
        evaluation = evaluate_file(file, who.at)
    settle_work(document, changes, evaluation)
    record_holding(document, changes, evaluation.case)
    stamp(document, changes, who, register.sha256)
    case.document = desk.vault.seal(
        case.wrapped_key, Place("child_case.document", case.id), document
    )
    case.updated_at, case.version = who.at, version
    session.add(case)
    session.flush()
    index_names(desk, case, document)
    store_evaluation(desk, case, document, evaluation)
    session.add(_change(desk, case, changes, who, version))
    for gate_id in breached:
        audit.record(
            session, "case.gate-breached", actor_id=who.by_id, case_id=case.id, gate=gate_id
        )
    return evaluation


def stamp(
    document: dict[str, Any], changes: dict[str, Any], who: Who, register_sha256: str
) -> None:
    """Keeps with each answer that changed who gave it, when and under which register; with work on a gap who and when."""
    for key, (old, _new) in changes.items():
        if key.startswith(f"{PART}.") and (
            work := document[PART].get(key.removeprefix(f"{PART}."))
        ):
            work |= {"at": who.at.isoformat(), "by": who.by_id}
        if key.startswith("answers.") and (
            kept := document["answers"].get(key.removeprefix("answers."))
        ):
            kept |= {"at": who.at.isoformat(), "by": who.by_id, "register": register_sha256}
            # a word added to a note makes an answer no younger
            same = old is not None and old.get("value") == kept.get("value")
            kept["since"] = (
                (old.get("since") or old.get("at") or kept["at"]) if same else kept["at"]
            )


def _change(desk: Desk, case: Case, changes: dict[str, Any], who: Who, version: int) -> Change:
    """The entry of the history, chained to the one before it."""
    previous = desk.session.scalar(
        select(Change.digest)
        .where(Change.case_id == case.id)
        .order_by(Change.sequence.desc())
        .limit(1)
    )
    return chained(desk.vault, case, changes, who, version, previous or audit.START)


def chained(
    vault: Vault, case: Case, changes: dict[str, Any], who: Who, version: int, previous: str
) -> Change:
    """The entry of the history that follows the one of that digest."""
    entry = Change(
        operation=who.operation,
        case_id=case.id,
        sequence=version,
        at=who.at,
        by_id=who.by_id,
        kind=who.kind,
        register_sha256=case.register_sha256,
        sealed=vault.seal(
            case.wrapped_key, Place("change.sealed", case.id, who.operation), changes
        ),
        previous=previous,
    )
    entry.digest = change_digests(entry)[0]
    return entry


def change_digests(entry: Change, sequence: int | None = None) -> tuple[str, str]:
    """The SHA-256 over all that a change says, as that place of the history; and the one of earlier releases.

    The earlier one left out the register.
    """
    fields = [
        entry.case_id,
        entry.sequence if sequence is None else sequence,
        entry.operation,
        entry.at.astimezone(dt.UTC).isoformat(),
        entry.by_id,
        entry.kind,
        entry.previous,
        entry.sealed.hex(),
    ]
    return _sha256([*fields, entry.register_sha256]), _sha256(fields)


def _sha256(fields: list[Any]) -> str:
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def store_evaluation(
    desk: Desk, case: Case, document: dict[str, Any], evaluation: Evaluation
) -> None:
    """Puts the findings and gates beside the case, where queues read them."""
    session = desk.session
    summarise(case, evaluation)
    for table, rows in (
        (StoredFinding, finding_rows(case.id, document, evaluation)),
        (StoredGate, gate_rows(case.id, evaluation)),
        (CaseAlert, alert_rows(case)),
    ):
        session.execute(delete(table).where(table.case_id == case.id))
        if rows:
            session.execute(insert(table), rows)
    store_violations(desk, case, document, evaluation.register)
    keep_spans(session, case, evaluation)
    retention.settle(desk, case, evaluation)
    count_case(desk, case, document, evaluation)


def finding_rows(
    case_id: str, document: dict[str, Any], evaluation: Evaluation
) -> list[dict[str, Any]]:
    """The open findings of a case, as the queue reads them."""
    in_us, rows = evaluation.case.fact("country") == "US", []
    for finding in evaluation.findings.values():
        if not finding.open:
            continue
        kept = document["answers"].get(finding.check.id, {})
        responsible = finding.check.responsible
        work = work_on(document, finding.check.id)
        rows.append(
            {
                "case_id": case_id,
                "check_id": finding.check.id,
                "status": finding.status,
                "severity": finding.check.severity,
                "due": finding.due,
                "cause": kept.get("cause"),
                "authority": kept.get("authority") or (responsible.US if in_us else responsible.MX),
                "work": work.state,
                "owner_id": work.owner_id,
                "agreed_due": work.due,
            }
        )
    return rows


def gate_rows(case_id: str, evaluation: Evaluation) -> list[dict[str, Any]]:
    """The gates that apply to a case."""
    return [
        {
            "case_id": case_id,
            "gate_id": gate_id,
            "is_open": state.open,
            "blocked_by": list(state.blocked_by),
        }
        for gate_id, state in evaluation.gates.items()
        if state.applies
    ]


def alert_rows(case: Case) -> list[dict[str, Any]]:
    """The alerts of a case whose evaluation is summarised on it."""
    about = {"case_id": case.id, "team_id": case.team_id, "place_due": case.place_due}
    return [about | {"alert_id": alert_id} for alert_id in dict.fromkeys(case.alerts)]


def summarise(case: Case, evaluation: Evaluation) -> None:
    """Puts on the case itself what lists of cases show of its evaluation."""
    found = [finding for finding in evaluation.findings.values() if finding.open]
    gaps = [finding for finding in found if finding.status == "gap"]
    case.gaps, case.missing = len(gaps), len(found) - len(gaps)
    case.critical_gaps = sum(1 for finding in gaps if finding.check.severity == "critical")
    case.worst_rank = min((RANK[finding.check.severity] for finding in gaps), default=NO_RANK)
    case.next_due = min((finding.due for finding in found if finding.due), default=None)
    case.applicable, case.answered = evaluation.progress.applicable, evaluation.progress.answered
    case.alerts = [raised.alert.id for raised in evaluation.alerts]
    case.alerted = len(case.alerts)
    case.evaluated_at, case.reevaluate_at = evaluation.case.as_of, changes_at(evaluation)
    case.register_sha256 = evaluation.register.sha256
    stage, country = (evaluation.case.facts.get(name) for name in ("stage", "country"))
    case.stage, case.country = (str(stage) if stage else None), (str(country) if country else None)
    case.take_places()
