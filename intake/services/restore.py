"""A backup restored: into an empty database, whole or not at all. What was erased since does not come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, update
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session

from intake.migrations import alone, knows_revision, upgrade_within
from intake.models import Attachment, Case, MasterKey
from intake.services.backup import Contents, Step, by_table, contents_of
from intake.services.backup_papers import Paper, read_papers, verify_paper
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.erased import Tombstone, add_to_list, note_erasures
from intake.services.erasure import erase_again
from intake.services.files import FileStore
from intake.services.names import index_names
from intake.services.registers import RegisterShelf
from intake.services.rows import add_rows, as_row, go_on_counting, tables_of
from intake.services.scrub import scrub
from intake.services.sealed_file import BackupError, Lock, SealedReader
from intake.services.verify import verify_trail
from intake.vault import SealBroken, Vault

AT_ONCE = 50


@dataclass(frozen=True)
class Restored:
    """What a backup held, and what of it is not there now."""

    contents: Contents
    shut: int
    """Cases that do not open, as they did not where the backup was made."""
    erased: tuple[str, ...]
    """The numbers of cases that were erased after the backup was made, and were erased again."""
    missing: tuple[str, ...]
    """Papers whose file was not there when the backup was made."""
    damaged: tuple[str, ...]
    """Papers that do not open."""


def restore_backup(
    engine: Engine,
    shelf: RegisterShelf,
    files: FileStore,
    path: Path,
    lock: Lock,
    *,
    erased: Iterable[Tombstone],
    begin: Step,
    step: Step,
) -> Restored:
    """Fills an empty database and the folder of papers from a backup, in one transaction.

    Every case comes under the master key given now, with its name tokens; a backup of an older schema is brought up
    to date. The cases in ``erased`` are erased again, and noted as that. Raises BackupError, with nothing changed,
    where the file is damaged, under another key or of a newer schema, where the database is not empty, or where the
    audit trail in it is broken.
    """
    written: list[Paper] = []
    with path.open("rb") as file, engine.connect() as plain:
        reader = SealedReader(file, lock)
        contents, lines = contents_of(reader)
        tombstones = {one.case_id: one for one in (*contents.tombstones(), *erased)}
        if not knows_revision(contents.revision):
            raise BackupError("was made by a newer Intake: its schema is not known here")
        connection = plain.execution_options(writes=True)
        try:
            with connection.begin():
                alone(connection)
                if tables_of(connection):
                    raise BackupError("can only be restored into an empty database")
                upgrade_within(connection, contents.revision)
                _fill_all(connection, contents, lines, reader, lock.vault, begin=begin, step=step)
                upgrade_within(connection, "head")
                with Session(bind=connection) as session:
                    papers = read_papers(contents.papers, lines)
                    missing, damaged = _bring_back(
                        session, files, papers, contents, lock.vault, written, step=step
                    )
                    again, shut = _settled(session, shelf, lock.vault, tombstones.values())
                    session.flush()
        except BaseException:
            for paper in written:
                files.remove(paper.case_id, paper.id)
            raise
        with Session(bind=engine) as session:
            note_erasures(session, files.erased)
    add_to_list(files.erased, tombstones.values())
    for one in again:
        files.remove_case(one.case_id)
    if again:
        scrub(engine)
    numbers = tuple(one.case_number for one in again)
    return Restored(contents, shut, numbers, missing, damaged)


def _fill_all(
    connection: Connection,
    contents: Contents,
    lines: Iterator[bytes],
    reader: SealedReader,
    vault: Vault,
    *,
    begin: Step,
    step: Step,
) -> None:
    """Puts every row of the backup into the tables of its own schema."""
    tables = {table.name: table for table in tables_of(connection)}
    for table in reversed(tables.values()):
        connection.execute(table.delete())
    begin(contents.total)
    for name, rows in by_table(contents, lines):
        if name not in tables:
            raise BackupError("does not fit its own schema")
        fitting = _fitting(tables[name], contents.columns[name], rows, reader, vault)
        _fill(connection, tables[name], fitting, step)
    go_on_counting(connection, tables.values())


def _bring_back(
    session: Session,
    files: FileStore,
    papers: Iterable[Paper],
    contents: Contents,
    vault: Vault,
    written: list[Paper],
    *,
    step: Step,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Writes the papers; says which were missing and which do not open. ``written`` gets those not there before."""
    missing, damaged = [], []
    for paper in papers:
        row = session.get(Attachment, paper.id)
        if row is None or row.case_id != paper.case_id or row.removed_at is not None:
            raise BackupError("does not fit its own schema")
        if paper.content is not None:
            key = session.scalars(select(Case.wrapped_key).where(Case.id == paper.case_id)).one()
            if not verify_paper(vault, key, paper):
                damaged.append(paper.name)
            if not files.has(paper.case_id, paper.id):
                written.append(Paper(paper.case_id, paper.id, None))
            files.write(paper.case_id, paper.id, paper.content)
        elif paper.missing:
            missing.append(paper.name)
        else:
            # somebody destroyed it while the backup was made; who, the backup does not say
            row.removed_at = contents.made_at
        step(1)
    return tuple(missing), tuple(damaged)


def _fitting(
    table: Table, columns: list[str], rows: Iterator[list[Any]], reader: SealedReader, vault: Vault
) -> Iterator[dict[str, Any]]:
    for values in rows:
        row = as_row(table, columns, values)
        if table.name == "child_case":
            row["wrapped_key"] = vault.take_over(row["wrapped_key"], row["id"], reader.inner_key)
        yield row


def _fill(connection: Connection, table: Table, rows: Iterator[dict[str, Any]], step: Step) -> None:
    def counted() -> Iterator[dict[str, Any]]:
        for row in rows:
            step(1)
            yield row

    try:
        add_rows(connection, table, counted())
    except BackupError:
        raise
    except OperationalError:
        raise  # no room, or the database is gone: nothing is wrong with the backup
    except (KeyError, ValueError, SealBroken, StatementError) as error:
        raise BackupError("does not fit its own schema") from error


def _settled(
    session: Session, shelf: RegisterShelf, vault: Vault, tombstones: Iterable[Tombstone]
) -> tuple[list[Tombstone], int]:
    """Erases again what was erased since, and brings all other cases under the present master key; says which were
    erased and how many do not open. Raises BackupError where the audit trail is broken."""
    broken = verify_trail(session)
    if broken is not None:
        raise BackupError(
            f"holds an audit trail that was tampered with, from entry {broken.number}"
        )
    session.execute(update(MasterKey).values(key_id=vault.primary))
    desk = Desk(session, shelf, vault)
    again = [one for one in tombstones if erase_again(desk, one)]
    session.expunge_all()
    shut, after = 0, ""
    while cases := session.scalars(
        select(Case).where(Case.id > after).order_by(Case.id).limit(AT_ONCE)
    ).all():
        for case in cases:
            try:
                index_names(desk, case, open_file(desk, case).document)
            except SealBroken:
                shut += 1
        after = cases[-1].id
        session.flush()
        session.expunge_all()
    return again, shut
