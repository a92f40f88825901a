"""A desk to work at, and the plainest way to save at it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from intake.models import Case
from intake.services.desk import Desk
from intake.services.save import Saved, save
from intake.web.guard import desk


@pytest.fixture
def here(app: Flask) -> Iterator[Desk]:
    with app.test_request_context():
        yield desk()


def find(here: Desk, number: str) -> Case:
    return here.session.scalars(select(Case).where(Case.number == number)).one()


def put(here: Desk, number: str, values: dict[str, Any]) -> Saved:
    """Saves the values as the case's own caseworker."""
    case = find(here, number)
    return save(
        here,
        case,
        case.caseworker,
        values,
        base=case.version,
        operation=str(uuid.uuid4()),
        kind="section-saved",
    )
