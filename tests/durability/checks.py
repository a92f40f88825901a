"""Whether a database holds all that was acknowledged, nothing by halves, and chains without a gap."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import select

from intake.app import create_app
from intake.models import AuditEntry, Case, Change, StoredFinding
from intake.services import audit
from intake.services.case_file import evaluate_file, open_file
from intake.services.desk import Desk
from intake.services.keep import change_digests
from intake.services.verify import verify_trail
from intake.vault import Place
from intake.web.guard import desk
from tests.conftest import settings_for
from tests.durability.clients import Save


def check_all(instance: Path, url: str, sent: list[Save], kept: list[Save]) -> int:
    """Raises AssertionError where anything acknowledged is missing, a save is half there, or a chain is broken;
    says how many saves the database holds."""
    app = create_app(settings_for(instance, url))
    try:
        with app.test_request_context():
            return _checked(desk(), sent, kept)
    finally:
        app.extensions["intake.engine"].dispose()


def _checked(here: Desk, sent: list[Save], kept: list[Save]) -> int:
    session = here.session
    assert verify_trail(session) is None
    audited = Counter(
        session.scalars(select(AuditEntry.case_id).where(AuditEntry.action == "case.section-saved"))
    )
    notes: dict[str, tuple[str, str, str]] = {}
    for case in session.scalars(select(Case).order_by(Case.number)).unique().all():
        saved = _whole(here, case)
        notes |= saved
        assert audited[case.id] == len(
            [1 for kind, *_ in saved.values() if kind == "section-saved"]
        )
    lost = [save for save in kept if save.operation not in notes]
    assert lost == [], f"{len(lost)} acknowledged saves are lost"
    for save in sent:
        if save.operation in notes:
            assert notes[save.operation][1:] == (save.check, save.note)
    assert len({save.operation for save in kept}) == len(kept)
    ours = {save.operation for save in sent}
    return len(ours & set(notes))


def _whole(here: Desk, case: Case) -> dict[str, tuple[str, str, str]]:
    """Each change of the case, opened; its chain is whole, and the document is what they add up to."""
    rows = here.session.scalars(
        select(Change).where(Change.case_id == case.id).order_by(Change.sequence)
    ).all()
    assert [row.sequence for row in rows] == list(range(1, case.version + 1))
    previous, document, found = audit.START, {}, {}
    for row in rows:
        assert row.previous == previous
        assert row.digest in change_digests(row)
        previous = row.digest
        place = Place("change.sealed", case.id, row.operation)
        changes = here.vault.open(case.wrapped_key, place, row.sealed)
        check, note = "", ""
        for key, (_old, new) in changes.items():
            document[key] = new
            if key.startswith("answers.") and new and new.get("note"):
                check, note = key.removeprefix("answers."), new["note"]
        found[row.operation] = (row.kind, check, note)
    file = open_file(here, case)
    answers = {
        key.removeprefix("answers."): new
        for key, new in document.items()
        if new and key.startswith("answers.")
    }
    assert {check: kept.get("note") for check, kept in file.document["answers"].items()} == {
        check: kept.get("note") for check, kept in answers.items()
    }
    stored = set(
        here.session.scalars(select(StoredFinding.check_id).where(StoredFinding.case_id == case.id))
    )
    evaluation = evaluate_file(file, case.evaluated_at)
    assert stored == {key for key, finding in evaluation.findings.items() if finding.open}
    return found
