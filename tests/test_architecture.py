"""The house keeps its shape: imports point one way, rooms stay small, the top level stays short."""

import re
import subprocess
import sys
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300
TOP_LEVEL = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "bench",
    "docs",
    "intake",
    "pyproject.toml",
    "requirements-test.lock",
    "requirements.lock",
    "rules",
    "setup.cfg",
    "static",
    "templates",
    "tests",
}


def test_imports_point_one_way() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_file_is_one_room() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "intake").rglob("*.py")
        if path.parent.name != "versions"  # a step of the database's history is written once
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_top_level_holds_only_what_was_agreed() -> None:
    unkept = [
        line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ]
    kept = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not any(fnmatch(path.name, one) for one in unkept)
    }
    assert kept - TOP_LEVEL == set()


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["source"]),
        ("requirements-test.lock", ["source", "test", "dev"]),
    ],
)
def test_a_lock_pins_what_setup_asks_for(lock, extras) -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    asked = setup["options"]["install_requires"]
    asked += "".join(setup["options.extras_require"][extra] for extra in extras)
    pinned = dict(
        re.findall(r"^([\w.-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.M)
    )
    wanted = [Requirement(line) for line in asked.split("\n") if line]
    unpinned = [one.name for one in wanted if one.name not in pinned]
    assert unpinned == [], "make lock pins them"
    assert [str(one) for one in wanted if pinned[one.name] not in one.specifier] == []
