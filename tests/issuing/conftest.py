"""A case whose documents are issued."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from intake.issuing.issue import Issued, issue
from intake.services.desk import Desk
from intake.services.files import FileStore
from tests.services.conftest import find, here

__all__ = ["here"]
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
