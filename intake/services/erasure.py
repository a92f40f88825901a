"""The end of a case, by two people: its key is destroyed, and with it everything that was sealed under it.

What hangs on the case goes with it, in one transaction; a tombstone stays, and the audit trail stays whole. What is
anonymised leaves coded facts behind, which lead to no case.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.orm import Session

from intake.models import CASE_NUMBER, AnonymousCase, Base, Case, Erasure, Team, User, now
from intake.services import audit, counts
from intake.services.anonymous import anonymous_coded, anonymous_facts
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk, Refused
from intake.services.erased import Tombstone, note_erasures
from intake.services.files import FileStore
from intake.services.rights import may
from intake.services.scrub import scrub
from intake.vault import Place, SealBroken

log = logging.getLogger("intake")
KINDS = ("erase", "anonymise")


def propose(
    desk: Desk, case: Case, by: User, *, kind: str, ground: str, reason: str, operation: str
) -> None:
    """Proposes the end of a case; nothing is lost until a second person confirms it. Sent twice, it is one.

    Raises Refused: ``proposed_already``.
    """
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        if session.get(Erasure, operation) is not None:
            return
        if _open_proposal(session, case_id) is not None:
            raise Refused("proposed_already")
        sealed = desk.vault.seal(
            case.wrapped_key, Place("erasure.sealed", case_id, operation), {"text": reason}
        )
        session.add(
            Erasure(
                id=operation,
                case_id=case_id,
                case_number=case.number,
                team_id=case.team_id,
                caseworker_id=case.caseworker_id,
                kind=kind,
                ground=ground,
                sealed=sealed,
                proposed_by_id=by_id,
            )
        )
        audit.record(
            session,
            "case.erasure-proposed",
            actor_id=by_id,
            case_id=case_id,
            kind=kind,
            ground=ground,
        )


def proposal_of(desk: Desk, case: Case) -> Erasure | None:
    """The proposal to end this case that waits for a second person."""
    return _open_proposal(desk.session, case.id)


def proposals(desk: Desk, person: User) -> list[Erasure]:
    """The proposals this person may decide on or has made: the team's, or all for an administrator. Without content."""
    query = select(Erasure).where(Erasure.state == "proposed", _scope(person))
    return list(desk.session.scalars(query.order_by(Erasure.proposed_at)).unique())


def find_proposal(desk: Desk, person: User, erasure_id: str) -> Erasure | None:
    """The proposal of that id, where this person may see it and nobody decided yet."""
    return next((one for one in proposals(desk, person) if one.id == erasure_id), None)


def was_decided(desk: Desk, person: User, erasure_id: str) -> bool:
    """Whether a proposal of that id, within this person's scope, was confirmed or refused already."""
    query = select(Erasure.id).where(
        Erasure.id == erasure_id, Erasure.state != "proposed", _scope(person)
    )
    return desk.session.scalar(query) is not None


def reason_of(desk: Desk, proposal: Erasure, person: User) -> str:
    """The reason as it was typed, for those who may read the case; nothing for others."""
    if not may(person, "case.read"):
        return ""
    return open_reason(desk, desk.session.get_one(Case, proposal.case_id), proposal)


def open_reason(desk: Desk, case: Case, proposal: Erasure) -> str:
    """The reason as it was typed; nothing where none is kept. Raises SealBroken where it cannot be opened any more."""
    if proposal.sealed is None:
        return ""
    row = Place("erasure.sealed", case.id, proposal.id)
    return str(desk.vault.open(case.wrapped_key, row, proposal.sealed)["text"])


def refuse(desk: Desk, proposal: Erasure, by: User) -> None:
    """Ends a proposal and leaves the case as it is; the one who proposed may do so too."""
    by_id, erasure_id = by.id, proposal.id
    with desk.writing() as session:
        proposal = _locked(session, erasure_id)
        if proposal.state != "proposed":
            return
        proposal.state, proposal.decided_by_id, proposal.decided_at = "refused", by_id, now()
        audit.record(
            session,
            "case.erasure-refused",
            actor_id=by_id,
            case_id=proposal.case_id,
            kind=proposal.kind,
        )


def confirm(desk: Desk, files: FileStore, proposal: Erasure, by: User) -> None:
    """Carries the proposal out. Cannot be undone. Done twice, it is done once.

    Raises Refused: ``same_person``.
    """
    by_id, erasure_id = by.id, proposal.id
    with desk.writing() as session:
        proposal = _locked(session, erasure_id)
        case_id, kind = proposal.case_id, proposal.kind
        if proposal.state != "proposed":
            return
        if proposal.proposed_by_id == by_id:
            raise Refused("same_person")
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        remains = _anonymous(desk, case) if kind == "anonymise" else None
        if remains is not None:
            session.add(remains)
        counts.leave(session, case_id, remains.coded if remains else None)
        # as they are now: a case may have changed hands since it was proposed
        proposal.team_id, proposal.caseworker_id = case.team_id, case.caseworker_id
        _destroy(session, case)
        proposal.state, proposal.decided_by_id, proposal.decided_at = "done", by_id, now()
        session.execute(update(Erasure).where(Erasure.case_id == case_id).values(sealed=None))
        audit.record(
            session,
            "case.erased" if kind == "erase" else "case.anonymised",
            actor_id=by_id,
            case_id=case_id,
            proposed_by=proposal.proposed_by_id,
            ground=proposal.ground,
        )
    _note(desk, files)
    # without the key they are noise already; from here on they are not there either
    files.remove_case(case_id)
    scrub(session.get_bind())


