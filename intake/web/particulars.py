"""The words for an entry of the audit trail: what was done, on which page, and the particulars it was kept with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from intake.checklist.explanations import day_label
from intake.forms.privacy import ATTACHMENT_KINDS, ERASURE_GROUNDS, ERASURE_KINDS
from intake.issuing.access import PURPOSES_AND_REQUESTS, WHAT
from intake.issuing.registry import KINDS
from intake.web.actions import action_words
from intake.web.context import register_of_page
from intake.web.language import code

SILENT = frozenset({"page", "cover", "hours", "remark", "digest", "job"})
"""What is kept but not told: the page has a place of its own, the others are in the words of the action."""
PEOPLE = frozenset({"from", "to", "absent", "covering", "person", "proposed_by"})
DAYS = frozenset({"until", "made_at", "days", "decided_at"})
IDS = frozenset({"sha256", "register", "key", "attachment", "consent"})
SHORT = 12
"""So much of an id or a digest is told: enough to find it again."""


class TrailWords:
    """The words for entries, in the reader's language; made once for a page or a table."""

    def __init__(self, names: Mapping[int, str], teams: Mapping[int, str]) -> None:
        self.names, self.teams = names, teams
        self.actions = action_words()
        self.pages = page_words()
        self.labels = labels()
        self.values = _values()
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

    def detail(
        self, detail: Mapping[str, Any], reasons: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """The particulars of an entry: label and value. What it was kept without is not told."""
        return [
            (self.labels.get(key, key), self._value(key, value, reasons))
            for key, value in detail.items()
            if key not in SILENT and value not in (None, "", False)
        ]

    def _value(self, key: str, value: Any, reasons: Mapping[str, str]) -> str:
        if key in PEOPLE:
            return self.names.get(value, str(value))
        if key == "team":
            return self.teams.get(value, str(value))
        if key == "access":
            return reasons.get(str(value), _("erased with the case"))
        if key in DAYS or (key == "before" and _day(value)):
            return " – ".join(filter(None, map(_day, _listed(value))))
        if key in IDS or key == "before":
            return str(value)[:SHORT]
        if value is True:
            return _("Yes")
        known = self.values.get(key, {})
        return ", ".join(str(known.get(one, one)) for one in _listed(value))


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _day(value: Any) -> str:
    try:
        return day_label(dt.datetime.fromisoformat(str(value)).date(), code())
    except ValueError:
        return ""


def labels() -> dict[str, str]:
    """What each particular is, in the reader's language."""
    return {
        "absent": _("Away"),
        "access": _("Reason"),
        "attachment": _("File"),
        "before": _("Before"),
        "bid": _("With it the determination"),
        "again": _("Handed out before"),
        "by": _("By"),
        "cases": _("Cases"),
        "check": _("Check"),
        "consent": _("Consent"),
        "covering": _("Stands in"),
        "days": _("Days"),
        "decided_at": _("Decided on"),
        "document": _("Document number"),
        "factor": _("With"),
        "factors": _("With"),
        "from": _("From"),
        "gate": _("Decision"),
        "ground": _("Ground"),
        "key": _("Master key"),
        "keys": _("Answers and facts changed"),
        "kind": _("Kind"),
        "language": _("Language"),
        "made_at": _("Backup of"),
        "media": _("Format"),
        "number": _("Case number"),
        "person": _("Person"),
        "proposed_by": _("Proposed by"),
        "often": _("How often?"),
        "outcome": _("Result"),
        "protected": _("Locked with a password"),
        "purpose": _("What for"),
        "quarter": _("Quarter"),
        "recipient": _("For whom"),
        "register": _("Checklist"),
        "role": _("Role"),
        "rows": _("Rows"),
        "sessions": _("Sessions"),
        "sha256": _("Digest"),
        "status": _("Answer"),
        "steps": _("Steps"),
        "team": _("Team"),
        "to": _("To"),
        "until": _("Until"),
        "version": _("Version"),
        "what": _("What"),
        "years": _("Years"),
        "years_young": _("Years for younger children"),
    }


def _values() -> dict[str, Mapping[str, Any]]:
    """The words for the values that are codes."""
    register = register_of_page()
    factors = {
        "password": _("Password"),
        "authenticator": _("Authenticator app"),
        "passkey": _("Passkey"),
        "recovery-code": _("Recovery code"),
    }
    documents = {kind.name: kind.title for kind in KINDS.values()}
    jobs = {"documents": _("Documents of several cases")}
    return {
        "by": {
            "account": _("account"),
            "address": _("network address"),
            "file": _("file"),
            "paper": _("paper"),
        },
        "check": {one.id: one.title[code()] for one in register.checks.values()},
        "factor": factors,
        "factors": factors,
        "gate": {one.id: one.title[code()] for one in register.gates.values()},
        "ground": ERASURE_GROUNDS,
        "kind": ATTACHMENT_KINDS | ERASURE_KINDS | documents | jobs,
        "language": {"es": _("Spanish"), "en": _("English")},
        "outcome": {
            "valid": _("Valid"),
            "superseded": _("A newer one says something else"),
            "withdrawn": _("Withdrawn"),
            "altered": _("Altered"),
            "unknown": _("Not known here"),
        },
        "often": {
            "daily": _("Every morning"),
            "weekly": _("On Mondays"),
            "never": _("Never"),
        },
        "media": {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"},
        "purpose": PURPOSES_AND_REQUESTS,
        "recipient": {one.id: one.name[code()] for one in register.authorities.values()}
        | {"self": _("The child, or who represents them")},
        "role": {
            "caseworker": _("Caseworker, as a role"),
            "supervisor": _("Supervisor"),
            "administrator": _("Administrator"),
            "auditor": _("Auditor"),
        },
        "what": documents | WHAT,
    }


def page_words() -> dict[str, str]:
    """The name of each page, by its endpoint."""
    return {
        "audit.page": _("Audit trail"),
        "board.team": _("Board"),
        "figures.every": _("Figures"),
        "figures.quarter": _("Figures"),
        "gaps.every": _("Gaps of a case"),
        "gaps.one": _("Work on a gap"),
        "pauses.one": _("A deadline that stands still"),
        "panel.every": _("Panel of a determination"),
        "panel.new": _("Panel of a determination"),
        "panel.one": _("Panel of a determination"),
        "violations.every": _("Violations by officials"),
        "violations.new": _("Violations by officials"),
        "violations.one": _("Violations by officials"),
        "today.page": _("Today"),
        "exports.new": _("Documents of several cases"),
        "exports.every": _("Documents of several cases"),
        "exports.one": _("Documents of several cases"),
        "exports.progress": _("Documents of several cases"),
        "exports.cancel": _("Documents of several cases"),
        "exports.resume": _("Documents of several cases"),
        "exports.remove": _("Documents of several cases"),
        "exports.download": _("Documents of several cases"),
        "materials.every": _("Materials"),
        "materials.leaflet": _("Rights leaflet for the child"),
        "materials.checklist": _("Checklist to fill in by hand"),
        "documents.old_print": _("Documents of a case"),
        "documents.old_summary": _("Documents of a case"),
        "figures.download": _("Figures"),
        "figures.publish": _("Figures"),
        "reminders.home": _("Reminders"),
        "reminders.change": _("Reminders"),
        "review.keep_view": _("Cases of the team"),
        "violations.across": _("Violations by officials"),
        "workers.page": _("Work in the background"),
        "documents.page": _("Documents of a case"),
        "documents.download": _("Documents of a case"),
        "documents.withdraw": _("Documents of a case"),
        "cases.answers": _("All answers"),
        "access.ask": _("All that is held on a child"),
        "attachments.every": _("Papers of a case"),
        "attachments.add": _("Papers of a case"),
        "endings.propose": _("The end of a case"),
        "privacy.consents": _("Consents"),
        "privacy.give": _("Consents"),
        "privacy.withdraw": _("Consents"),
        "retention.prolong": _("How long a case is kept"),
        "attachments.download": _("Papers of a case"),
        "attachments.remove": _("Papers of a case"),
        "endings.decide": _("The end of a case"),
        "endings.waiting": _("The end of a case"),
        "profile.new": _("Open a case"),
        "retention.due": _("How long closed cases are kept"),
        "retention.rule": _("How long closed cases are kept"),
        "retention.rules": _("How long closed cases are kept"),
        "audit.table": _("Audit trail"),
        "account.home": _("Your account"),
        "account.second_factor": _("Second factor"),
        "account.end_sessions": _("Your account"),
        "people.everybody": _("People and teams"),
        "people.one": _("People and teams"),
        "people.invite": _("People and teams"),
        "people.add_team": _("People and teams"),
        "people.activate": _("People and teams"),
        "people.deactivate": _("People and teams"),
        "people.send_new_link": _("People and teams"),
        "people.remove_second_factor": _("People and teams"),
        "register.check": _("Recommendations"),
        "register.instruments": _("Recommendations"),
        "register.recommendation": _("Recommendations"),
        "register.recommendations": _("Recommendations"),
        "register.versions": _("Recommendations"),
        "team.end_cover": _("Absence cover"),
        "sharing.ask": _("Case summary"),
        "cases.history": _("History of changes"),
        "cases.mine": _("My cases"),
        "cases.overview": _("Whole case"),
        "cases.submit": _("Check the answers and submit"),
        "cases.summary": _("Case summary"),
        "checklist.section": _("A section of the checklist"),
        "emergency.ask": _("Emergency access"),
        "profile.topic": _("The child and the case"),
        "profile.whole": _("The child and the case"),
        "review.case_page": _("Review of a case"),
        "review.queue_page": _("Cases of the team"),
        "team.cover": _("Absence cover"),
        "team.hand_over": _("Hand over cases"),
        "versions.as_of": _("The case on a day"),
        "versions.move": _("Move to a newer checklist"),
    }
