"""Where a command's result goes: the screen, or a file that was named."""

from __future__ import annotations

import sys
from pathlib import Path

from intake.commands.errors import fail


def write_output(content: bytes, output: str | None) -> None:
    """Writes to the file, or to standard output where none is named or it is ``-``."""
    try:
        if output in (None, "-"):
            sys.stdout.buffer.write(content)
        else:
            Path(str(output)).write_bytes(content)
    except (OSError, ValueError) as error:
        fail("--output", getattr(error, "strerror", None) or "cannot be written")
