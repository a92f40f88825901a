"""What a save did, in the sentences that the next page begins with."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from intake.checklist.evaluation import Evaluation, evaluate_case
from intake.services import case_file
from intake.services.save import Saved
from intake.web import language

NAMED = 3
"""So many titles are told; more are counted."""


def told(saved: Saved) -> str:
    """What the save opened and closed, and what else came of it."""
    if not saved.changed:
        return _("Saved.") if saved.again else _("Nothing was changed.")
    parts = [_("Saved.")]
    gaps_before = [finding.check.id for finding in saved.before.gaps]
    gaps_after = [finding.check.id for finding in saved.after.gaps]
    opened = [check for check in gaps_after if check not in gaps_before]
    closed = [
        check
        for check in gaps_before
        if check not in gaps_after
        and (found := saved.after.findings.get(check)) is not None
        and found.status in ("satisfied", "not_applicable")
    ]
    if opened:
        parts.append(
            ngettext(
                "%(num)d new gap: %(titles)s.",
                "%(num)d new gaps: %(titles)s.",
                len(opened),
                titles=_titles(saved, opened),
            )
        )
    if closed:
        parts.append(
            ngettext(
                "%(num)d gap closed: %(titles)s.",
                "%(num)d gaps closed: %(titles)s.",
                len(closed),
                titles=_titles(saved, closed),
            )
        )
    new = _newly_asked(saved)
    if new:
        parts.append(
            ngettext("%(num)d more question now applies.", "%(num)d more questions now apply.", new)
        )
    if saved.breached:
        parts.append(
            _(
                "Intake put on record that this was carried out although not every condition was met: "
                "it counts as a violation, your supervisor is alerted, and the deadlines of the remedy run."
            )
        )
    for gate_id in case_file.standing_breaches(saved.file.document):
        if _says_breached(saved.before, gate_id) and not _says_breached(saved.after, gate_id):
            parts.append(
                _(
                    "The record that this was carried out while it had to wait stays: %(gate)s. "
                    "If it is a mistake, ask a supervisor to strike it.",
                    gate=saved.after.gates[gate_id].gate.title[language.code()],
                )
            )
    if saved.reopened:
        parts.append(_("The case is a draft again: send it for review once more."))
    return " ".join(parts)


def _says_breached(evaluation: Evaluation, gate_id: str) -> bool:
    """Whether the facts alone, without the record, say that the decision was carried out while it had to wait."""
    alone = replace(evaluation.case, breaches=frozenset())
    return evaluate_case(evaluation.register, alone).gates[gate_id].breached


def _titles(saved: Saved, checks: list[str]) -> str:
    known = saved.after.register.checks
    titles = [known[check].title[language.code()] for check in checks[:NAMED]]
    more = len(checks) - len(titles)
    return "; ".join([*titles, _("and %(num)d more", num=more)] if more else titles)


def _newly_asked(saved: Saved) -> int:
    return sum(
        1
        for check_id, finding in saved.after.findings.items()
        if finding.applies
        and finding.status == "missing"
        and not saved.before.findings[check_id].applies
    )
