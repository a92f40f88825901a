"""The master key in force, and how another takes over from it while the app goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.models import Case, Job, MasterKey, now
from intake.services import audit
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.names import index_names
from intake.vault import KeyMissing

BATCH = 50
"""Cases re-wrapped in one transaction: other writers wait for so many, and a rotation cut short repeats no more."""


def check_keys(desk: Desk) -> str:
    """The id of the master key in force. Raises KeyMissing where the program was not given it."""
    key_id = _recorded(desk.session)
    if key_id and not desk.vault.knows(key_id):
        raise KeyMissing(key_id)
    return key_id or desk.vault.primary


def put_in_force(desk: Desk, key_id: str) -> bool:
    """Makes that key the one that everything is written under from now on; says whether it was not before.

    Writers that are under way finish under the key before; whoever writes later reads this one.
    """
    if not desk.vault.knows(key_id):
        raise KeyMissing(key_id)
    with desk.writing() as session:
        kept = session.scalars(select(MasterKey).where(MasterKey.id == 1).with_for_update()).one()
        if kept.key_id == key_id:
            return False
        audit.record(session, "keys.in-force", actor_id=None, key=key_id, before=kept.key_id)
        kept.key_id, kept.since = key_id, now()
    return True


def is_settled(desk: Desk) -> bool:
    """Whether a master key is recorded; not so in a database from before keys had ids."""
    return bool(_recorded(desk.session))


def cases_to_rewrap(desk: Desk) -> int:
    """How many cases are not under the key in force."""
    counted = select(func.count()).select_from(Case).where(*_elsewhere(check_keys(desk)))
    return desk.session.scalar(counted) or 0


def rewrap_cases(desk: Desk) -> Iterator[int]:
    """Brings every case, its key and its name tokens, under the key in force; yields how many each batch held.

    Each batch is a transaction: stopped at any point, it goes on from there when called again. Raises SealBroken,
    with that batch undone, where a case opens under no known key.
    """
    key_id, after = check_keys(desk), ""
    while True:
        with desk.writing() as session:
            query = select(Case).where(Case.id > after, *_elsewhere(key_id))
            cases = session.scalars(query.order_by(Case.id).limit(BATCH).with_for_update()).all()
            if not cases:
                _rewrap_jobs(desk, key_id)
                return
            for case in cases:
                index_names(desk, case, open_file(desk, case).document)
            session.flush()
            after = cases[-1].id
            done = len(cases)
            audit.record(session, "keys.rewrapped", actor_id=None, key=key_id, cases=done)
        desk.session.expunge_all()
        yield done


def _rewrap_jobs(desk: Desk, key_id: str) -> None:
    """Brings what background work made under the key in force; it is destroyed within a day, so it is never much."""
    where = _elsewhere(key_id, Job.wrapped_key)
    for job in desk.session.scalars(select(Job).where(*where).with_for_update()):
        if job.wrapped_key is not None:
            job.wrapped_key = desk.vault.rewrap(job.wrapped_key, job.id, key_id)


def _elsewhere(
    key_id: str, column: InstrumentedAttribute[Any] = Case.wrapped_key
) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a case that is under another key; an erased case has none to wrap."""
    start = func.substr(column, 1, 9, type_=LargeBinary)
    return start != b"\x02" + bytes.fromhex(key_id), func.length(column) > 0


def _recorded(session: Session) -> str:
    return session.scalar(select(MasterKey.key_id).where(MasterKey.id == 1)) or ""
