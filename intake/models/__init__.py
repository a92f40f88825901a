"""The tables, one file a noun."""

from intake.models.attachment import Attachment
from intake.models.base import Base, Moment, now, open_engine
from intake.models.case import STATUSES, Case, Change, Comment, Review, StoredFinding, StoredGate
from intake.models.person import Role, Team, User, WebAuthn
from intake.models.privacy import (
    AnonymousCase,
    Consent,
    Disclosure,
    Erasure,
    Retention,
    RetentionRule,
)
from intake.models.record import AuditEntry, AuditHead, CaseCounter, RegisterVersion

__all__ = [
    "STATUSES",
    "AnonymousCase",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Case",
    "CaseCounter",
    "Change",
    "Comment",
    "Consent",
    "Disclosure",
    "Erasure",
    "Moment",
    "RegisterVersion",
    "Retention",
    "RetentionRule",
    "Review",
    "Role",
    "StoredFinding",
    "StoredGate",
    "Team",
    "User",
    "WebAuthn",
    "now",
    "open_engine",
]
