"""Every kind of document that is issued of a case, in the order in which they are offered."""

from __future__ import annotations

from intake.issuing.kinds import Kind
from intake.issuing.offered import OFFERED
from intake.issuing.summary import SUMMARY

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SUMMARY, *OFFERED)}

__all__ = ["KINDS"]
