"""A desk to work at, and the plainest way to save at it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from intake.models import Case, now
from intake.services import recount
from intake.services.case_file import open_file
from intake.services.desk import Desk
from intake.services.keep import Who, keep
from intake.services.save import Saved, save
from intake.web.guard import desk


@pytest.fixture
def here(app: Flask) -> Iterator[Desk]:
    with app.test_request_context():
        yield desk()


def find(here: Desk, number: str) -> Case:
    return here.session.scalars(select(Case).where(Case.number == number)).one()


def close(here: Desk, number: str) -> None:
    """Has the case closed long since, as it is once its gate had opened."""
    with here.writing():
        case = find(here, number)
        document = json.loads(json.dumps(open_file(here, case).document))
        changes = {"profile.stage": [document["profile"].get("stage"), "closed"]}
        document["profile"]["stage"] = "closed"
        who = Who(case.caseworker_id, str(uuid.uuid4()), "profile-saved", now())
        keep(here, case, document, changes, who, version=case.version + 1)


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


def assert_counted_right(here: Desk) -> None:
    """Every case is coded as its document says, and every total is the sum over the coded cases."""
    assert recount.code_all(here, lambda _n: None, check=True) == 0
    assert list(recount.differences(here)) == []
