"""A case whose documents are issued, a desk, and who stands at it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from intake.issuing.issue import Issued, issue
from intake.models import User
from intake.services.consent import give_consent
from intake.services.desk import Desk
from intake.services.files import FileStore
from tests.services.conftest import find, here, put

__all__ = ["consented", "find", "here", "person", "put"]
NUMBER = "TAP-2026-0001"
Prints = Callable[..., Issued]


@pytest.fixture
def files(app: Flask) -> FileStore:
    store: FileStore = app.extensions["intake.files"]
    return store


@pytest.fixture
def prints(here: Desk, app: Flask, files: FileStore) -> Prints:
    """Issues a document of the demo's first case: the summary in Spanish, by its caseworker, unless told otherwise."""

    def prints(**asked: Any) -> Issued:
        case = find(here, asked.pop("number", NUMBER))
        usual = {"kind": "summary", "language": "es", "operation": str(uuid.uuid4())}
        by = asked.pop("by", case.caseworker)
        return issue(here, files, app.extensions["intake.settings"], case, by, **(usual | asked))

    return prints


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
