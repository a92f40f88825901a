"""The processes that work in the background: each says that it lives, and is found out when it no longer does.

A worker holds a lock on a file as long as it lives; the system lets go of it however the worker ends, so that others
below the same instance folder know at once. Elsewhere its last sign of life tells.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, update

from intake.models import Worker, now
from intake.services.desk import Desk

BEAT = dt.timedelta(seconds=15)
SILENT = dt.timedelta(seconds=90)
"""After so long without a sign of life, a worker elsewhere counts as dead."""


class Presence:
    """This process as a worker; begun once it is the process that it will stay."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.id = str(uuid.uuid4())
        self._engine, self._file = engine, folder / f"{self.id}.lock"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            self.beat()
        except BaseException:
            self.end()
            self._file.unlink(missing_ok=True)
            raise

    def beat(self) -> None:
        """A sign of life; one that was taken for dead meanwhile stands in the list again."""
        with self._writing() as connection:
            mine = update(Worker).where(Worker.id == self.id).values(seen_at=now())
            if not connection.execute(mine).rowcount:
                connection.execute(insert(Worker), {"id": self.id})
            connection.commit()

    def end(self) -> None:
        """Lets go of the lock: from now on this worker counts as dead."""
        with suppress(OSError):
            os.close(self._handle)

    def _writing(self) -> Connection:
        return self._engine.connect().execution_options(writes=True)


@dataclass(frozen=True)
class Seen:
    """A worker as others see it."""

    id: str
    started_at: dt.datetime
    seen_at: dt.datetime
    alive: bool


def seen(desk: Desk, folder: Path) -> Sequence[Seen]:
    """All workers that are known, and whether each is alive."""
    moment = now()
    return [
        Seen(
            one.id,
            one.started_at,
            one.seen_at,
            _lives(folder / f"{one.id}.lock", moment - one.seen_at),
        )
        for one in desk.session.scalars(select(Worker).order_by(Worker.started_at))
    ]


def forget_files(folder: Path) -> None:
    """Takes away the files of workers that are dead."""
    for file in folder.glob("*.lock"):
        if not _lives(file, SILENT):
            file.unlink(missing_ok=True)


def _lives(file: Path, silent_for: dt.timedelta) -> bool:
    try:
        handle = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return silent_for < SILENT
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


__all__ = ["BEAT", "Presence", "Seen", "forget_files", "seen"]
