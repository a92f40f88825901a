"""Gaps as work: what is open in a case, who carries it, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from intake.checklist.evaluation import Evaluation, Finding
from intake.models import Attachment, Case, Role, User
from intake.services.case_file import CaseFile, ChangeRead, open_file
from intake.services.desk import Desk, Refused
from intake.services.gap_work import PART, Work, work_on
from intake.services.rights import may_with
from intake.services.save import Saved, save


@dataclass(frozen=True)
class GapRead:
    """A gap and the work on it."""

    finding: Finding
    work: Work
    kept: dict[str, Any]
    """The answer's note, cause and authority, as kept."""


def open_gaps(file: CaseFile, evaluation: Evaluation) -> list[GapRead]:
    """The gaps of the case, worst first, each with the work on it."""
    return [read_gap(file, finding) for finding in evaluation.gaps]


def remedied_gaps(file: CaseFile, evaluation: Evaluation) -> list[GapRead]:
    """The gaps on which there was work and which an answer closed."""
    return [
        read_gap(file, evaluation.findings[check_id])
        for check_id in file.document.get(PART, {})
        if check_id in evaluation.findings
        and work_on(file.document, check_id).state == "remedied"
        and not evaluation.findings[check_id].open
    ]


def read_gap(file: CaseFile, finding: Finding) -> GapRead:
    """The finding with the work kept on it."""
    check_id = finding.check.id
    return GapRead(
        finding, work_on(file.document, check_id), file.document["answers"].get(check_id, {})
    )


def work_history(changes: Sequence[ChangeRead], check_id: str) -> list[ChangeRead]:
    """The changes that touched the work on that check or its answer, newest first."""
    keys = {f"{PART}.{check_id}", f"answers.{check_id}"}
    return [change for change in reversed(changes) if keys & change.changes.keys()]


def carriers(desk: Desk, case: Case) -> Sequence[User]:
    """Who can carry a gap of the case: its caseworker, and the supervisors of its team. They see the case already."""
    supervisors = User.roles.any(Role.name == "supervisor") & (User.team_id == case.team_id)
    return (
        desk.session.scalars(
            select(User)
            .where((User.id == case.caseworker_id) | supervisors, User.active.is_(True))
            .order_by(User.name)
        )
        .unique()
        .all()
    )


def keep_work(
    desk: Desk, case: Case, by: User, check_id: str, work: Work, *, base: int, operation: str
) -> Saved:
    """Keeps what is done about a gap, in one save with its history; a submitted or approved case stays so.

    Somebody who may assign but not write changes the owner and the day, and leaves the rest as it is. Work on a gap
    that is remedied leaves it so. Raises Refused: ``not_a_carrier`` (the owner), ``no_such_file`` (the evidence);
    Clashed where somebody else changed the same.
    """
    writes = may_with(by, "case.write", case)
    before = work_on(open_file(desk, case).document, check_id)
    if work.owner_id == case.caseworker_id:
        work = replace(work, owner_id=None)
    if work.owner_id not in (None, before.owner_id, *(one.id for one in carriers(desk, case))):
        raise Refused("not_a_carrier")
    if not writes:
        work = replace(before, owner_id=work.owner_id, due=work.due)
    work = replace(work, reopened=before.reopened)
    if before.state == "remedied":
        work = replace(work, state="remedied")
    added = set(work.evidence) - set(before.evidence)
    if added - set(
        desk.session.scalars(select(Attachment.id).where(Attachment.case_id == case.id))
    ):
        raise Refused("no_such_file")
    return save(
        desk,
        case,
        by,
        {f"{PART}.{check_id}": work.as_kept()},
        base=base,
        operation=operation,
        kind="gap-worked" if writes else "gap-assigned",
    )
