"""Where a command's result goes: the screen, or a file that was named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from intake.commands.errors import fail


def write_output(content: bytes, output: str | None) -> None:
    """Writes to the file, or to standard output where none is named or it is ``-``."""
    try:
        if output in (None, "-"):
            _to_screen(content)
        else:
            Path(str(output)).write_bytes(content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be written"
        fail("--output", f"{output}: {reason}" if output else reason)


def _to_screen(content: bytes) -> None:
    if sys.stdout is None:  # whoever started the program closed it
        fail("--output", "standard output is closed")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError:
        # Python would try once more at its end, and complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
