"""What a kind of work is, and what one step of it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask

from intake.config import Settings
from intake.extensions import db
from intake.jobs.queue import Bell
from intake.services.desk import Desk
from intake.services.files import FileStore
from intake.services.job_steps import Outcome, Taken

WORKERS = "workers"
"""The folder of the files by which workers know of each other."""


@dataclass(frozen=True)
class Bench:
    """What the app keeps for work in the background."""

    app: Flask
    bell: Bell
    workers: Path
    """Where workers know of each other."""

    @property
    def files(self) -> FileStore:
        """The sealed files of the cases."""
        return cast(FileStore, self.app.extensions["intake.files"])

    @property
    def settings(self) -> Settings:
        """What the environment decided."""
        return cast(Settings, self.app.extensions["intake.settings"])

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk for one step: its session ends with it."""
        with self.app.app_context():
            yield Desk(
                db(), self.app.extensions["intake.registers"], self.app.extensions["intake.vault"]
            )


@dataclass(frozen=True)
class Kind:
    """A kind of work.

    ``step`` does one step and may be called for it again, when a worker was killed over it: whatever it keeps outside
    of its outcome must bear that. What it raises is logged by its kind alone, and the step is tried again.
    """

    name: str
    step: Callable[[Bench, Desk, Taken], Outcome]


__all__ = ["WORKERS", "Bench", "Kind"]
