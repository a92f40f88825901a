"""``intake documents``: whether a PDF is one that was issued, and the certificate by which others can tell."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intake.commands.errors import fail
from intake.commands.output import write_output

if TYPE_CHECKING:
    from intake.examining import Examined

STATUS = {"valid": 0, "intact": 0, "altered": 1, "superseded": 3, "withdrawn": 4, "unknown": 5}
"""The exit status of each outcome; 2 where the file cannot be read."""
SAID = {
    "valid": "valid: the file is as it was issued, and it still holds",
    "intact": "intact: signed by that certificate, and not changed since",
    "altered": "altered: the file is not as it was issued",
    "superseded": "superseded: issued here, but a newer print says something else",
    "withdrawn": "withdrawn: issued here, and said to hold no more",
    "unknown": "unknown: not issued here, or changed so much that this cannot be told",
}
ALTERED = {
    "signature_missing": "its signature was taken away",
    "signature_broken": "its signature is broken: what was signed was changed",
    "added": "something was added after it was signed",
    "other_signer": "it was signed by another certificate than the one on record",
    "evaluation": "the embedded evaluation is not the one on record",
}
UNREADABLE = {
    "no_pdf": "is no PDF",
    "too_long": "is larger than 20 MB",
    "locked": "opens with a password only; name a file that holds it: --password-file",
    "broken": "is damaged and cannot be read",
    "exhausting": "is too large inside to be checked",
}
RECORD_UNCHECKED = "the record: whether it was altered against it, superseded or withdrawn"


@click.group()
def documents() -> None:
    """Documents that were issued."""


@documents.command()
@click.option("-o", "--output", metavar="FILE", help="Write to this file, not to the screen.")
def certificate(output: str | None) -> None:
    """Print the public certificate that documents are signed by, for whoever checks them elsewhere."""
    from intake.config import ConfigError, read_settings
    from intake.signing import SigningError, signer_of

    try:
        public = signer_of(read_settings()).public
    except ConfigError as error:
        fail("settings", str(error))
    except SigningError as error:
        fail("certificate", str(error))
    write_output(public, output)


@documents.command()
@click.argument("file", metavar="FILE.pdf")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--certificate",
    "pem",
    metavar="CERTIFICATE.pem",
    help="Check without a database, by this certificate alone.",
)
@click.option("--password-file", metavar="FILE", help="A file that holds the PDF's password.")
def verify(file: str, as_json: bool, pem: str | None, password_file: str | None) -> None:
    """Tell whether FILE.pdf ("-" reads it from standard input) is as it was issued, and still holds.

    The exit status is 0 where it is, 1 where it was altered, 2 where it cannot be read, 3 where a newer print
    supersedes it, 4 where it was withdrawn, and 5 where it is not known.
    """
    from intake.examining import Unreadable

    content, password = _read(file), _password(password_file)
    try:
        told = _by_certificate(content, password, pem) if pem else _by_record(content, password)
    except Unreadable as unreadable:
        fail(file, UNREADABLE[unreadable.reason])
    if as_json:
        text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    else:
        text = "".join(f"{line}\n" for line in _lines(told))
    write_output(text.encode(), None)
    raise click.exceptions.Exit(STATUS[told["outcome"]])


def _read(file: str) -> bytes:
    from intake.examining import LONGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LONGEST + 1)
        with Path(file).open("rb") as opened:
            return opened.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        fail(file, getattr(error, "strerror", None) or "cannot be read")


def _password(file: str | None) -> str:
    if file is None:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        fail("--password-file", getattr(error, "strerror", None) or "cannot be read")


def _by_certificate(content: bytes, password: str, pem: str) -> dict[str, Any]:
    """What the file and a certificate tell by themselves."""
    from cryptography import x509

    from intake.examining import examine
    from intake.signing import fingerprint

    try:
        trusted = fingerprint(x509.load_pem_x509_certificate(Path(pem).read_bytes()))
    except (OSError, ValueError) as error:
        fail("--certificate", getattr(error, "strerror", None) or "holds no certificate (PEM)")
    found = examine(content, password)
    altered = [
        *(["signature_broken"] if found.signature == "broken" else []),
        *(["added"] if found.signature == "intact" and not found.whole else []),
    ]
    outcome = "intact"
    if found.certificate != trusted:
        outcome = "unknown"
    elif altered:
        outcome = "altered"
    return {
        "outcome": outcome,
        "alterations": altered if outcome == "altered" else [],
        "document": None,
        "differing": None,
        "not_checked": [RECORD_UNCHECKED],
        **_found(found),
    }


def _by_record(content: bytes, password: str) -> dict[str, Any]:
    """What the record tells of the file; with all that whoever runs the app may know."""
    from intake.app import create_app
    from intake.examining import examine
    from intake.services import checking
    from intake.services.documents import kept_record
    from intake.signing import SigningError, signer_of
    from intake.vault import SealBroken
    from intake.web.guard import desk

    app = create_app()
    found: Examined | None = None
    differing = None
    with app.app_context():
        verdict = checking.check_same(desk(), content)
        if verdict is None:
            desk().session.rollback()
            found = examine(content, password)
            try:
                own = signer_of(app.extensions["intake.settings"]).fingerprint
            except SigningError:
                own = ""
            verdict = checking.check_file(desk(), found, own)
        checking.note_check(desk(), None, verdict, by="file")
        row = verdict.document
        if row is not None and found is not None and "evaluation" in verdict.alterations:
            try:
                case = checking.case_of(desk(), row)
                kept = kept_record(desk(), app.extensions["intake.files"], case, row)
                differing = checking.differing(kept, found.record)
            except (FileNotFoundError, SealBroken):
                differing = None
        return {
            "outcome": verdict.outcome,
            "alterations": list(verdict.alterations),
            "document": _recorded(row) if row is not None else None,
            "differing": differing,
            "not_checked": [],
            **_found(found),
        }


def _recorded(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "language": row.language,
        "issued_at": row.issued_at.isoformat(),
        "recipient": row.recipient,
        "purpose": row.purpose,
        "digest": row.digest,
        "sha256": row.sha256,
    }


def _found(found: Examined | None) -> dict[str, Any]:
    """What the file says of itself; not asked where its very bytes are on record."""
    if found is None:
        return {"file": None}
    return {
        "file": {
            "number": found.number,
            "digest": found.digest,
            "signature": found.signature,
            "whole": found.whole,
            "signer": found.signer,
            "certificate": found.certificate,
            "encrypted": found.encrypted,
        }
    }


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [SAID[told["outcome"]]]
    lines += [f"  {ALTERED[name]}" for name in told["alterations"]]
    if told["differing"]:
        lines.append(f"  it differs in: {', '.join(told['differing'])}")
    row, held = told["document"], told["file"]
    if row is not None:
        lines.append(
            f"document {row['number']} ({row['kind']}, {row['language']}), {row['issued_at']}"
        )
        if row["recipient"]:
            lines.append(f"for {row['recipient']}: {row['purpose']}")
        lines.append(f"digest on record {row['digest']}")
    if held is not None:
        # what a file says of itself may hold anything: nothing of it acts on a terminal
        lines.append(f"number in the file: {_plain(held['number']) or 'none'}")
        lines.append(f"digest in the file: {held['digest'] or 'none'}")
        lines.append(f"signature: {held['signature']}, by {_plain(held['signer']) or 'nobody'}")
        if held["certificate"]:
            lines.append(f"certificate: {held['certificate']}")
    lines += [f"not checked: {name}" for name in told["not_checked"]]
    return lines


def _plain(text: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in text)
