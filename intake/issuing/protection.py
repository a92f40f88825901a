"""A copy that opens with a password only: encrypted by AES-256, then signed, since encrypting breaks a signature."""

from __future__ import annotations

import io
import secrets

import pikepdf

from intake.issuing.words import signature_label
from intake.signing import Signer

SHORTEST = 12
LONGEST = 127
"""Bytes of a password that PDF readers take."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another."""


class PasswordUnfit(ValueError):
    """A password that is not taken. ``reason``: short, long, simple or unprintable."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def new_password() -> str:
    """A password that can be read out on the telephone; some 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def fit(password: str) -> str:
    """The password as it is used. Raises PasswordUnfit."""
    if not password.isprintable() or password != password.strip():
        raise PasswordUnfit("unprintable")
    if len(password) < SHORTEST:
        raise PasswordUnfit("short")
    if len(password.encode()) > LONGEST:
        raise PasswordUnfit("long")
    if len(set(password)) < 5:
        raise PasswordUnfit("simple")
    return password


def protected(pdf: bytes, number: str, password: str, signer: Signer, language: str) -> bytes:
    """The signed document as a copy for whoever knows the password, signed anew; no PDF/A: those open for everybody."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _unsign(document)
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for name in ("pdfaid:part", "pdfaid:conformance"):
                if name in metadata:
                    del metadata[name]
        out = io.BytesIO()
        document.save(
            out,
            # nobody needs the owner's password: what it would permit is permitted
            encryption=pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(32), R=6),
        )
    label = signature_label(language)
    return signer.sign(out.getvalue(), label=label, reason=number, password=password)


def _unsign(document: pikepdf.Pdf) -> None:
    """Takes away the signature that was added last, and its place in the order of reading."""
    root = document.Root
    if "/AcroForm" not in root:
        return
    del root.AcroForm
    for page in document.pages:
        if "/Annots" in page:
            kept = [one for one in page.Annots if one.get("/FT") != "/Sig"]
            page.Annots = pikepdf.Array(kept)
            if not kept:
                del page.Annots
    tree = root.StructTreeRoot
    whole = tree.K[0] if isinstance(tree.K, pikepdf.Array) else tree.K
    whole.K = pikepdf.Array([one for one in whole.K if one.get("/S") != "/Form"])
    numbers = list(tree.ParentTree.Nums)
    pairs = [
        (key, value)
        for key, value in zip(numbers[::2], numbers[1::2], strict=True)
        if isinstance(value, pikepdf.Array) or value.get("/S") != "/Form"
    ]
    tree.ParentTree.Nums = pikepdf.Array([one for pair in pairs for one in pair])


__all__ = ["LONGEST", "SHORTEST", "PasswordUnfit", "fit", "new_password", "protected"]
