"""A backup restored: into an empty database, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, update
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session

from intake.migrations import alone, knows_revision, upgrade_within
from intake.models import Case, MasterKey
from intake.services.backup import Contents, Step, by_table, contents_of
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.names import index_names
from intake.services.registers import RegisterShelf
from intake.services.rows import add_rows, as_row, go_on_counting, tables_of
from intake.services.sealed_file import BackupError, Lock, SealedReader
from intake.services.verify import verify_trail
from intake.vault import SealBroken, Vault

AT_ONCE = 50


def restore_backup(
    engine: Engine, shelf: RegisterShelf, path: Path, lock: Lock, *, begin: Step, step: Step
) -> tuple[Contents, int]:
    """Fills an empty database from a backup, in one transaction; says what it held and how many cases do not open.

    Every case comes under the master key given now, with its name tokens; a backup of an older schema is brought up
    to date. Raises BackupError, with nothing changed, where the file is damaged, under another key or of a newer
    schema, where the database is not empty, or where the audit trail in it is broken.
    """
    with path.open("rb") as file, engine.connect() as plain:
        reader = SealedReader(file, lock)
        contents, lines = contents_of(reader)
        if not knows_revision(contents.revision):
            raise BackupError("was made by a newer Intake: its schema is not known here")
        connection = plain.execution_options(writes=True)
        with connection.begin():
            alone(connection)
            if tables_of(connection):
                raise BackupError("can only be restored into an empty database")
            upgrade_within(connection, contents.revision)
            tables = {table.name: table for table in tables_of(connection)}
            for table in reversed(tables.values()):
                connection.execute(table.delete())
            begin(contents.total)
            for name, rows in by_table(contents, lines):
                if name not in tables:
                    raise BackupError("does not fit its own schema")
                fitting = _fitting(tables[name], contents.columns[name], rows, reader, lock.vault)
                _fill(connection, tables[name], fitting, step)
            go_on_counting(connection, tables.values())
            upgrade_within(connection, "head")
            shut = _settled(connection, shelf, lock.vault)
    return contents, shut


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


def _settled(connection: Connection, shelf: RegisterShelf, vault: Vault) -> int:
    """Brings all cases under the present master key; says how many do not open. Raises BackupError where the audit
    trail is broken."""
    shut, after = 0, ""
    with Session(bind=connection) as session:
        broken = verify_trail(session)
        if broken is not None:
            raise BackupError(
                f"holds an audit trail that was tampered with, from entry {broken.number}"
            )
        session.execute(update(MasterKey).values(key_id=vault.primary))
        desk = Desk(session, shelf, vault)
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
    return shut
