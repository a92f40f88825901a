"""Documents leave recorded, and the same again is the same document."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from intake.issuing.issue import Issued, issue
from intake.models import IssuedDocument
from intake.services.desk import Desk
from tests.services.conftest import find, here

__all__ = ["here"]
NUMBER = "TAP-2026-0001"


@pytest.fixture
def prints(here: Desk, app: Any, tmp_path: Any) -> Any:
    """Issues a document of the demo's first case, as its caseworker unless told otherwise."""

    def prints(**asked: Any) -> Issued:
        case = find(here, NUMBER)
        options = {"kind": "summary", "language": "es", "operation": str(uuid.uuid4())} | asked
        by = options.pop("by", case.caseworker)
        settings = app.extensions["intake.settings"]
        return issue(here, app.extensions["intake.files"], settings, case, by, **options)

    return prints


def test_it_is_recorded_before_it_leaves(here: Desk, prints: Any) -> None:
    out = prints()
    row = here.session.scalars(select(IssuedDocument)).one()
    assert (row.number, row.sha256) == (out.number, hashlib.sha256(out.content).hexdigest())
    again = prints()
    assert again.again and again.content == out.content
