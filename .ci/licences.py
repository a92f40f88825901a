"""The licence of every library that serves, from what is installed: .ci/licences.py [--write]

Exits 1 where one has a licence that nobody allowed, naming it. With --write, docs/licences.md is written anew.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "ISC", "MIT", "MIT-0", "MIT-CMU"),
    *("MPL-1.1", "MPL-2.0", "PSF-2.0", "Unlicense"),
    # used as a library of its own, unchanged, as its licence asks
    "LGPL-3.0-only",
}
"""Licences under which a library may be used and passed on beside Intake's own, Apache-2.0."""
SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
READ = {
    "brotlicffi": "MIT",  # for another Python than the one that serves
    "colorama": "BSD-3-Clause",  # for Windows
    "huey": "MIT",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
}
"""Read in the library's own licence file, where its metadata does not say it or says it loosely."""


def locked(lock: Path) -> list[str]:
    """The libraries of a lock file."""
    found = re.findall(
        r"^([a-zA-Z0-9_.-]+)(?:\[[^]]*\])?==", lock.read_text(encoding="utf-8"), re.M
    )
    return sorted(set(found))


def licence(name: str) -> str:
    """The licence of an installed library as an expression; empty where nothing tells it."""
    if name in READ:
        return READ[name]
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    if expression := about.get("License-Expression"):
        return str(expression)
    classes = [
        one.split(" :: ")[-1] for one in about.get_all("Classifier") or [] if "License ::" in one
    ]
    text = str(about.get("License") or "").strip()
    if len(classes) > 1:
        return " OR ".join(SAID.get(one, one) for one in classes)
    if text and "\n" not in text and len(text) < 40 and SAID.get(text, text) in ALLOWED:
        return SAID.get(text, text)
    return SAID.get(classes[0], classes[0]) if classes else SAID.get(text, text)


def allowed(expression: str) -> bool:
    """Whether it leaves a choice in which every licence is allowed."""
    return any(
        all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def table(names: dict[str, str]) -> str:
    """The list as a page."""
    rows = "".join(f"| {name} | {found} |\n" for name, found in names.items())
    return (
        "# Licences\n\nThe libraries that serve (`requirements.lock`) and their licences. "
        "`make licences` writes this page;\na test fails where it is out of date or a licence "
        "is not among those that `.ci/licences.py` allows.\n\n| library | licence |\n|---|---|\n"
        + rows
    )


def main() -> int:
    """Checks, and writes where asked."""
    found = {name: licence(name) for name in locked(ROOT / "requirements.lock")}
    page, wrong = ROOT / "docs" / "licences.md", 0
    for name, expression in found.items():
        if not allowed(expression):
            sys.stderr.write(f"licences: {name}: {expression or 'unknown'} is not allowed\n")
            wrong = 1
    if "--write" in sys.argv:
        page.write_text(table(found), encoding="utf-8")
    elif page.read_text(encoding="utf-8") != table(found):
        sys.stderr.write("licences: docs/licences.md is out of date; `make licences` writes it\n")
        wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
