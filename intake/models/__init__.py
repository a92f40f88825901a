"""The tables, one file a noun."""

from intake.models.base import Base, Moment, now, open_engine
from intake.models.case import STATUSES, Case, Change, Comment, Review, StoredFinding, StoredGate
from intake.models.person import Role, SignIn, Team, User, WebAuthn
from intake.models.record import AuditEntry, AuditHead, CaseCounter, RegisterVersion

__all__ = [
    "STATUSES",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Case",
    "CaseCounter",
    "Change",
    "Comment",
    "Moment",
    "RegisterVersion",
    "Review",
    "Role",
    "SignIn",
    "StoredFinding",
    "StoredGate",
    "Team",
    "User",
    "WebAuthn",
    "now",
    "open_engine",
]
