"""Saving a case: what was typed is merged with what others saved meanwhile, kept with its history, and evaluated."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from intake.checklist.evaluation import RANK, Evaluation, evaluate_case
from intake.models import (
    Case,
    CaseCounter,
    Change,
    RegisterVersion,
    StoredFinding,
    StoredGate,
    User,
    now,
)
from intake.services import audit
from intake.services.case_file import CaseFile, ChangeRead, as_input, changes_since, open_file
from intake.services.desk import Desk, Refused

NO_RANK = 9
BID_ANSWERS = "answers.bid."


@dataclass(frozen=True)
class Clash:
    """Two people changed the same thing: what each left there."""

    key: str
    mine: Any
    theirs: Any
    by: str
    at: dt.datetime


class Clashed(Exception):
    """Nothing was saved, because others changed the same things since the form was shown."""

    def __init__(self, clashes: list[Clash], version: int) -> None:
        self.clashes, self.version = clashes, version
        super().__init__(f"{len(clashes)} clashes")


@dataclass(frozen=True)
class Saved:
    """What a save did. ``again`` is true where the same form had been saved before."""

    file: CaseFile
    before: Evaluation
    after: Evaluation
    changed: tuple[str, ...]
    again: bool = False


def open_case(desk: Desk, by: User, values: dict[str, Any], operation: str) -> Case:
    """Opens a case for a child with what is known, in the caseworker's team. Sent twice, it opens one."""
    by_id = by.id
    with desk.writing() as session:
        earlier = session.get(Change, operation)
        if earlier is not None:
            if earlier.by_id != by_id:
                raise Refused("operation_of_another")
            return session.get_one(Case, earlier.case_id)
        person = session.get_one(User, by_id)
        team = person.team
        if team is None:
            raise Refused("no_team")
        case_id, moment = str(uuid.uuid4()), now()
        document: dict[str, Any] = {
            "profile": {},
            "events": {},
            "answers": {},
            "identity": {},
            "approvals": {},
        }
        changes = _apply(document, values)
        case = Case(
            id=case_id,
            number=_next_number(desk, team.prefix, moment.year),
            team_id=team.id,
            caseworker_id=by_id,
            opened_at=moment,
            wrapped_key=desk.vault.new_case_key(case_id),
            register_sha256=desk.register.sha256,
            evaluated_at=moment,
        )
        case.team = team
        _keep(desk, case, document, changes, Who(by_id, operation, "opened", moment), version=1)
        audit.record(session, "case.opened", actor_id=by_id, case_id=case_id)
        return case


def save(
    desk: Desk,
    case: Case,
    by: User,
    values: dict[str, Any],
    *,
    base: int,
    operation: str,
    kind: str,
) -> Saved:
    """Saves what was typed over the version of the case the form was made from.

    ``values`` maps keys such as ``answers.rights.informed`` or ``profile.age`` to their new value, None to clear.
    What others changed meanwhile is kept where this form left it alone. Raises Clashed, with nothing saved, where
    both changed the same key to different values; Refused where the operation is somebody else's.
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        file = open_file(desk, case)
        moment = now()
        before = evaluate_case(
            desk.register, as_input(desk, file.document, moment.astimezone(file.zone))
        )
        earlier = session.get(Change, operation)
        if earlier is not None:
            if earlier.by_id != by_id or earlier.case_id != case_id:
                raise Refused("operation_of_another")
            return Saved(file, before, before, (), again=True)
        values = _merged(desk, file, values, base)
        document = json.loads(json.dumps(file.document))
        changes = _apply(document, values)
        if not changes:
            return Saved(file, before, before, ())
        if any(key.startswith(BID_ANSWERS) for key in changes) and document["approvals"].pop(
            "bid", None
        ):
            changes["approvals.bid"] = [file.document["approvals"]["bid"], None]
        if case.status != "draft" and case.status != "returned":
            case.status = "draft"
        after = _keep(
            desk,
            case,
            document,
            changes,
            Who(by_id, operation, kind, moment),
            version=case.version + 1,
        )
        audit.record(session, f"case.{kind}", actor_id=by_id, case_id=case_id, keys=len(changes))
        return Saved(CaseFile(case, document), before, after, tuple(changes))


@dataclass(frozen=True)
class Who:
    """Who made a change, when, and as which operation."""

    by_id: int
    operation: str
    kind: str
    at: dt.datetime


def decide(
    desk: Desk, case: Case, document: dict[str, Any], changes: dict[str, Any], who: Who
) -> Evaluation:
    """Keeps a changed document inside the transaction of another use case."""
    return _keep(desk, case, document, changes, who, version=case.version + 1)


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


def _keep(
    desk: Desk,
    case: Case,
    document: dict[str, Any],
    changes: dict[str, Any],
    who: Who,
    version: int,
) -> Evaluation:
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


def _next_number(desk: Desk, prefix: str, year: int) -> str:
    key = (prefix, year)
    counter = desk.session.get(CaseCounter, key, with_for_update=True)
    if counter is None:
        counter = CaseCounter(prefix=prefix, year=year, last=0)
        desk.session.add(counter)
    counter.last += 1
    return f"{prefix}-{year}-{counter.last:04d}"


def _merged(desk: Desk, file: CaseFile, values: dict[str, Any], base: int) -> dict[str, Any]:
    """The typed values without those the form left as they were when others changed them since."""
    since: dict[str, ChangeRead] = {}
    at_base: dict[str, Any] = {}
    for change in changes_since(desk, file.case, base):
        for key, (old, _new) in change.changes.items():
            at_base.setdefault(key, old)
            since[key] = change
    merged, clashes = {}, []
    for key, mine in values.items():
        theirs = _plain(_get(file.document, key))
        if key not in since or mine == theirs:
            merged[key] = mine
        elif mine != _plain(at_base[key]):
            clashes.append(Clash(key, mine, theirs, since[key].by.name, since[key].at))
    if clashes:
        raise Clashed(clashes, file.case.version)
    return merged


def _get(document: dict[str, Any], key: str) -> Any:
    part, name = key.split(".", 1)
    return document[part].get(name)


def _plain(value: Any) -> Any:
    """An answer as a form gives it, without who gave it when."""
    if isinstance(value, dict):
        return {
            name: kept for name, kept in value.items() if name not in ("at", "by", "register")
        } or None
    return value


def _apply(document: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Puts the values into the document; the keys that changed, each with its old and new value."""
    changes: dict[str, Any] = {}
    for key, value in values.items():
        part, name = key.split(".", 1)
        old = document[part].get(name)
        if _plain(old) == value:
            continue
        changes[key] = [old, value]
        if value is None:
            del document[part][name]
        else:
            document[part][name] = value
    return changes
