"""Saving a case: what was typed is merged with what others saved meanwhile, kept with its history, and evaluated."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from intake.checklist.evaluation import Evaluation, GateState
from intake.models import Case, CaseCounter, Change, Team, User, now
from intake.services import audit
from intake.services.approvals import closes, end_approvals, is_the_closing, reopens
from intake.services.case_file import (
    CaseFile,
    ChangeRead,
    changes_since,
    evaluate_file,
    open_file,
)
from intake.services.desk import Desk, Refused
from intake.services.keep import Who, keep


@dataclass(frozen=True)
class Clash:
    """Two people changed the same thing: what each left there."""

    key: str
    mine: Any
    theirs: Any
    by: str | None
    at: dt.datetime


class Clashed(Exception):
    """Nothing was saved, because others changed the same things since the form was shown."""

    def __init__(self, clashes: list[Clash], version: int) -> None:
        self.clashes, self.version = clashes, version
        super().__init__(f"{len(clashes)} clashes")


class GateShut(Exception):
    """Nothing was saved, because a value it would record has to wait for a gate."""

    def __init__(self, state: GateState) -> None:
        self.state = state
        super().__init__(state.gate.id)


@dataclass(frozen=True)
class Saved:
    """What a save did. ``again`` is true where the same form had been saved before."""

    file: CaseFile
    before: Evaluation
    after: Evaluation
    changed: tuple[str, ...]
    again: bool = False
    reopened: bool = False
    """Whether the case had been submitted or approved, and is a draft again."""

    @property
    def breached(self) -> tuple[str, ...]:
        """The gates whose breach this save put on record."""
        return tuple(
            key.removeprefix("breaches.") for key in self.changed if key.startswith("breaches.")
        )


def open_case(
    desk: Desk, by: User, values: dict[str, Any], operation: str, *, base: int = 0
) -> Case:
    """Opens a case for a child with what is known, in the caseworker's team.

    Sent twice, it opens one case; what was written otherwise the second time is saved there. Raises Refused, and
    Clashed as :func:`save` does.
    """
    case, is_new = _open(desk, by, values, operation)
    if not is_new:
        save(desk, case, by, values, base=base, operation=operation, kind="profile-saved")
    return case


def _open(desk: Desk, by: User, values: dict[str, Any], operation: str) -> tuple[Case, bool]:
    by_id = by.id
    with desk.writing() as session:
        earlier = session.get(Change, operation)
        if earlier is not None:
            if earlier.by_id != by_id:
                raise Refused("operation_of_another")
            return session.get_one(Case, earlier.case_id), False
        person = session.get_one(User, by_id)
        team, register = person.team, desk.register
        if team is None:
            raise Refused("no_team")
        case_id, moment = str(uuid.uuid4()), now()
        document: dict[str, Any] = {
            "profile": {},
            "events": {},
            "answers": {},
            "identity": {},
            "approvals": {},
            "breaches": {},
        }
        changes = apply(document, values)
        case = Case(
            id=case_id,
            number=_next_number(desk, team, moment.year),
            team_id=team.id,
            caseworker_id=by_id,
            opened_at=moment,
            wrapped_key=desk.vault.new_case_key(case_id),
            register_sha256=register.sha256,
            evaluated_at=moment,
        )
        case.team = team
        keep(desk, case, document, changes, Who(by_id, operation, "opened", moment), version=1)
        audit.record(session, "case.opened", actor_id=by_id, case_id=case_id)
        return case, True


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
    both changed the same key to different values; GateShut where a value has to wait for a gate; Refused where the
    operation is somebody else's. The same form sent again is one save; sent again with other words, another one.
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        file = open_file(desk, case)
        moment = now()
        before = evaluate_file(file, moment)
        own = _sent_before(desk, operation)
        if any(earlier.by_id != by_id or earlier.case_id != case_id for earlier in own):
            raise Refused("operation_of_another")
        if own:
            if all(_plain(_get(file.document, key)) == mine for key, mine in values.items()):
                return Saved(file, before, before, (), again=True)
            operation = _sent_again(operation, len(own))
        sequences = frozenset(earlier.sequence for earlier in own)
        values = _merged(desk, file, values, base if base <= case.version else 0, sequences)
        document = json.loads(json.dumps(file.document))
        changes = apply(document, values)
        if not changes:
            return Saved(file, before, before, (), again=bool(own))
        _refuse_held(file, document, changes)
        if closes(changes) and not document["approvals"].get("closure"):
            raise Refused("closure_not_approved")
        end_approvals(document, changes)
        reopened = (
            case.status in ("submitted", "approved")
            and reopens(changes)
            and not is_the_closing(changes)
        )
        if reopened:
            case.status = "draft"
        after = keep(
            desk,
            case,
            document,
            changes,
            Who(by_id, operation, kind, moment),
            version=case.version + 1,
        )
        audit.record(session, f"case.{kind}", actor_id=by_id, case_id=case_id, keys=len(changes))
        return Saved(
            CaseFile(case, document, file.register),
            before,
            after,
            tuple(changes),
            reopened=reopened,
        )


def _refuse_held(file: CaseFile, document: dict[str, Any], changes: dict[str, Any]) -> None:
    """Raises GateShut where a value is newly recorded that a shut gate holds back."""
    for gate in file.register.gates.values():
        held = gate.holds
        if held is None or changes.get(f"profile.{held.fact}", (None, None))[1] != held.value:
            continue
        state = evaluate_file(CaseFile(file.case, document, file.register)).gates[gate.id]
        if not state.open:
            raise GateShut(state)


def evaluate_as_typed(file: CaseFile, values: dict[str, Any]) -> Evaluation:
    """What the case would come out as now, were the values saved. Saves nothing."""
    document = json.loads(json.dumps(file.document))
    apply(document, values)
    return evaluate_file(CaseFile(file.case, document, file.register))


def _next_number(desk: Desk, team: Team, year: int) -> str:
    # two who open a team's first cases of a year wait for each other here
    desk.session.scalars(select(Team.id).where(Team.id == team.id).with_for_update()).one()
    counter = desk.session.get(CaseCounter, (team.prefix, year), with_for_update=True)
    if counter is None:
        counter = CaseCounter(prefix=team.prefix, year=year, last=0)
        desk.session.add(counter)
    counter.last += 1
    return f"{team.prefix}-{year}-{counter.last:04d}"


def _sent_again(operation: str, times: int) -> str:
    """The operation of a form that was saved so many times before, and written on in."""
    return str(uuid.uuid5(uuid.UUID(operation), str(times)))


def _sent_before(desk: Desk, operation: str) -> list[Change]:
    """What this very form saved before, oldest first: the answer was lost on the way, and the person wrote on in it."""
    found: list[Change] = []
    while earlier := desk.session.get(
        Change, _sent_again(operation, len(found)) if found else operation
    ):
        found.append(earlier)
    return found


def _merged(
    desk: Desk, file: CaseFile, values: dict[str, Any], base: int, own: frozenset[int]
) -> dict[str, Any]:
    """The typed values without those the form left as they were when others changed them since.

    ``own`` are the changes that this form itself made: nobody clashes with them.
    """
    since: dict[str, ChangeRead] = {}
    at_base: dict[str, Any] = {}
    for change in changes_since(desk, file.case, base):
        for key, (old, new) in change.changes.items():
            if change.sequence in own:
                at_base[key] = new
                since.pop(key, None)
            else:
                at_base.setdefault(key, old)
                since[key] = change
    merged, clashes = {}, []
    for key, mine in values.items():
        theirs = _plain(_get(file.document, key))
        if key not in since or mine == theirs:
            merged[key] = mine
        elif mine != _plain(at_base[key]):
            other = since[key].by
            clashes.append(Clash(key, mine, theirs, other.name if other else None, since[key].at))
    if clashes:
        raise Clashed(clashes, file.case.version)
    return merged


def _get(document: dict[str, Any], key: str) -> Any:
    part, name = key.split(".", 1)
    return document.get(part, {}).get(name)


def _plain(value: Any) -> Any:
    """An answer as a form gives it, without who gave it when."""
    if isinstance(value, dict):
        return {
            name: kept
            for name, kept in value.items()
            if name not in ("at", "by", "register", "since")
        } or None
    return value


def apply(document: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Puts the values into the document; the keys that changed, each with its old and new value."""
    changes: dict[str, Any] = {}
    for key, value in values.items():
        part, name = key.split(".", 1)
        # a case opened before there was that part has none of it yet
        old = document.setdefault(part, {}).get(name)
        if _plain(old) == value:
            continue
        changes[key] = [old, value]
        if value is None:
            del document[part][name]
        else:
            document[part][name] = value
    return changes
