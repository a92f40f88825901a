"""`intake work` as an operator runs it, and the ways in which it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

INTAKE = ("-m", "intake.cli")
RESTLESS = """
from intake.cli import main
from intake.jobs import runner, worker

worker.RENEWED, runner.SLICE = 1, 0.1
main()
"""
"""The command, with processes that make room for fresh ones after each turn, and turns of one document."""


class Work:
    """A worker with its processes, in a group of their own."""

    def __init__(
        self, env: dict[str, str], log: Path, processes: int = 1, program: Sequence[str] = INTAKE
    ) -> None:
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, *program, "work", "--processes", str(processes)],
                cwd=env["INTAKE_INSTANCE"],
                env=env,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As when the machine stops."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_the_first(self) -> None:
        """Only the process that started the others."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """As systemd asks it to; gives its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()


def wait_until(true: Callable[[], bool], seconds: float = 240) -> None:
    """Waits until it is so."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


def processes_of(group: int) -> list[int]:
    """The processes of that group that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def niceness(pid: int) -> int:
    """How much a process lets others go before."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[16])
