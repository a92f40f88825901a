"""Whether known weaknesses are in the locked libraries: .ci/audit.py [LOCK]...

Exits 0 where every library was looked up and none is known to be weak, 1 where one is, and 3 where the service was not
reached or did not know a library: then nothing is said about it, and this says so instead of passing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
CLEAN, WEAK, UNKNOWN = 0, 1, 3
EXPLAINED: dict[str, str] = {}
"""Weaknesses, by their id, that do not reach Intake, and why."""


def audit(lock: str) -> int:
    """Looks one lock file up, and tells what came of it."""
    command = os.environ.get("PIP_AUDIT") or str(Path(sys.executable).with_name("pip-audit"))
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - the project's own tool
            [command, "-r", lock, *options], capture_output=True, cwd=ROOT, timeout=600, check=False
        )
        found = json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        return _unknown(lock, "the service was not reached")
    weak = [
        (one["name"], one["version"], flaw["id"])
        for one in found
        for flaw in one.get("vulns", [])
        if flaw["id"] not in EXPLAINED
    ]
    for name, version, flaw in weak:
        sys.stdout.write(f"audit: {lock}: {name} {version}: {flaw}\n")
    if weak:
        return WEAK
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if skipped or not found:
        return _unknown(lock, f"{len(skipped)} of {len(found)} libraries could not be looked up")
    sys.stdout.write(f"audit: {lock}: {len(found)} libraries, no known weakness\n")
    return CLEAN


def _unknown(lock: str, why: str) -> int:
    sys.stdout.write(f"audit: {lock}: NOT AUDITED: {why}\n")
    return UNKNOWN


if __name__ == "__main__":
    results = {audit(lock) for lock in sys.argv[1:] or LOCKS}
    sys.exit(WEAK if WEAK in results else max(results))
