"""The small fictional register, and the real one where it is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.checklist.case_input import read_case
from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.checklist.loading import load_register
from intake.checklist.register import Register

SMALL = Path(__file__).parent / "rules_small"


@pytest.fixture(scope="session")
def small() -> Register:
    return load_register(SMALL)


@pytest.fixture(scope="session")
def judge(small: Register) -> Callable[..., Evaluation]:
    """Evaluates a case of the small register, given by its parts."""

    def judge(as_of: str = "2026-11-10T12:00:00-06:00", **parts: Any) -> Evaluation:
        return evaluate_case(small, read_case(small, {"as_of": as_of, **parts}))

    return judge
