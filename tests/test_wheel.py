"""What `pip install` of the built wheel gives: the whole application, away from the sources."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = (
    "LICENSE",
    "README.md",
    "intake",
    "pyproject.toml",
    "rules",
    "setup.cfg",
    "static",
    "templates",
)

VISIT = """
import re, sys
from pathlib import Path

import intake
from intake.app import create_app

assert Path(intake.__file__).is_relative_to(sys.prefix), intake.__file__
client = create_app().test_client()
page = client.get("/sign-in")
assert page.status_code == 200, page.status
sheets = re.findall(r'<link[^>]+rel="stylesheet"[^>]*>', page.get_data(as_text=True))
assert sheets, "the page links no stylesheet"
for sheet in sheets:
    address = re.search(r'href="([^"]+)"', sheet)[1]
    assert client.get(address).status_code == 200, address
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that nothing left by an earlier build gets into it."""
    copy, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            leave = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / name, copy / name, ignore=leave)
        else:
            shutil.copy(ROOT / name, copy / name)
    command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    result = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own, which borrows our libraries."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    # Installed before our libraries come into sight, or pip would find this project among them.
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "--quiet"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    ours = sysconfig.get_path("purelib")
    # A folder named in a .pth file is searched, but its own .pth files are not read:
    # the link to our sources stays out.
    (site / "libraries.pth").write_text(ours + "\n", encoding="utf-8")
    return home


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, object]:
    """How to start a command away from the sources, with records of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {
        "cwd": tmp_path,
        "env": kept | {"INTAKE_INSTANCE": str(tmp_path / "instance")},
        "capture_output": True,
        "text": True,
    }


def test_the_wheel_carries_every_file_that_serves(wheel: Path) -> None:
    expected = {
        Path("intake", path.relative_to(ROOT / folder))
        if folder == "intake"
        else Path("intake", path.relative_to(ROOT))
        for folder in ("intake", "templates", "static", "rules")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.is_relative_to(ROOT / "static/src")
    }
    carried = {Path(name) for name in ZipFile(wheel).namelist()}
    carried = {path for path in carried if path.parts[0] == "intake"}
    assert sorted(map(str, expected - carried)) == []
    assert sorted(map(str, carried - expected)) == []


def test_the_installed_application_shows_its_sign_in_page(
    installed: Path, elsewhere: dict[str, object]
) -> None:
    result = subprocess.run([installed / "bin/python", "-c", VISIT], check=False, **elsewhere)
    assert result.returncode == 0, result.stderr


def test_the_installed_command_evaluates_a_case(
    installed: Path, elsewhere: dict[str, object], tmp_path: Path
) -> None:
    case = {"as_of": "2026-11-02T14:00:00-06:00", "profile": {"country": "MX"}, "answers": {}}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), encoding="utf-8")
    result = subprocess.run([installed / "bin/intake", "evaluate", file], check=False, **elsewhere)
    assert result.returncode == 0, result.stderr
    evaluation = json.loads(result.stdout)
    assert evaluation["register"]["sha256"]
