"""Taking erased cases out of backups that were made before: their keys and their papers, so that nothing of them opens.

Each backup is written anew beside the old one, read back, and put in its place. Those under a passphrase are left as
they are, and so are copies that lie elsewhere; `intake restore` erases again what they bring back.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from intake.models import Case, Erasure
from intake.services.backup import Contents, by_table, contents_of, line, verify_backup
from intake.services.backup_papers import read_papers, write_paper
from intake.services.erased import Tombstone
from intake.services.rows import as_line, whole
from intake.services.sealed_file import BackupError, Lock, SealedReader, SealedWriter, key_of
from intake.vault import Vault

MARGIN = dt.timedelta(hours=1)
"""An erasure is dated before it is through: a backup made meanwhile is dated later, and holds the case all the same."""


def forget_erased(
    paths: Iterable[Path], vault: Vault, tombstones: Iterable[Tombstone]
) -> Iterator[tuple[Path, bool]]:
    """Takes the cases that were erased since out of each backup that a known master key opens.

    Yields every backup that held one, and whether it holds it no longer. Raises OSError where there is no room; the
    backup is then as it was.
    """
    erased = list(tombstones)
    for path in paths:
        if not erased:
            return
        key_id = key_of(path)
        if key_id is None or not vault.knows(key_id):
            yield path, False
            continue
        lock = Lock(vault, key_id)
        try:
            with path.open("rb") as file:
                contents, _lines = contents_of(SealedReader(file, lock))
            known = {one.case_id for one in contents.tombstones()}
            new = [
                one
                for one in erased
                if one.case_id not in known and one.decided_at > contents.made_at - MARGIN
            ]
            if any(one.decided_at <= contents.made_at for one in new):
                held = _with_keys(path, lock)
                new = [one for one in new if one.case_id in held]
            if new:
                _write_without(path, lock, new)
                yield path, True
        except BackupError:
            yield path, False


def _with_keys(path: Path, lock: Lock) -> set[str]:
    """The cases whose key a backup holds."""
    found: set[str] = set()
    with path.open("rb") as file:
        contents, lines = contents_of(SealedReader(file, lock))
        for table, rows in by_table(contents, lines):
            for row in rows:
                if table == Case.__tablename__:
                    values = dict(zip(contents.columns[table], map(whole, row), strict=True))
                    if values["wrapped_key"]:
                        found.add(values["id"])
    return found


def erased_in(path: Path, lock: Lock) -> list[Tombstone]:
    """The cases that were erased by the time a backup was made. Raises BackupError."""
    found: list[Tombstone] = []
    with path.open("rb") as file:
        contents, lines = contents_of(SealedReader(file, lock))
        for table, rows in by_table(contents, lines):
            for row in rows:
                if table == Erasure.__tablename__:
                    values = dict(zip(contents.columns[table], map(whole, row), strict=True))
                    if values["state"] == "done":
                        found.append(Tombstone(*(values[name] for name in Tombstone._fields)))
    return [*found, *contents.tombstones()]


def _write_without(path: Path, lock: Lock, tombstones: list[Tombstone]) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with path.open("rb") as source, os.fdopen(handle, "wb") as target:
            reader, writer = SealedReader(source, lock), SealedWriter(target, lock)
            contents, lines = contents_of(reader)
            _copy(contents, lines, reader, writer, lock.vault, tombstones)
            writer.finish()
            target.flush()
            os.fsync(target.fileno())
        verify_backup(part, lock, begin=lambda _: None, step=lambda _: None)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _copy(
    contents: Contents,
    lines: Iterator[bytes],
    reader: SealedReader,
    writer: SealedWriter,
    vault: Vault,
    tombstones: list[Tombstone],
) -> None:
    gone = {one.case_id for one in tombstones}
    forgotten = [*contents.forgotten, *(one.as_json() for one in tombstones)]
    # the papers of an earlier form are none
    writer.write(replace(contents, forgotten=forgotten, papers=contents.papers or 0).as_line())
    for table, rows in by_table(contents, lines):
        writer.write(line({"table": table}))
        columns = contents.columns[table]
        for row in rows:
            if table != "child_case":
                writer.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                continue
            values = dict(zip(columns, map(whole, row), strict=True))
            case_id, handed = values["id"], values["wrapped_key"]
            # nothing opens without its key: the rest of the row is noise, and keeps the other rows in place
            values["wrapped_key"] = (
                b""
                if case_id in gone
                else vault.hand_on(handed, case_id, reader.inner_key, writer.inner_key)
            )
            writer.write(as_line(values))
    writer.write(line({"papers": contents.papers or 0}))
    for paper in read_papers(contents.papers, lines):
        write_paper(
            writer.write,
            replace(paper, content=None, missing=False) if paper.case_id in gone else paper,
        )
    writer.write(line({"end": contents.total}))


__all__ = ["erased_in", "forget_erased"]
