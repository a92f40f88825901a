"""What was done with a case, in the words of the document that tells a child of it."""

from __future__ import annotations

from flask_babel import lazy_gettext

from intake.forms.privacy import ACCESS_GROUNDS, PURPOSES
from intake.issuing.offered import OFFERED

PURPOSES_AND_REQUESTS = PURPOSES | {
    f"access_{ground}": text for ground, text in ACCESS_GROUNDS.items()
}
WHAT = {
    "summary": lazy_gettext("Case summary"),
    "everything": lazy_gettext("All that is held"),
    **{kind.name: kind.title for kind in OFFERED},
}
ACTIONS = {
    "case.opened": lazy_gettext("Case opened"),
    "case.read": lazy_gettext("Case read"),
    "case.section-saved": lazy_gettext("Section saved"),
    "case.profile-saved": lazy_gettext("Profile saved"),
    "case.submitted": lazy_gettext("Sent for review"),
    "case.commented": lazy_gettext("Comment written"),
    "case.returned": lazy_gettext("Sent back"),
    "case.approved": lazy_gettext("Approved"),
    "case.printed": lazy_gettext("Document issued"),
    "case.document-read": lazy_gettext("Document downloaded again"),
    "case.document-withdrawn": lazy_gettext("Document withdrawn"),
    "document.checked": lazy_gettext("Document checked by somebody who holds it"),
    "case.shared": lazy_gettext("Shared"),
    "case.sharing-refused": lazy_gettext("Sharing refused: no consent"),
    "case.gate-breached": lazy_gettext("Decision carried out while it had to wait"),
    "case.register-moved": lazy_gettext("Moved to a newer checklist"),
    "case.attachment-added": lazy_gettext("File added"),
    "case.attachment-read": lazy_gettext("File read"),
    "case.attachment-removed": lazy_gettext("File destroyed"),
    "case.consent-given": lazy_gettext("Consent recorded"),
    "case.consent-withdrawn": lazy_gettext("Consent withdrawn"),
    "case.retention-changed": lazy_gettext("Kept until another day"),
    "case.handed-over": lazy_gettext("Given to another caseworker"),
    "case.emergency-opened": lazy_gettext("Opened for an emergency"),
    "case.breach-struck": lazy_gettext("Record struck as a mistake"),
    "case.time-passed": lazy_gettext("A date passed"),
    "case.gap-assigned": lazy_gettext("Gap given to somebody"),
    "case.gap-worked": lazy_gettext("Work on a gap recorded"),
    "case.clock-paused": lazy_gettext("Stay of a deadline recorded"),
    "case.panel-changed": lazy_gettext("Panel of the determination changed"),
    "case.violation-recorded": lazy_gettext("Violation by officials recorded"),
    "case.anonymised": lazy_gettext("Anonymising confirmed"),
    "case.listed": lazy_gettext("Seen in a list of cases"),
    "refused": lazy_gettext("Was refused the case"),
    "case.erasure-proposed": lazy_gettext("Erasure proposed"),
    "case.erasure-refused": lazy_gettext("Erasure refused"),
}

__all__ = ["ACTIONS", "PURPOSES_AND_REQUESTS", "WHAT"]
