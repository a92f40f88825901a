"""Every kind of work there is. A new one is one more line here."""

from __future__ import annotations

from intake.jobs import bulk, reevaluation
from intake.jobs.kinds import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (bulk.WORK, reevaluation.WORK)}

__all__ = ["KINDS"]
