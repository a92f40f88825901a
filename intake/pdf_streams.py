"""How streams in a PDF may end, so that every reader finds them as long as the file says.

A carriage return at the end of a stream reads, beside the line feed before ``endstream``, as one line end, and a reader
that looks for that finds another length. Compressed data end with a checksum, so it is a matter of chance.
"""

from __future__ import annotations

RETURN = 0x0D
ATTEMPTS = 8
"""How often to write a file again with other checksums; once in some hundred files it takes a second one."""


def is_settled(pdf: bytes) -> bool:
    """Whether no stream of the file ends with a carriage return."""
    return b"\r\nendstream" not in pdf


__all__ = ["ATTEMPTS", "RETURN", "is_settled"]
