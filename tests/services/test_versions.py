"""A case is kept under its register, can be seen as of any day, and is moved knowingly."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.checklist.loading import load_register
from intake.checklist.reading import read_files
from intake.checklist.register import Register
from intake.models import Change, RegisterVersion, now
from intake.resources import resource_dir
from intake.services.case_file import open_file
from intake.services.desk import Desk, Refused
from intake.services.registers import PublishError, RegisterShelf, publish, published
from intake.services.versions import (
    Impact,
    count_cases,
    file_as_of,
    impact,
    look_at_move,
    move_to_register,
)
from tests.services.conftest import find, put

NUMBER = "TAP-2026-0001"


def changed_rules(folder: Path, version: str = "2027.01") -> Path:
    """The rules with another version, in which a medium check is critical and due at once, and one is gone."""
    for name, content in read_files(resource_dir("rules")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    head = folder / "register.yaml"
    old = load_register(resource_dir("rules")).version
    head.write_text(head.read_text(encoding="utf-8").replace(old, version), encoding="utf-8")
    section = folder / "sections" / "04-participation.yaml"
    text = section.read_text(encoding="utf-8")
    at = text.index("  - id: participation.support-person")
    text = text[:at] + text[at:].replace(
        "severity: medium",
        "severity: critical\n    clocks:\n      - {from: encounter_at, within: {hours: 1}}",
        1,
    )
    section.write_text(text, encoding="utf-8")
    return folder


def put_in_force(here: Desk, folder: Path) -> Register:
    register = load_register(folder)
    with here.writing() as session:
        publish(session, register, read_files(folder))
    return register


def test_a_case_stays_under_its_register_until_it_is_moved(here: Desk, tmp_path: Path) -> None:
    old = find(here, NUMBER).register_sha256
    put(here, NUMBER, {"answers.participation.support-person": {"value": "no"}})
    newer = put_in_force(here, changed_rules(tmp_path))
    assert here.register.sha256 == newer.sha256
    saved = put(here, NUMBER, {"answers.rights.informed": {"value": "yes"}})
    assert saved.after.register.sha256 == old
    looked = look_at_move(open_file(here, find(here, NUMBER)), newer)
    assert looked.transition.severities == ("participation.support-person",)
    assert looked.transition.deadlines == ("participation.support-person",)
    assert not looked.transition.gaps_opened

    case, operation = find(here, NUMBER), str(uuid.uuid4())
    version = case.version
    for _twice in range(2):
        move_to_register(here, case, case.caseworker, newer, base=version, operation=operation)
    case = find(here, NUMBER)
    assert (case.register_sha256, case.version) == (newer.sha256, version + 1)
    kept = open_file(here, case).document["answers"]
    assert kept["rights.informed"]["register"] == old
    last = here.session.scalars(select(Change).where(Change.operation == operation)).one()
    assert (last.kind, last.register_sha256) == ("register-moved", newer.sha256)


def test_a_move_of_what_was_not_looked_at_is_refused(here: Desk, tmp_path: Path) -> None:
    newer, case = put_in_force(here, changed_rules(tmp_path)), find(here, NUMBER)
    base = case.version
    put(here, NUMBER, {"answers.rights.informed": {"value": "unknown"}})
    case = find(here, NUMBER)
    with pytest.raises(Refused, match="changed_since"):
        move_to_register(here, case, case.caseworker, newer, base=base, operation=str(uuid.uuid4()))


def test_a_case_is_seen_as_it_stood_under_the_register_of_the_day(
    here: Desk, tmp_path: Path
) -> None:
    put(here, NUMBER, {"answers.rights.informed": {"value": "no", "note": "Nadie le explicó."}})
    then, old = now(), find(here, NUMBER).register_sha256
    put(here, NUMBER, {"answers.rights.informed": {"value": "yes"}, "identity.name": "Otra"})
    newer, case = put_in_force(here, changed_rules(tmp_path)), find(here, NUMBER)
    move_to_register(
        here, case, case.caseworker, newer, base=case.version, operation=str(uuid.uuid4())
    )
    case = find(here, NUMBER)
    file = file_as_of(here, case, then)
    assert file is not None
    assert file.register.sha256 == old
    assert file.document["answers"]["rights.informed"]["note"] == "Nadie le explicó."
    assert file.name != "Otra"
    today = file_as_of(here, case, now())
    assert today is not None
    assert today.document == open_file(here, case).document
    assert today.register.sha256 == newer.sha256
    assert file_as_of(here, case, case.opened_at - dt.timedelta(days=1)) is None


def test_a_published_register_is_kept_whole(here: Desk, tmp_path: Path) -> None:
    folder = changed_rules(tmp_path)
    register = put_in_force(here, folder)
    afresh = RegisterShelf(resource_dir("rules"))
    rebuilt = afresh.of(here.session, register.sha256)
    assert (rebuilt.sha256, rebuilt.version) == (register.sha256, "2027.01")
    assert rebuilt.checks == register.checks
    row = here.session.get_one(RegisterVersion, register.sha256)
    assert row.published_at is not None
    with pytest.raises(LookupError):
        afresh.of(here.session, "0" * 64)


def test_a_version_names_one_register_only(here: Desk, tmp_path: Path) -> None:
    folder = changed_rules(tmp_path)
    register = put_in_force(here, folder)
    with pytest.raises(PublishError, match="in force already"), here.writing() as session:
        publish(session, register, read_files(folder))
    causes = folder / "causes.yaml"
    causes.write_text(causes.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(PublishError, match="new version"), here.writing() as session:
        publish(session, load_register(folder), read_files(folder))
    assert [kept.sha256 for kept in published(here.session)] == [register.sha256]


def test_the_impact_of_a_register_is_counted_over_all_cases(here: Desk, tmp_path: Path) -> None:
    put(here, NUMBER, {"answers.compliance.violation-observed": {"value": "no"}})
    folder = changed_rules(tmp_path)
    section = folder / "sections" / "24-compliance.yaml"
    text = section.read_text(encoding="utf-8")
    section.write_text(
        text.replace("answered: [yes, partly, unknown]", "answered: [yes, partly, unknown, no]", 1),
        encoding="utf-8",
    )
    running = list(impact(here, load_register(folder), now()))
    found = running[-1]
    assert isinstance(found, Impact)
    assert found.cases == count_cases(here) == len(running)
    assert found.gained["compliance.violation-observed"] == 1
    assert not found.lost
    assert 1 <= found.changed <= found.cases
