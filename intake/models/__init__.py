"""The tables, one file a noun."""

from intake.models.access import SHORTEST_REASON, Cover, EmergencyAccess
from intake.models.attachment import Attachment
from intake.models.base import Base, Moment, learn_sizes, now, open_engine
from intake.models.case import (
    CASE_NUMBER,
    STATUSES,
    Case,
    CaseAlert,
    Change,
    Comment,
    Mention,
    Review,
    StoredFinding,
    StoredGate,
    Violation,
)
from intake.models.counts import (
    NATION,
    CodedCase,
    CountEntry,
    QuarterReport,
    Tally,
    TallyState,
)
from intake.models.document import DOCUMENT_NUMBER, DocumentCounter, IssuedDocument
from intake.models.gap_span import GapSpan
from intake.models.job import UNFINISHED, Chore, Job, JobStep, Worker
from intake.models.key import MasterKey, NameToken
from intake.models.person import AccountEvent, Role, SignIn, Team, User, WebAuthn
from intake.models.privacy import (
    AnonymousCase,
    Consent,
    Disclosure,
    Erasure,
    Retention,
    RetentionRule,
)
from intake.models.record import AuditEntry, AuditHead, CaseCounter, RegisterVersion
from intake.models.reminder import CalendarFeed, Digest
from intake.models.view import SavedView

__all__ = [
    "CASE_NUMBER",
    "DOCUMENT_NUMBER",
    "NATION",
    "SHORTEST_REASON",
    "STATUSES",
    "UNFINISHED",
    "AccountEvent",
    "AnonymousCase",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "CalendarFeed",
    "Case",
    "CaseAlert",
    "CaseCounter",
    "Change",
    "Chore",
    "CodedCase",
    "Comment",
    "Consent",
    "CountEntry",
    "Cover",
    "Digest",
    "Disclosure",
    "DocumentCounter",
    "EmergencyAccess",
    "Erasure",
    "GapSpan",
    "IssuedDocument",
    "Job",
    "JobStep",
    "MasterKey",
    "Mention",
    "Moment",
    "NameToken",
    "QuarterReport",
    "RegisterVersion",
    "Retention",
    "RetentionRule",
    "Review",
    "Role",
    "SavedView",
    "SignIn",
    "StoredFinding",
    "StoredGate",
    "Tally",
    "TallyState",
    "Team",
    "User",
    "Violation",
    "WebAuthn",
    "Worker",
    "learn_sizes",
    "now",
    "open_engine",
]
