"""What makes a printed document checkable by somebody who holds only the paper."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Marks:
    """Printed on the front, and as a QR code of the address."""

    number: str
    """The document's own number; says nothing of the child."""
    digest: str
    """SHA-256 of the record that the document prints and embeds, as 64 hexadecimal digits."""
    address: str | None
    """Where in the app the document can be checked; None where the app has no address."""
    issued_at: datetime
    issued_by: str
    record: bytes = b""
    """The machine-readable evaluation that is embedded, as JSON; nothing where the document carries none."""


def digest_of(record: bytes) -> str:
    """The digest of what is embedded, as it is printed."""
    return hashlib.sha256(record).hexdigest()
