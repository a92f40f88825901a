"""The words for what the audit trail keeps: actions, pages, and the particulars of an entry."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from intake.web.context import register_of_page
from intake.web.language import code


def action_words() -> dict[str, str]:
    """Each action of the trail, in the reader's language."""
    return {
        "audit.exported": _("Downloaded the audit trail"),
        "audit.read": _("Read the audit trail"),
        "case.anonymised": _("Confirmed that a case is anonymised"),
        "case.attachment-added": _("Added a paper to a case"),
        "case.attachment-read": _("Downloaded a paper of a case"),
        "case.attachment-removed": _("Removed a paper from a case"),
        "case.breach-struck": _("Struck a record as a mistake"),
        "case.consent-given": _("Recorded a consent"),
        "case.consent-withdrawn": _("Recorded that a consent was withdrawn"),
        "case.erased": _("Confirmed that a case is erased"),
        "case.erasure-proposed": _("Proposed the end of a case"),
        "case.erasure-refused": _("Refused the end of a case"),
        "case.retention-changed": _("Changed how long a case is kept"),
        "case.shared": _("Shared a case with an authority"),
        "case.sharing-refused": _("Was refused to share a case"),
        "case.approved": _("Approved a case"),
        "case.commented": _("Commented on a case"),
        "case.emergency-opened": _("Opened a case for an emergency"),
        "case.gate-breached": _("A decision was carried out while it had to wait"),
        "case.handed-over": _("Gave a case to another caseworker"),
        "case.listed": _("Saw the list of own cases"),
        "case.opened": _("Opened a new case"),
        "case.document-read": _("Downloaded a document of a case again"),
        "case.document-withdrawn": _("Withdrew a document of a case"),
        "case.printed": _("Issued a document of a case"),
        "case.profile-saved": _("Saved the profile of a case"),
        "case.read": _("Read a page of a case"),
        "case.register-moved": _("Moved a case to a newer checklist"),
        "case.returned": _("Sent a case back"),
        "case.section-saved": _("Saved a section of a case"),
        "case.submitted": _("Sent a case for review"),
        "cover.ended": _("Ended an absence cover"),
        "cover.set": _("Set an absence cover"),
        "document.checked": _("Checked a document"),
        "job.asked": _("Asked for work in the background"),
        "job.cancelled": _("Cancelled work in the background"),
        "job.downloaded": _("Downloaded documents of many cases"),
        "job.removed": _("Removed documents of many cases"),
        "job.resumed": _("Had work in the background taken up again"),
        "keys.in-force": _("Put a master key in force"),
        "keys.rewrapped": _("Put cases under a master key"),
        "password.changed": _("Changed the password"),
        "password.link-asked": _("Asked for a link to choose a password"),
        "password.reset": _("Chose a new password"),
        "person.activated": _("Let a person in again"),
        "person.added": _("Added a person"),
        "person.changed": _("Changed a person's role, team or language"),
        "person.deactivated": _("Shut a person out"),
        "person.invited": _("Invited a person"),
        "recovery-codes.created": _("Made recovery codes"),
        "refused": _("Was refused a page"),
        "second-factor.added": _("Added a second factor"),
        "second-factor.removed": _("Removed a second factor"),
        "second-factor.reset": _("Removed a person's lost second factor"),
        "register.published": _("Published a checklist"),
        "sign-in.failed": _("Failed to sign in"),
        "sign-in.throttled": _("Was slowed down at signing in"),
        "sign-in": _("Signed in"),
        "sign-out": _("Signed out"),
        "session.ended": _("Ended a session"),
        "team.added": _("Added a team"),
        "team.retention-set": _("Set how long a team keeps cases"),
    }


class TrailWords:
    """The words for entries, in the reader's language; made once for a page or a table."""

    def __init__(self, names: dict[int, str]) -> None:
        self.names = names
        self.actions = action_words()
        self.pages = _page_words()
        self.erased = _("erased with the case")
        self.people = {
            "from": _("From"),
            "to": _("To"),
            "absent": _("Away"),
            "covering": _("Stands in"),
            "person": _("Person"),
        }
        self.labels = {
            "access": _("Reason"),
            "days": _("Days"),
            "factors": _("With"),
            "number": _("Case number"),
            "status": _("Answer"),
            "steps": _("Steps"),
        }
        self.factors = {
            "password": _("Password"),
            "authenticator": _("Authenticator app"),
            "passkey": _("Passkey"),
            "recovery-code": _("Recovery code"),
        }
        register = register_of_page()
        sections = {part.id: part.title[code()] for part in register.sections}
        self.parts = sections | {
            topic.id: topic.title[code()] for topic in register.topics.values()
        }

    def action(self, action: str) -> str:
        """What was done."""
        return self.actions.get(action, action)

    def page(self, page: str) -> str:
        """The name of a page, by its endpoint and its section or topic."""
        endpoint, _colon, part = page.partition(":")
        name = self.pages.get(endpoint, endpoint)
        return f"{name}: {self.parts[part]}" if part in self.parts else name

    def detail(self, detail: dict[str, Any], reasons: dict[str, str]) -> list[tuple[str, str]]:
        """The particulars of an entry: label and value. The page has a place of its own."""
        told: list[tuple[str, str]] = []
        for key, value in detail.items():
            if key in self.people:
                told.append((self.people[key], self.names.get(value, str(value))))
            elif key == "access":
                told.append((self.labels[key], reasons.get(str(value), self.erased)))
            elif key == "days":
                told.append((self.labels[key], " – ".join(map(str, value))))
            elif key in ("factor", "factors"):
                shown = [self.factors.get(one, one) for one in _listed(value)]
                told.append((self.labels["factors"], ", ".join(shown)))
            elif key not in ("page", "cover", "hours", "job"):
                told.append((self.labels.get(key, key), str(value)))
        return told


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _page_words() -> dict[str, str]:
    return {
        "audit.page": _("Audit trail"),
        "cases.answers": _("All answers"),
        "access.ask": _("All that is held on a child"),
        "attachments.every": _("Papers of a case"),
        "attachments.add": _("Papers of a case"),
        "endings.propose": _("The end of a case"),
        "privacy.consents": _("Consents"),
        "privacy.give": _("Consents"),
        "documents.page": _("Documents of a case"),
        "documents.download": _("Documents of a case"),
        "documents.withdraw": _("Documents of a case"),
        "cases.history": _("History of changes"),
        "cases.mine": _("My cases"),
        "cases.overview": _("Whole case"),
        "cases.submit": _("Check the answers and submit"),
        "checklist.section": _("A section of the checklist"),
        "emergency.ask": _("Emergency access"),
        "exports.new": _("Documents of several cases"),
        "profile.topic": _("The child and the case"),
        "profile.whole": _("The child and the case"),
        "review.case_page": _("Review of a case"),
        "review.queue_page": _("Review queue"),
        "team.cover": _("Absence cover"),
        "team.hand_over": _("Hand over cases"),
        "versions.as_of": _("The case on a day"),
        "versions.move": _("Move to a newer checklist"),
    }
