"""A desk, as the services' tests have it, and who stands at it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from intake.models import User
from intake.services.consent import give_consent
from intake.services.desk import Desk
from tests.services.conftest import find, here, put

__all__ = ["consented", "find", "here", "person", "put"]


def person(here: Desk, name: str) -> User:
    return here.session.scalars(select(User).where(User.email == f"{name}@intake.example")).one()


def consented(here: Desk, number: str, recipient: str, purpose: str) -> None:
    give_consent(
        here,
        find(here, number),
        person(here, "ana"),
        purpose=purpose,
        recipient=recipient,
        given_on=dt.date(2026, 11, 3),
        giver="child",
        name="",
        how="spoken",
        evidence="PLANTED-EVIDENCE",
        operation=str(uuid.uuid4()),
    )
