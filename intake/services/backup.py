"""Backups: one sealed file for either database, read back before it counts.

The case keys inside are wrapped by the file's own key, not by the master key: a backup opens whole with what opens
the file, and a new master key needs to change the file's first block only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from intake.migrations import revision_of
from intake.models import now
from intake.services import audit
from intake.services.backup_papers import Paper, papers_of, read_papers, verify_paper, write_papers
from intake.services.desk import Desk
from intake.services.erased import Tombstone
from intake.services.files import FileStore
from intake.services.rows import as_line, count_rows, rows_of, tables_of, whole
from intake.services.sealed_file import (
    BackupError,
    Lock,
    SealedReader,
    SealedWriter,
    change_key,
    key_of,
)
from intake.vault import SealBroken, Vault

Step = Callable[[int], object]
"""Told how many more rows are done."""
ENDING = ".backup"
ABANDONED = 24 * 60 * 60
"""Seconds after which nobody is writing a backup any more."""
KEPT = ((7, "%Y-%m-%d"), (4, "%G-%V"), (12, "%Y-%m"))
"""The newest backup of each of the last seven days, four weeks and twelve months that have one."""


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself."""

    made_at: dt.datetime
    revision: str
    key_id: str
    salt: str
    """Fingerprint of the password salt: under another one nobody's password is accepted."""
    columns: dict[str, list[str]]
    rows: dict[str, int]
    papers: int | None = None
    """How many papers and photos; None in a backup from before they were in it."""
    forgotten: list[dict[str, Any]] = field(default_factory=list)
    """The cases that were erased after it was made, and whose keys and papers were taken out of it since."""
    missing: tuple[str, ...] = ()
    """Papers whose file was not there: found when it was read."""
    damaged: tuple[str, ...] = ()
    """Papers that do not open under the key of their case: found when it was read."""

    @property
    def total(self) -> int:
        """All rows and papers."""
        return sum(self.rows.values()) + (self.papers or 0)

    def as_line(self) -> bytes:
        """What stands first in the file."""
        said = {**vars(self), "made_at": self.made_at.isoformat()}
        return line({key: said[key] for key in said if key not in ("missing", "damaged")})

    def tombstones(self) -> list[Tombstone]:
        """The cases that were taken out of it."""
        return [Tombstone.read(said) for said in self.forgotten]


def fingerprint(salt: str) -> str:
    """Tells one password salt from another, and nothing of either."""
    return hashlib.sha256(f"intake/salt:{salt}".encode()).hexdigest()[:16]


