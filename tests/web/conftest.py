"""The app as outside a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.web.doors import strict_app


@pytest.fixture
def strict(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    """The app that asks every role that needs one for a second factor."""
    app = strict_app(tmp_path, database_url)
    yield app
    app.extensions["intake.engine"].dispose()
