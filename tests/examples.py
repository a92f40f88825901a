"""How many examples Hypothesis tries of each property."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

# a run over thousands of mutants wants to know that a property fails, not the smallest failure
FEW = settings(
    MANY,
    max_examples=12,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    print_blob=False,
)

FAST = FEW if os.environ.get("HYPOTHESIS_PROFILE") == "mutants" else MANY
