"""`intake rules impact` and `publish`, as an administrator runs them over a database with cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.cli import main
from tests.services.test_versions import changed_rules


@pytest.fixture
def rules(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A changed register, and an environment in which the command finds the database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    for name, letter in (("SECRET_KEY", "s"), ("PASSWORD_SALT", "p")):
        monkeypatch.setenv(f"INTAKE_{name}", letter * 40)
    monkeypatch.setenv("INTAKE_MASTER_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    return changed_rules(tmp_path / "rules")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["rules", *words])


def test_the_impact_is_told_and_nothing_is_changed_by_it(rules: Path) -> None:
    told = run("impact", str(rules))
    assert told.exit_code == 0
    assert "come out differently under register 2027.01" in told.stdout
    counted = json.loads(run("impact", str(rules), "--format", "json").stdout)
    assert counted["cases"] == 5
    assert set(counted) >= {"gaps_gained", "gaps_lost", "gates_opened", "gates_shut"}
    assert "otro resultado" in run("impact", str(rules), "--lang", "es").stdout


def test_a_register_is_published_once_and_cases_move_when_asked(rules: Path) -> None:
    first = run("publish", str(rules))
    assert first.exit_code == 0
    assert "Register 2027.01 is in force" in first.stdout
    again = run("publish", str(rules))
    assert again.exit_code == 1
    assert "in force already" in again.stderr
    assert "5 cases moved" in run("publish", str(rules), "--move-cases").stdout
    assert "0 cases moved" in run("publish", str(rules), "--move-cases").stdout
    counted = json.loads(run("impact", str(rules), "--format", "json").stdout)
    assert counted["changed"] == 0


def test_a_broken_register_is_neither_counted_nor_published(rules: Path) -> None:
    (rules / "gates.yaml").write_text("gates: [{id: gate.x}]\n", encoding="utf-8")
    for command in ("impact", "publish"):
        told = run(command, str(rules))
        assert told.exit_code == 1
        assert "gates.yaml:1" in told.stderr


def test_a_mistyped_folder_is_refused_and_nothing_comes_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "mistyped"))
    for command in ("impact", "publish"):
        told = run(command)
        assert told.exit_code == 2
        assert "INTAKE_INSTANCE" in told.stderr
        assert "no Intake is here" in told.stderr
    assert not (tmp_path / "mistyped").exists()


def test_another_severity_is_told_by_name(rules: Path) -> None:
    told = run("impact", str(rules)).stdout
    assert re.search(r"another severity in \d: .*\(participation\.support-person\)", told)
    assert re.search(r"another deadline in \d: .*\(participation\.support-person\)", told)
    assert "otra gravedad en" in run("impact", str(rules), "--lang", "es").stdout
    counted = json.loads(run("impact", str(rules), "--format", "json").stdout)
    assert set(counted["severities_changed"]) == {"participation.support-person"}
