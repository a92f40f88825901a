"""Intake: a best-interests checklist for migrant and refugee children."""

__version__ = "0.1.0"
