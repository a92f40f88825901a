"""The tables, one file a noun."""

from intake.models.access import SHORTEST_REASON, Cover, EmergencyAccess
from intake.models.attachment import Attachment
from intake.models.base import Base, Moment, learn_sizes, now, open_engine
from intake.models.case import (
    CASE_NUMBER,
    STATUSES,
    Case,
    Change,
    Comment,
    Review,
    StoredFinding,
    StoredGate,
)
from intake.models.counts import (
    NATION,
    CodedCase,
    CountEntry,
    QuarterReport,
    Tally,
    TallyState,
)
from intake.models.key import MasterKey, NameToken
from intake.models.person import Role, SignIn, Team, User, WebAuthn
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
    "CASE_NUMBER",
    "NATION",
    "SHORTEST_REASON",
    "STATUSES",
    "AnonymousCase",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Case",
    "CaseCounter",
    "Change",
    "CodedCase",
    "Comment",
    "Consent",
    "CountEntry",
    "Cover",
    "Disclosure",
    "EmergencyAccess",
    "Erasure",
    "MasterKey",
    "Moment",
    "NameToken",
    "QuarterReport",
    "RegisterVersion",
    "Retention",
    "RetentionRule",
    "Review",
    "Role",
    "SignIn",
    "StoredFinding",
    "StoredGate",
    "Tally",
    "TallyState",
    "Team",
    "User",
    "WebAuthn",
    "learn_sizes",
    "now",
    "open_engine",
]
