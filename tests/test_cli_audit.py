"""`intake audit`, as whoever runs Intake uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from intake.cli import main


@pytest.fixture
def tamper(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """An environment in which the command finds the database, and a hand in the database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    for name, letter in (("SECRET_KEY", "s"), ("PASSWORD_SALT", "p")):
        monkeypatch.setenv(f"INTAKE_{name}", letter * 40)
    monkeypatch.setenv("INTAKE_MASTER_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")

    def run(statement: str) -> None:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()

    return run


def audit(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words])


def test_a_whole_trail_is_verified_with_its_histories(tamper: Callable[[str], None]) -> None:
    head = audit("head").stdout.strip()
    number, digest = head.split(":")
    assert int(number) > 10
    assert len(digest) == 64
    told = audit("verify", "--head", head)
    assert told.exit_code == 0, told.stderr
    assert f"whole: {number} entries, 5 histories; head {head}" in told.stdout


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update audit_entry set action = 'x' where id = 3", "intake: audit: entry 3 was edited"),
        ("delete from audit_entry where id = 3", "intake: audit: entry 3 was removed (removed)"),
        ("update change set kind = 'x' where sequence = 2", "change 2 was edited (edited)"),
        ("delete from audit_head", "(head)"),
    ],
)
def test_what_was_touched_ends_with_1_and_is_named(
    tamper: Callable[[str], None], statement: str, told: str
) -> None:
    tamper(statement)
    result = audit("verify")
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_cut_is_found_by_the_head_noted_before(tamper: Callable[[str], None]) -> None:
    noted = audit("head").stdout.strip()
    tamper("delete from audit_entry where id > 5")
    tamper(
        "update audit_head set entries = 5, digest = (select digest from audit_entry where id = 5)"
    )
    assert audit("verify").exit_code == 0
    result = audit("verify", "--head", noted)
    assert result.exit_code == 1
    assert "entry 6 is missing: the end was cut off (truncated)" in result.stderr


@pytest.mark.parametrize("noted", ["", "5", "5:abc", "x:" + "0" * 64, "0" * 70])
def test_a_head_that_is_none_is_refused(tamper: Callable[[str], None], noted: str) -> None:
    result = audit("verify", "--head", noted)
    assert result.exit_code == 2
    assert "must be what" in result.stderr
