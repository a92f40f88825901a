"""The tables, one file a noun."""

from intake.models.base import Base, Moment, learn_sizes, now, open_engine
from intake.models.case import STATUSES, Case, Change, Comment, Review, StoredFinding, StoredGate
from intake.models.key import MasterKey, NameToken
from intake.models.person import Role, Team, User, WebAuthn
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
    "MasterKey",
    "Moment",
    "NameToken",
    "RegisterVersion",
    "Review",
    "Role",
    "StoredFinding",
    "StoredGate",
    "Team",
    "User",
    "WebAuthn",
    "learn_sizes",
    "now",
    "open_engine",
]