def make_backup(
    engine: Engine,
    files: FileStore,
    path: Path,
    lock: Lock,
    *,
    key_id: str,
    salt: str,
    begin: Step,
    step: Step,
) -> Contents:
    """Writes the database as it is at this moment, and the papers it names, into that file, while others go on
    writing, and reads it back.

    A paper that is destroyed meanwhile is written as that. The file has mode 0600 and bears its name only when it was
    read back whole. ``begin`` is told how many rows and papers will be gone through, ``step`` each that was. Raises
    BackupError, or OSError where there is no room.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, _snapshot(engine) as connection:
            tables = tables_of(connection)
            papers = papers_of(connection)
            contents = Contents(
                made_at=now(),
                revision=revision_of(connection),
                key_id=key_id,
                salt=fingerprint(salt),
                columns={table.name: list(table.columns.keys()) for table in tables},
                rows=count_rows(connection, tables),
                papers=len(papers),
            )
            begin(2 * contents.total)
            writer = SealedWriter(file, lock)
            writer.write(contents.as_line())
            for table in tables:
                writer.write(line({"table": table.name}))
                for row in rows_of(connection, table):
                    if table.name == "child_case":
                        row["wrapped_key"] = _handed(lock.vault, row, writer.inner_key)
                    writer.write(as_line(row))
                    step(1)
            write_papers(writer.write, engine, files, papers, step)
            writer.write(line({"end": contents.total}))
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        contents = verify_backup(part, lock, begin=lambda _: None, step=step)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return contents


def verify_backup(path: Path, lock: Lock, *, begin: Step, step: Step) -> Contents:
    """Reads a backup from end to end and opens every paper in it; says what it holds, and which papers it does not.

    Raises BackupError where anything was altered or does not add up.
    """
    with path.open("rb") as file:
        reader = SealedReader(file, lock)
        contents, lines = contents_of(reader)
        begin(contents.total)
        keys: dict[str, bytes] = {}
        for table, rows in by_table(contents, lines):
            columns = contents.columns.get(table, [])
            for row in rows:
                if table == "child_case":
                    named = dict(zip(columns, map(whole, row), strict=True))
                    keys[named["id"]] = named["wrapped_key"]
                step(1)
        missing, damaged = [], []
        for paper in read_papers(contents.papers, lines):
            if paper.missing:
                missing.append(paper.name)
            elif paper.content is not None and not _opens(paper, keys, reader, lock.vault):
                damaged.append(paper.name)
            step(1)
    return replace(contents, missing=tuple(missing), damaged=tuple(damaged))


def _opens(paper: Paper, keys: dict[str, bytes], reader: SealedReader, vault: Vault) -> bool:
    try:
        key = vault.take_over(keys[paper.case_id], paper.case_id, reader.inner_key)
    except (KeyError, SealBroken):
        return False
    return verify_paper(vault, key, paper)


def backups_of(instance: Path) -> list[Path]:
    """The backups in the instance folder, oldest first."""
    return sorted((instance / "backups").glob(f"*{ENDING}"))


def next_path(instance: Path, moment: dt.datetime) -> Path:
    """Where a backup made at that moment belongs."""
    folder = instance / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    for part in folder.glob(f".*{ENDING}.part"):
        # what a backup that was cut off long ago left behind
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < moment.timestamp() - ABANDONED:
                part.unlink()
    return folder / f"intake-{moment.astimezone(dt.UTC):%Y%m%d-%H%M%S}{ENDING}"


def rewrap_backups(paths: Iterable[Path], vault: Vault, key_id: str) -> int:
    """Puts the backups that a known master key opens under this one; says how many are under it."""
    done = 0
    for path in paths:
        under = key_of(path)
        if under is None or not vault.knows(under):
            continue
        if under != key_id:
            change_key(path, vault, key_id)
        done += 1
    return done


def thin_out(paths: Iterable[Path]) -> list[Path]:
    """Removes all but seven daily, four weekly and twelve monthly backups; says which. The newest always stays."""
    dated = {}
    for path in paths:
        try:
            dated[path] = dt.datetime.strptime(path.name, f"intake-%Y%m%d-%H%M%S{ENDING}")
        except ValueError:
            continue  # somebody else's file
    newest_first = sorted(dated, key=dated.__getitem__, reverse=True)
    keep: set[Path] = set()
    for number, form in KEPT:
        first: dict[str, Path] = {}
        for path in newest_first:
            first.setdefault(dated[path].strftime(form), path)
        keep |= set(list(first.values())[:number])
    gone = [path for path in newest_first if path not in keep]
    for path in gone:
        path.unlink()
    return gone


def note_backup(desk: Desk, action: str, contents: Contents) -> None:
    """Puts into the audit trail that a backup was made or restored."""
    with desk.writing() as session:
        made_at = contents.made_at.isoformat()
        audit.record(session, action, actor_id=None, rows=contents.total, made_at=made_at)


def _snapshot(engine: Engine) -> Connection:
    """A connection that goes on seeing the database as it was when it was first read."""
    if engine.dialect.name == "sqlite":
        return engine.connect()
    return engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def line(value: dict[str, Any]) -> bytes:
    """A line of the file that is no row."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _handed(vault: Vault, row: dict[str, Any], key: bytes) -> bytes:
    wrapped_key = bytes(row["wrapped_key"])
    try:
        return vault.hand_over(wrapped_key, row["id"], key)
    except SealBroken:
        return wrapped_key  # erased, or under a key that is lost: the row is kept as it is


def contents_of(reader: SealedReader) -> tuple[Contents, Iterator[bytes]]:
    """What the backup says of itself, and the lines that follow."""
    lines = reader.lines()
    try:
        said = json.loads(next(lines))
        said["made_at"] = dt.datetime.fromisoformat(said["made_at"])
        contents = Contents(**said)
        contents.tombstones()
        return contents, lines
    except BackupError:
        raise
    except (StopIteration, ValueError, TypeError, KeyError) as error:
        raise BackupError("is damaged or cut off") from error


def by_table(
    contents: Contents, lines: Iterator[bytes]
) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Each table with its rows; the papers follow. Raises BackupError where their numbers are not those announced."""
    found: dict[str, int] = {}
    name, ended = "", False
    last = "end" if contents.papers is None else "papers"

    def rows() -> Iterator[list[Any]]:
        nonlocal name, ended
        here = name
        for text in lines:
            value = json.loads(text)
            if isinstance(value, list):
                found[here] += 1
                yield value
            else:
                name, ended = value.get("table", ""), last in value
                return

    for _row in rows():
        raise BackupError("is damaged or cut off")
    while not ended and name:
        found[name] = 0
        yield name, rows()
    if not ended or found != contents.rows or (last == "end" and next(lines, None) is not None):
        raise BackupError("does not hold what it says it holds")
