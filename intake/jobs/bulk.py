"""Documents of many cases at once: each issued as one alone would be, then handed out together as a ZIP.

Each document is recorded and kept with its case, sealed under that case's key, as every document is. The job only
remembers which: the ZIP is put together while it is downloaded and never lies anywhere, and what is erased drops out.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import defer

from intake.checklist.parts import Language
from intake.documents.rendering import PageSize
from intake.issuing.issue import file_name, issue
from intake.issuing.registry import KINDS as DOCUMENTS
from intake.jobs.kinds import Bench, Kind
from intake.models import Case, IssuedDocument, Job, JobStep, User
from intake.services import audit, jobs
from intake.services.access_export import zip_of
from intake.services.desk import Desk, Refused
from intake.services.documents import kept_bytes
from intake.services.files import FileStore
from intake.services.job_steps import Outcome, Taken
from intake.services.rights import may, visible_cases

KIND = "documents"
MOST = 1000
"""Cases in one export."""


def offered() -> list[tuple[str, str]]:
    """The kinds of documents that can be for the own file: name and title in the reader's language."""
    return [(kind.name, str(kind.title)) for kind in DOCUMENTS.values() if kind.goes != "outside"]


def ask(
    desk: Desk,
    by: User,
    case_ids: Sequence[str],
    *,
    document: str,
    language: Language,
    page_size: PageSize,
    site: str | None,
    job_id: str,
) -> str:
    """Asks for a document of each of these cases, for the own file. Raises Refused as ``jobs.ask`` does."""
    return jobs.ask(
        desk,
        KIND,
        by,
        [(case_id, None) for case_id in case_ids[:MOST]],
        {"document": document, "language": language, "page_size": page_size, "site": site},
        job_id=job_id,
    )


def issue_one(bench: Bench, desk: Desk, taken: Taken) -> Outcome:
    """Issues the document of one case as the person who asked, if they may print that case at this moment.

    Done again after its worker was killed, it is the same document.
    """
    job = desk.session.get_one(Job, taken.job_id)
    asked = jobs.about(desk, job)
    by = desk.session.get_one(User, taken.asked_by_id)
    if not asked or not by.active or not may(by, "case.print"):
        return Outcome("refused")
    query = select(Case).where(Case.id == taken.case_id, visible_cases(by, "case.print"))
    case = desk.session.scalars(query).unique().one_or_none()
    if case is None:
        return Outcome("refused")
    try:
        issued = issue(
            desk,
            bench.files,
            bench.settings,
            case,
            by,
            kind=asked["document"],
            language=asked["language"],
            page_size=asked["page_size"],
            site=asked["site"],
            operation=str(uuid.uuid5(uuid.UUID(taken.job_id), str(taken.number))),
        )
    except Refused as refused:
        return Outcome("refused", refused.reason)
    kept = select(IssuedDocument.id).where(IssuedDocument.number == issued.number)
    return Outcome(result=desk.session.scalars(kept).one())


@dataclass(frozen=True)
class Bundle:
    """What a job made, as it can be handed out now."""

    documents: int
    pieces: Iterator[bytes]


def bundle(desk: Desk, files: FileStore, job: Job, by: User) -> Bundle:
    """The ZIP of the job's documents, of those cases that the person may print now; kept in the audit trail.

    A document is opened when its turn comes, one at a time. What is not in it is counted in a text at its beginning.
    """
    code: Language = jobs.about(desk, job).get("language", "es")
    total, by_id = job.total, by.id
    query = (
        select(Case, IssuedDocument)
        .join(IssuedDocument, IssuedDocument.case_id == Case.id)
        .join(JobStep, JobStep.result == IssuedDocument.id)
        .where(JobStep.job_id == job.id, visible_cases(by, "case.print"))
        .options(defer(Case.document))
        .order_by(Case.number)
    )
    found = desk.session.execute(query).unique().all()
    later: list[tuple[str, Callable[[], bytes]]] = [
        (file_name(case, document), partial(kept_bytes, desk, files, case, document))
        for case, document in found
    ]
    # they are read while the answer is under way, when the session that found them has ended
    desk.session.expunge_all()
    with desk.writing() as session:
        audit.record(session, "job.downloaded", actor_id=by_id, kind=KIND, steps=len(later))
    with force_locale(code):
        note = (_("what-is-in-it.txt"), _contents(len(later), total - len(later)).encode())
    return Bundle(len(later), zip_of([note], later))


def _contents(documents: int, missing: int) -> str:
    lines = [_("Documents in this file: %(num)s", num=documents)]
    if missing:
        lines.append(
            _(
                "Left out: %(num)s. You may no longer print those cases, they were erased, or the document could "
                "not be made.",
                num=missing,
            )
        )
    lines.append(_("They are about children: keep the file safe, and delete it when you are done."))
    return "\r\n".join(lines) + "\r\n"


WORK = Kind(KIND, issue_one)

__all__ = ["KIND", "MOST", "WORK", "Bundle", "ask", "bundle", "issue_one", "offered"]
