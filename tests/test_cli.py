"""The `intake` command as an operator meets it: its output, its errors and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake import resources
from intake.checklist.loading import load_register
from intake.cli import COMMANDS, main

SMALL = Path(__file__).parent / "checklist" / "rules_small"
CASE: dict[str, Any] = {
    "as_of": "2026-11-10T12:00:00-06:00",
    "profile": {"country": "MX", "age": 15, "encounter_at": "2026-11-02T10:00:00-06:00"},
    "answers": {"rights.informed": "no", "counsel.assigned": "yes"},
}


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Path:
    found = resources.resource_dir
    monkeypatch.setattr(
        resources, "resource_dir", lambda name: SMALL if name == "rules" else found(name)
    )
    return SMALL


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, args, input=stdin)


def refused(result: Result) -> str:
    """The one line of an error."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("intake: ")
    return result.stderr.rstrip("\n")


def test_json_is_the_contract_indented_and_in_its_own_letters(rules: Path) -> None:
    result = run("evaluate", "-", "--lang", "es", stdin=json.dumps(CASE))
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["gaps"] == ["rights.informed"]
    assert found["register"]["sha256"] == load_register(rules).sha256
    assert "Infórmele." in result.stdout
    assert result.stdout.startswith('{\n  "register"')


def test_a_file_is_read_and_another_one_written(rules: Path, tmp_path: Path) -> None:
    case, out = tmp_path / "case.json", tmp_path / "out.json"
    case.write_text(json.dumps(CASE))
    result = run("evaluate", str(case), "-o", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text(encoding="utf-8"))["as_of"] == CASE["as_of"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Gap (1)", "Informed", "overdue since"]),
        ("es", ["Pendiente (1)", "Informada", "venció"]),
    ],
)
def test_text_is_a_report_to_read(rules: Path, language: str, words: list[str]) -> None:
    result = run("evaluate", "-", "--format", "text", "--lang", language, stdin=json.dumps(CASE))
    assert result.exit_code == 0, result.stderr
    assert all(word in result.stdout for word in words), result.stdout


def test_pdf_is_a_pdf(rules: Path, tmp_path: Path) -> None:
    out = tmp_path / "case.pdf"
    result = run("evaluate", "-", "--format", "pdf", "-o", str(out), stdin=json.dumps(CASE))
    assert result.exit_code == 0, result.stderr
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("", "(file)"),
        ("{", "(file)"),
        ("[]", "(case)"),
        ("null", "(case)"),
        ("{}", "as_of"),
        (b"\xff\xfe{}", "(file)"),
        (b'\xef\xbb\xbf{"as_of": 1}', "(file)"),
        ('{"as_of": NaN}', "as_of"),
        ('{"as_of": -Infinity}', "as_of"),
        ('{"as_of": "2026-11-10"}', "as_of"),
        ('{"as_of": "x", "as_of": "y"}', "as_of"),
        ('{"as_of": "x", "profile": {"age": 1, "age": 2}}', "profile.age"),
        ('{"a\\nb": 1, "a\\nb": 2}', "a\N{REPLACEMENT CHARACTER}b"),
        ("[" * 100_000, "(file)"),
        ('{"a":' * 50_000, "(file)"),
        ('{"as_of": ' + "9" * 5_000 + "}", "as_of"),
        (" " * (5 * 1024 * 1024 + 1), "(file)"),
        (json.dumps({**CASE, "profile": {"colour": "red"}}), "profile.colour"),
        (json.dumps({**CASE, "answers": {"rights.x": "yes"}}), "answers.rights.x"),
        (json.dumps({**CASE, "answers": {"rights.\u202ex\n": "yes"}}), "answers.rights."),
        (json.dumps({**CASE, "answers": {"\ud800": "yes"}}), "answers."),
        (json.dumps({**CASE, "events": {"gbv_disclosed_at": "soon"}}), "events.gbv_disclosed_at"),
    ],
    ids=range(22),
)
def test_a_wrong_file_is_one_line_naming_the_key(
    rules: Path, content: str | bytes, key: str
) -> None:
    assert refused(run("evaluate", "-", stdin=content)).startswith(f"intake: {key}")


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_one_line(rules: Path, name: str, tmp_path: Path) -> None:
    told = refused(run("evaluate", str(tmp_path / name)))
    assert told.startswith(f"intake: (file): {tmp_path}")
    assert told.isprintable()


def test_an_output_that_cannot_be_written_is_one_line(rules: Path, tmp_path: Path) -> None:
    result = run("evaluate", "-", "-o", str(tmp_path / "no" / "x"), stdin=json.dumps(CASE))
    assert refused(result).startswith("intake: --output: ")


@pytest.mark.parametrize(
    ("args", "key"),
    [
        (["evaluate"], "CASE.json"),
        (["evaluate", "-", "--format", "xml"], "--format"),
        (["evaluate", "-", "--lang", "fr"], "--lang"),
        (["evaluate", "-", "--loud"], "command"),
        (["evaluate", "-", "more"], "command"),
        (["appraise"], "command"),
        (["--loud"], "command"),
        (["rules", "burn"], "command"),
    ],
)
def test_a_wrong_command_is_one_line_too(args: list[str], key: str) -> None:
    assert refused(run(*args)).startswith(f"intake: {key}: ")


def test_a_broken_register_is_told_before_any_case_is_judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("intake.resources.resource_dir", lambda name: tmp_path)
    line = refused(run("evaluate", "-", stdin=json.dumps(CASE)))
    assert line.startswith("intake: rules: ")
    assert "register.yaml:1" in line


def test_rules_check_counts_what_it_found() -> None:
    result = run("rules", "check", str(SMALL))
    assert result.exit_code == 0
    assert result.stdout.startswith("ok: register test, sha256 ")
    assert "11 checks, 3 sections, 3 gates" in result.stdout


def test_rules_check_names_every_problem(tmp_path: Path) -> None:
    result = run("rules", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "register.yaml:1: (file): the file is missing" in result.stderr


def test_every_command_has_help() -> None:
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) > 3


def test_the_command_starts_without_the_web_the_paper_or_the_rules() -> None:
    heavy = "{'flask', 'weasyprint', 'sqlalchemy', 'yaml', 'holidays', 'pydantic'}"
    code = f"import sys, intake.cli; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_the_command_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "intake.cli", "evaluate", "-"]
    found = subprocess.run(command, input=b"{", capture_output=True)
    assert found.returncode == 2
    assert found.stderr.startswith(b"intake: (file): not JSON")
    assert found.stderr.count(b"\n") == 1
