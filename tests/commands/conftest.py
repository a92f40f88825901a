"""How much was tried."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.security.conftest import TRIED


@pytest.fixture
def tried() -> Counter[str]:
    return TRIED
