"""What `make run` and `make test` do before Python is there: packages of the system, and .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINE = "apt-get install --yes --no-install-recommends first second"


class Machine:
    """A machine on which some commands are ours, and write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.env = {"PATH": f"{folder}:/usr/bin:/bin"}

    def has(self, command: str, script: str) -> None:
        path = self.folder / command
        path.write_text(f'#!/bin/sh\necho "{command} $*" >>"{self.calls}"\n{script}\n')
        path.chmod(0o755)

    def needs(self, *pairs: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / ".ci/need", *pairs],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def called(self, command: str) -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.split()[0] == command]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One without what is asked for, seen by a person who is neither root nor allowed to use sudo."""
    machine = Machine(tmp_path)
    machine.has("id", "echo 1000")
    machine.has("sudo", "exit 1")
    machine.has("apt-get", "exit 0")
    machine.has("apt-cache", "exit 0")
    return machine


MISSING = ("cmd:no-such-first=first", "lib:libnosuch.so.9=second", "cmd:sh=third")


def test_nothing_is_called_where_nothing_is_missing(machine: Machine) -> None:
    result = machine.needs("cmd:sh=dash", "file:/bin/s*=dash", "python:venv=python3-venv")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert not machine.calls.exists()


def test_somebody_who_may_not_install_reads_the_line_to_type(machine: Machine) -> None:
    result = machine.needs(*MISSING)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].strip() == f"apt-get update && {LINE}"
    assert machine.called("apt-get") == []


def test_a_system_without_apt_is_told_the_names(machine: Machine) -> None:
    (machine.folder / "apt-get").unlink()
    (machine.folder / "sh").symlink_to("/bin/sh")
    script = (ROOT / ".ci/need").read_text().replace(":/usr/sbin:/sbin", "")
    result = subprocess.run(
        ["/bin/sh", "-c", script, "need", *MISSING],
        env={"PATH": str(machine.folder)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "Missing on this system, by their names in Debian: first second\n" in result.stderr


def test_root_installs_and_reads_one_line_of_it(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo a page of progress")
    result = machine.needs(*MISSING)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Installing from Debian: first second\n"
    assert [call.split(" -o ")[-1] for call in machine.called("apt-get")] == [
        f"DPkg::Lock::Timeout=300 {LINE.removeprefix('apt-get ')}"
    ]


def test_lists_that_are_not_there_are_fetched_first(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-cache", "exit 1")
    assert machine.needs(*MISSING).returncode == 0
    update, install = machine.called("apt-get")
    assert update.endswith(" update")
    assert install.endswith(" first second")


def test_what_apt_said_last_is_shown_when_it_fails(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "seq 9000; echo E: the disk is full; exit 100")
    result = machine.needs(*MISSING)
    assert result.returncode == 1
    assert "E: the disk is full" in result.stderr
    assert len(result.stderr.splitlines()) < 30
    assert result.stderr.splitlines()[-1].strip() == LINE


def test_what_pip_said_is_shown_when_it_fails_and_the_next_time_tries_again(tmp_path: Path) -> None:
    home = tmp_path / "a folder, with a space"
    home.mkdir()
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, home)
    (home / "the.lock").write_text(f"setuptools==80.0.0 \\\n    --hash=sha256:{'0' * 64}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for making in (True, False):
        result = subprocess.run(
            [ROOT / ".ci/environment", "the.lock"],
            cwd=home,
            env=kept | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 1
        assert ("Making an environment in .venv" in result.stdout) is making
        assert "Filling .venv from the.lock" in result.stdout
        assert "setuptools==80.0.0" in result.stderr
        assert result.stderr.splitlines()[-1].startswith("pip could not fill .venv")
