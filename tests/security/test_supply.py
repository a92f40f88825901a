"""What comes from elsewhere: pinned by its digest, under a licence that is allowed, and never called safe unasked."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")


def script(name: str) -> Any:
    """One of the scripts of .ci, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_by_its_digest_and_comes_from_no_odd_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", text)
    pinned = [block for block in blocks if re.match(r"[a-zA-Z0-9]", block)]
    assert len(pinned) > 50
    for block in pinned:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]
    assert not re.search(r"://|--index|git\+|^-e ", text, re.M)


def test_every_licence_is_allowed_and_in_the_list() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/licences.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("LicenseRef-Proprietary", False),
        ("", False),
    ],
)
def test_another_licence_is_not(expression: str, is_allowed: bool) -> None:
    assert script("licences").allowed(expression) is is_allowed


FOUND = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"dependencies": [FOUND]}, 0, "1 libraries, no known weakness"),
        ({"dependencies": [FOUND, WEAK]}, 1, "b 2: PYSEC-1"),
        ({"dependencies": [FOUND, SKIPPED]}, 3, "NOT AUDITED: 1 of 2"),
        ({"dependencies": [WEAK, SKIPPED]}, 1, "b 2: PYSEC-1"),
        ({"dependencies": []}, 3, "NOT AUDITED"),
        ({}, 3, "NOT AUDITED"),
        ("no answer", 3, "NOT AUDITED"),
        (None, 3, "NOT AUDITED"),
    ],
)
def test_what_was_not_looked_up_is_not_called_clean(
    tmp_path: Path, answer: object, status: int, said: str
) -> None:
    tool = tmp_path / "pip-audit"
    if answer is not None:
        tool.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n", encoding="utf-8")
        tool.chmod(0o700)
    done = subprocess.run(
        [sys.executable, ".ci/audit.py", "requirements.lock"],
        cwd=ROOT,
        env=os.environ | {"PIP_AUDIT": str(tool)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert said in done.stdout


def test_the_bill_of_materials_names_every_library_and_comes_out_the_same(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements"]
    options = ["--output-reproducible", "--short-PURLs", "--no-validate", "--of", "JSON"]
    made = []
    for name in ("one.json", "two.json"):
        subprocess.run(
            [*command, *options, "requirements.lock", "-o", str(tmp_path / name)],
            cwd=ROOT,
            check=True,
        )
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    named = {part["name"].lower() for part in json.loads(made[0])["components"]}
    assert set(script("licences").locked(ROOT / "requirements.lock")) <= named
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "cyclonedx-py requirements --output-reproducible --short-PURLs" in makefile
