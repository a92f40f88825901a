"""A process apart, in which files from outside are read.

It holds no key, opens no file and may use only so much memory and time: a file made to exhaust or to break its reader
ends that process and nothing else.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

MEMORY = 1536 * 1024 * 1024
SECONDS = 60
_few_at_a_time = BoundedSemaphore(2)


class Exhausted(RuntimeError):
    """The process used more than it may, or was ended."""


class Crowded(RuntimeError):
    """Others are having files read, and none of them was done in time."""


def run_apart(
    module: str, content: bytes, *, wait: float | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a module of ours on the content, which it reads from its input; it must call :func:`confine` first.

    Raises Exhausted, and Crowded where its turn does not come within ``wait`` seconds.
    """
    # none of our secrets: the environment is not handed on
    environment = {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    }
    if not _few_at_a_time.acquire(timeout=wait):
        raise Crowded
    try:
        return subprocess.run(  # noqa: S603 - one of our own modules, named in our code
            [sys.executable, "-m", module],
            input=content,
            capture_output=True,
            env=environment,
            timeout=SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Exhausted from None
    finally:
        _few_at_a_time.release()


def confine() -> None:
    """Gives up, in the process apart, what it does not need: memory and time beyond measure, and files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


__all__ = ["Crowded", "Exhausted", "confine", "run_apart"]
