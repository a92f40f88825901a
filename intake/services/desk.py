"""What a use case works with, and the one way it writes: a transaction that queues behind other writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.checklist.register import Register
from intake.models import Case
from intake.services.registers import RegisterShelf
from intake.vault import Vault


class Refused(Exception):
    """A use case cannot be carried out; ``reason`` is a word the templates know."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Desk:
    """The session, the registers and the vault of the running app."""

    session: Session
    shelf: RegisterShelf
    vault: Vault

    @property
    def register(self) -> Register:
        """The register in force."""
        return self.shelf.in_force(self.session)

    def register_of(self, case: Case) -> Register:
        """The register the case is kept under: the one in force when it was opened or last moved."""
        return self.shelf.of(self.session, case.register_sha256)

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
