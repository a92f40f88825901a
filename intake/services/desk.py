"""What a use case works with, and the one way it writes: a transaction that queues behind other writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from intake.checklist.register import Register
from intake.vault import Vault


class Refused(Exception):
    """A use case cannot be carried out; ``reason`` is a word the templates know."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Desk:
    """The session, the register in force and the vault of the running app."""

    session: Session
    register: Register
    vault: Vault
    rules: Path

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One write transaction: what was read before it is read again inside, and all of it is kept or none."""
        self.session.rollback()
        self.session.connection(execution_options={"writes": True})
        try:
            yield self.session
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise
