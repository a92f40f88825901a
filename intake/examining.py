"""What a PDF says of itself: its number, its signature, the evaluation in it. Read in a process apart.

What comes out was written by whoever made the file: only a signature by a certificate that is known makes it true.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any, Literal

from intake.sandbox import Exhausted, confine, run_apart

RECORD = "evaluation.json"
"""The name under which the machine-readable evaluation lies in a document."""
LONGEST = 20 * 1024 * 1024
LONGEST_RECORD = 4 * 1024 * 1024
MOST_SIGNATURES = 8
_REFUSED = 3
_REASONS = ("no_pdf", "too_long", "locked", "broken", "exhausting")
Signature = Literal["none", "intact", "broken"]


class Unreadable(ValueError):
    """A file of which nothing can be told. ``reason``: no_pdf, too_long, locked, broken or exhausting."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Examined:
    """What was found in the file."""

    number: str = ""
    """The document number in its metadata."""
    record: str = ""
    """The evaluation that is embedded, as it lies there; nothing where there is none."""
    digest: str = ""
    """SHA-256 of that."""
    signature: Signature = "none"
    whole: bool = False
    """Whether the signature covers the whole file: nothing was added after it."""
    certificate: str = ""
    """SHA-256 of the certificate that signed."""
    signer: str = ""
    """The name in that certificate."""
    encrypted: bool = False


def examine(content: bytes, password: str = "", *, wait: float | None = None) -> Examined:
    """Reads the file apart from everything. Raises Unreadable, and Crowded where that cannot be done now."""
    if len(content) > LONGEST:
        raise Unreadable("too_long")
    if not content.startswith(b"%PDF-"):
        raise Unreadable("no_pdf")
    asked = json.dumps(password).encode() + b"\n" + content
    try:
        done = run_apart("intake.examining", asked, wait=wait)
    except Exhausted:
        raise Unreadable("exhausting") from None
    said = done.stderr.decode("ascii", "replace").strip()
    if done.returncode == _REFUSED and said in _REASONS:
        raise Unreadable(said)
    if done.returncode != 0:
        raise Unreadable("exhausting")
    return Examined(**json.loads(done.stdout))


def examine_here(content: bytes, password: str = "") -> Examined:
    """The same in this process. Raises Unreadable, or whatever a damaged file brings up in its readers."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), password=password) as pdf:
            record = _record(pdf)
            number, encrypted = _number(pdf), bool(pdf.is_encrypted)
    except pikepdf.PasswordError:
        raise Unreadable("locked") from None
    except pikepdf.PdfError:
        raise Unreadable("broken") from None
    digest = hashlib.sha256(record).hexdigest() if record else ""
    return Examined(
        number=number,
        record=record.decode("utf-8", "replace"),
        digest=digest,
        encrypted=encrypted,
        **_signature(content, password if encrypted else None),
    )


def record_of(content: bytes) -> bytes:
    """The evaluation that lies in one of our own documents; nothing where it has none."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return _record(pdf)


def _number(pdf: Any) -> str:
    with pdf.open_metadata() as metadata:
        found = metadata.get("dc:identifier", "")
    return found[:64] if isinstance(found, str) else ""


def _record(pdf: Any) -> bytes:
    if RECORD not in pdf.attachments:
        return b""
    content: bytes = pdf.attachments[RECORD].get_file().read_bytes()
    if len(content) > LONGEST_RECORD:
        raise Unreadable("exhausting")
    return content


def _signature(content: bytes, password: str | None) -> dict[str, Any]:
    """Of the document's own signature, which is the first; those of others may follow it."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    from intake.signing import FIELD

    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if password is not None:
            reader.decrypt(password)
        signatures = reader.embedded_signatures[:MOST_SIGNATURES]
        own = next((one for one in signatures if one.field_name == FIELD), None)
        return _judged(own) if own is not None else {}
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        # a signature that cannot even be read is none
        return {}


def _judged(signature: Any) -> dict[str, Any]:
    from pyhanko.sign.validation import SignatureCoverageLevel
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    certificate = signature.signer_cert
    said = {
        "certificate": hashlib.sha256(certificate.dump()).hexdigest(),
        "signer": str(certificate.subject.native.get("common_name", ""))[:200],
        "signature": "broken",
    }
    try:
        signature.compute_integrity_info()
        intact, valid = validate_sig_integrity(
            signature.signer_info,
            certificate,
            expected_content_type="data",
            actual_digest=signature.compute_digest(),
        )
    except ValueError:  # pyHanko's own errors are among them
        return said
    if intact and valid:
        said["signature"] = "intact"
    return said | {"whole": signature.coverage == SignatureCoverageLevel.ENTIRE_FILE}


def _main(stdin: Any, stdout: Any) -> int:
    confine()
    try:
        password, _line, content = stdin.read().partition(b"\n")
        found = json.dumps(asdict(examine_here(content, json.loads(password))))
    except Unreadable as refused:
        reason = refused.reason
    except (MemoryError, RecursionError):
        reason = "exhausting"
    except Exception:  # whatever a damaged file brings up in its reader
        reason = "broken"
    else:
        stdout.write(found.encode())
        stdout.flush()
        return 0
    sys.stderr.write(reason)
    return _REFUSED


if __name__ == "__main__":
    # run as __main__, the module is there twice; the one imported by name raises what is caught here
    from intake.examining import _main as main

    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
