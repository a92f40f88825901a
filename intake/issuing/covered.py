"""What each purpose of sharing covers: the least that a recipient needs for it.

This is the one table. A fact or check that a purpose does not name is not given for it, whoever asks; a new one is
given to nobody until somebody writes it here. Never given, for no purpose: what caseworkers write beside an answer
(notes, reasons, sources of evidence, causes), comments and decisions of the review, the history, alerts, who reviewed,
attachments, and why a check applies, since that tells of other facts. Other names and spellings are given only where
somebody has to find or identify the child by them.

Recipients are the bodies of ``rules/authorities.yaml``; purposes those of ``intake.forms.privacy.PURPOSES``.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake.checklist.register import Register

WHO = frozenset({"birth_date", "age"})
SPEAKS = frozenset({"languages", "needs_interpreter"})
WHERE = frozenset({"country", "place", "custody", "custody_since"})
JOURNEY = frozenset({"encounter_at", "accompaniment", "nationality"})


@dataclass(frozen=True)
class Cover:
    """What one purpose covers. ``sections`` are whole sections of the register, ``checks`` single ones."""

    facts: frozenset[str]
    sections: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()
    other_names: bool = False

    def covers(self, check_id: str, section_id: str) -> bool:
        """Whether a check of that section is given."""
        return section_id in self.sections or check_id in self.checks


COVERS: dict[str, Cover] = {
    # whoever places the child and looks after them
    "protection": Cover(
        WHO | SPEAKS | WHERE | JOURNEY | {"age_disputed", "sex", "gender", "at_risk", "stage"},
        frozenset({"identification", "guardian", "non-detention", "care", "community", "ruta"}),
        frozenset({"rights.language", "risk.trafficking", "risk.violence", "family.separation"}),
        frozenset({"gate.placement"}),
    ),
    # who represents the child has to know the case, but not what was disclosed of violence unless the child tells
    "counsel": Cover(
        WHO
        | SPEAKS
        | WHERE
        | JOURNEY
        | {"age_disputed", "stage", "decisions_considered", "wishes_asylum", "asylum_applied_at"}
        | {"bid_started_at", "bid_decided_at", "return_at"},
        frozenset({"rights", "participation", "counsel", "guardian", "non-detention", "access"})
        | {"asylum", "bia", "bid", "return", "transfer"},
        frozenset({"identification.authority-notified", "identification.documents"}),
        frozenset({"gate.return", "gate.transfer-us"}),
    ),
    "asylum": Cover(
        WHO | SPEAKS | JOURNEY | {"country", "place", "sex", "wishes_asylum", "asylum_applied_at"},
        frozenset({"asylum", "access"}),
        frozenset({"rights.language", "rights.asylum-informed", "counsel.assigned"})
        | {"guardian.appointed", "participation.heard"},
    ),
    # the body that decides weighs every option, and what was found on the way to each
    "best_interests": Cover(
        WHO
        | SPEAKS
        | WHERE
        | JOURNEY
        | {"age_disputed", "sex", "stage", "decisions_considered", "bid_started_at"}
        | {"bid_decided_at", "return_at", "at_risk", "recognised_refugee", "relative_held_apart"},
        frozenset({"participation", "guardian", "care", "family", "bia", "bid", "return"})
        | {"transfer", "protection", "coordination", "ruta", "followup"},
        frozenset({"rights.informed", "rights.language", "counsel.assigned", "asylum.screened"})
        | {"risk.violence", "risk.trafficking", "non-detention.not-held"},
        frozenset({"gate.return", "gate.transfer-us", "gate.placement"}),
    ),
    # who looks for relatives does not learn where the child is kept
    "family": Cover(
        WHO | {"languages", "nationality", "accompaniment", "sex", "relative_held_apart"},
        frozenset({"family"}),
        other_names=True,
    ),
    "health": Cover(
        WHO | SPEAKS | {"sex", "gender"},
        checks=frozenset({"identification.urgent-needs", "community.health", "gbv.services"}),
    ),
    # a school need not know how the child came
    "schooling": Cover(
        WHO | SPEAKS | {"place"},
        checks=frozenset({"community.education"}),
    ),
    "papers": Cover(
        WHO | {"nationality", "sex", "country", "place", "encounter_at"},
        checks=frozenset({"identification.documents", "non-detention.status", "rights.consular"}),
        other_names=True,
    ),
    "complaint": Cover(
        WHO | WHERE | {"violation_kinds", "violation_observed_at", "complaint_filed_at"},
        frozenset({"compliance"}),
        frozenset({"access.port-of-entry", "access.no-expulsion", "non-detention.not-held"}),
    ),
}

PURPOSE_OF_SECTION: dict[str, str] = {
    "consent": "protection",
    "identification": "protection",
    "rights": "counsel",
    "participation": "best_interests",
    "counsel": "counsel",
    "guardian": "protection",
    "non-detention": "protection",
    "care": "protection",
    "community": "protection",
    "access": "asylum",
    "asylum": "asylum",
    "risk": "protection",
    "gbv": "health",
    "family": "family",
    "ruta": "protection",
    "bia": "best_interests",
    "bid": "best_interests",
    "return": "best_interests",
    "transfer": "best_interests",
    "protection": "best_interests",
    "coordination": "best_interests",
    "compliance": "complaint",
    "followup": "best_interests",
}
"""For what a gap of a section is referred to the authority that has to close it."""
PURPOSE_OF_CHECK: dict[str, str] = {
    "identification.documents": "papers",
    "non-detention.status": "papers",
    "rights.consular": "papers",
    "rights.asylum-informed": "asylum",
    "identification.urgent-needs": "health",
    "community.health": "health",
    "community.education": "schooling",
}
"""Where one check of a section is referred for something else."""


def purpose_of(register: Register, check_id: str) -> str:
    """For what a gap in that check is referred. Raises KeyError for a section that nobody has placed yet."""
    section = next(one for one in register.sections if any(c.id == check_id for c in one.checks))
    return PURPOSE_OF_CHECK.get(check_id) or PURPOSE_OF_SECTION[section.id]
