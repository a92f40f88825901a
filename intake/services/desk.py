"""What a use case works with, and the one way it writes: a transaction that queues behind other writers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.checklist.register import Register
from intake.models import Case, User
from intake.services.registers import RegisterShelf
from intake.services.rights import Action, visible_cases
from intake.vault import Vault


class Refused(Exception):
    """A use case cannot be carried out; ``reason`` is a word the templates know."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class OutOfReach(Exception):
    """Nothing was written: the right that was asked for before is gone, since the case or the person changed meanwhile.

    ``readable`` says whether the person may still read the case.
    """

    def __init__(self, *, readable: bool) -> None:
        self.readable = readable
        super().__init__("out of reach")


@dataclass(frozen=True)
class Desk:
    """The session, the registers and the vault of the running app.

    ``relied_on`` are the rights over cases that were asked for and that what is written next rests on.
    """

    session: Session
    shelf: RegisterShelf
    vault: Vault
    relied_on: set[tuple[int, str, Action]] = field(default_factory=set)

    @property
    def register(self) -> Register:
        """The register in force."""
        return self.shelf.in_force(self.session)

    def register_of(self, case: Case) -> Register:
        """The register the case is kept under: the one in force when it was opened or last moved."""
        return self.shelf.of(self.session, case.register_sha256)

    def rely_on(self, person: User, action: Action, case: Case) -> None:
        """From here on nothing is written unless the person still reaches the case by that right."""
        self.relied_on.add((person.id, case.id, action))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One write transaction: what was read before it is read again inside, and all of it is kept or none.

        Raises OutOfReach where a right that is relied on was lost since it was asked for.
        """
        self.session.rollback()
        self.session.connection(execution_options={"writes": True})
        try:
            self._ask_again()
            yield self.session
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise

    def _ask_again(self) -> None:
        """Asks for each right once more, with the case's row held: nobody hands it over until this is written."""
        for person_id, case_id, action in sorted(self.relied_on):
            person = self.session.get(User, person_id)
            reached = select(Case.id).where(Case.id == case_id)
            if person is not None and person.active:
                still = reached.where(visible_cases(person, action)).with_for_update()
                if self.session.scalar(still) is not None:
                    continue
            raise OutOfReach(
                readable=person is not None
                and person.active
                and self.session.scalar(reached.where(visible_cases(person))) is not None
            )