def erase_again(desk: Desk, tombstone: Tombstone) -> bool:
    """Ends a case that came back with a backup, in the transaction under way; says whether it was there.

    What was anonymised is anonymised. The tombstone comes back too, where the people on it are known to the backup.
    """
    session = desk.session
    case = session.get(Case, tombstone.case_id)
    if case is None:
        return False
    if tombstone.kind == "anonymise":
        with suppress(
            SealBroken
        ):  # its key was taken out of the backup: there is nothing left to count
            session.add(_anonymous(desk, case))
    _destroy(session, case)
    session.execute(update(Erasure).where(Erasure.case_id == tombstone.case_id).values(sealed=None))
    row = session.get(Erasure, tombstone.id) or Erasure(id=tombstone.id)
    people = {tombstone.caseworker_id, tombstone.proposed_by_id, tombstone.decided_by_id}
    known = set(session.scalars(select(User.id).where(User.id.in_(people))))
    if people == known and session.get(Team, tombstone.team_id) is not None:
        for name, value in tombstone._asdict().items():
            setattr(row, name, value)
        session.add(row)
    row.state, row.sealed = "done", None
    audit.record(
        session,
        "case.erased-again",
        actor_id=None,
        case_id=tombstone.case_id,
        kind=tombstone.kind,
        decided_at=tombstone.decided_at.isoformat(),
    )
    return True


def _note(desk: Desk, files: FileStore) -> None:
    """Puts the erasure on the list beside the database, by which no backup brings the case back."""
    try:
        note_erasures(desk.session, files.erased)
    except (OSError, ValueError) as error:
        # the next start or backup does it
        log.error("an erasure is not on the list of erased cases yet: %s", type(error).__name__)
    finally:
        # SQLite's log cannot be emptied while anybody is reading
        desk.session.rollback()


@dataclass(frozen=True)
class Gone:
    """All that is said of a case that was erased or anonymised."""

    number: str
    kind: str
    at: dt.datetime
    proposed_by: str
    confirmed_by: str


def gone(desk: Desk, number: str, person: User) -> Gone | None:
    """What is left of the case of that number, for a person who could see it while it was there."""
    if not CASE_NUMBER.fullmatch(number):
        return None
    seen = Erasure.caseworker_id == person.id if person.role == "caseworker" else _scope(person)
    row = desk.session.scalars(
        select(Erasure).where(Erasure.case_number == number, Erasure.state == "done", seen)
    ).first()
    if row is None or row.decided_by is None or row.decided_at is None:
        return None
    return Gone(
        row.case_number, row.kind, row.decided_at, row.proposed_by.name, row.decided_by.name
    )


def _scope(person: User) -> Any:
    if person.role == "administrator":
        return Erasure.id.is_not(None)
    return Erasure.team_id == person.team_id


def _open_proposal(session: Session, case_id: str) -> Erasure | None:
    return session.scalars(
        select(Erasure).where(Erasure.case_id == case_id, Erasure.state == "proposed")
    ).first()


def _locked(session: Session, erasure_id: str) -> Erasure:
    return session.scalars(select(Erasure).where(Erasure.id == erasure_id).with_for_update()).one()


def _anonymous(desk: Desk, case: Case) -> AnonymousCase:
    file = open_file(desk, case)
    evaluation = evaluate_file(file)
    coded = anonymous_coded(counts.code(desk.register, case, file.document, evaluation))
    return AnonymousCase(
        id=str(uuid.uuid4()),
        country=case.country,
        quarter=coded.quarter,
        facts=anonymous_facts(file, evaluation),
        coded=coded.as_json(),
    )


def _destroy(session: Session, case: Case) -> None:
    """Deletes the case and every row that hangs on it, whichever table it stands in."""
    case_id = case.id
    session.flush()
    session.expunge(case)
    for table in reversed(Base.metadata.sorted_tables):
        columns = [
            column
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name == Case.__tablename__
        ]
        if columns:
            session.execute(delete(table).where(or_(*(column == case_id for column in columns))))
    held: Table = Base.metadata.tables[Case.__tablename__]
    session.execute(delete(held).where(held.c.id == case_id))


__all__ = [
    "KINDS",
    "Gone",
    "confirm",
    "erase_again",
    "find_proposal",
    "gone",
    "proposal_of",
    "proposals",
    "propose",
    "reason_of",
    "refuse",
    "was_decided",
]
