"""Documents of many cases at once: each issued as one alone would be, then handed out together as a ZIP.

Every document lies in a file of its own, sealed under the job's key and around that under its case's key: it goes with
the job, and it goes with the case. The ZIP is put together while it is downloaded, so that it never lies anywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from intake.checklist.parts import Language
from intake.documents.rendering import PageSize
from intake.documents.summary import render_summary
from intake.issuing.summary import summary_context
from intake.jobs.kinds import Bench, Kind
from intake.models import Case, Job, JobStep, User
from intake.services import audit, jobs
from intake.services.access_export import zip_of
from intake.services.desk import Desk
from intake.services.files import FileStore
from intake.services.job_steps import Outcome, Taken
from intake.services.rights import may, visible_cases
from intake.vault import Place

KIND = "documents"
MOST = 1000
"""Cases in one export."""


def ask(
    desk: Desk,
    by: User,
    case_ids: Sequence[str],
    *,
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
        {"language": language, "page_size": page_size, "site": site},
        job_id=job_id,
    )


def print_one(bench: Bench, desk: Desk, taken: Taken) -> Outcome:
    """Issues the document of one case as the person who asked, if they may print that case at this moment."""
    job = desk.session.get_one(Job, taken.job_id)
    asked = jobs.about(desk, job)
    by = desk.session.get_one(User, taken.asked_by_id)
    case = _within_reach(desk, by, taken.case_id)
    if case is None:
        return Outcome("refused")
    job_key, case_key, code = job.wrapped_key, case.wrapped_key, asked["language"]
    if job_key is None:
        return Outcome("refused")
    context = summary_context(desk, case, by, code, site=asked["site"])
    content = render_summary(context, asked["page_size"])
    part = str(uuid.uuid4())
    inner = desk.vault.seal_bytes(job_key, Place("job_step.part", taken.job_id, part), content)
    sealed = desk.vault.seal_bytes(case_key, Place("job_step.part", case.id, part), inner)
    bench.files.write(taken.job_id, part, sealed)
    entry = {"language": code, "recipient": None, "job": taken.job_id}
    return Outcome(part=part, entries=[("case.printed", entry)])


def _within_reach(desk: Desk, by: User, case_id: str | None) -> Case | None:
    if not by.active or not may(by, "case.print"):
        return None
    query = select(Case).where(Case.id == case_id, visible_cases(by, "case.print"))
    return desk.session.scalars(query).unique().one_or_none()


@dataclass(frozen=True)
class Bundle:
    """What a job made, as it can be handed out now."""

    documents: int
    pieces: Iterator[bytes]


def bundle(desk: Desk, files: FileStore, job: Job, by: User) -> Bundle:
    """The ZIP of the job's documents, of those cases that the person may print now; kept in the audit trail.

    A document is opened when its turn comes, one at a time. What is not in it stands in a text at its beginning.
    """
    asked, job_id, job_key = jobs.about(desk, job), job.id, job.wrapped_key
    code: Language = asked.get("language", "es")
    by_id, total = by.id, job.total
    within = select(Case.id, Case.number, Case.wrapped_key, JobStep.part).join(
        JobStep, JobStep.case_id == Case.id
    )
    rows = desk.session.execute(
        within.where(
            JobStep.job_id == job_id, JobStep.part.is_not(None), visible_cases(by, "case.print")
        ).order_by(Case.number)
    ).all()
    with desk.writing() as session:
        audit.record(session, "job.downloaded", actor_id=by_id, kind=KIND, steps=len(rows))

    def opened(case_id: str, case_key: bytes, part: str) -> bytes:
        inner = desk.vault.open_bytes(
            case_key, Place("job_step.part", case_id, part), files.read(job_id, part)
        )
        if job_key is None:
            raise FileNotFoundError(part)
        return desk.vault.open_bytes(job_key, Place("job_step.part", job_id, part), inner)

    later: list[tuple[str, Callable[[], bytes]]] = [
        (f"{number}-{code}.pdf", partial(opened, case_id, case_key, part))
        for case_id, number, case_key, part in rows
        if part is not None
    ]
    with force_locale(code):
        missing = total - len(rows)
        note = _contents(len(rows), missing)
        name = _("what-is-in-it.txt")
    return Bundle(len(rows), zip_of([(name, note.encode())], later))


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


DOCUMENTS = Kind(KIND, print_one)

__all__ = ["DOCUMENTS", "KIND", "MOST", "Bundle", "ask", "bundle", "print_one"]
