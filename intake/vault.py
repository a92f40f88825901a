"""Case keys and sealed case documents: AES-256-GCM, each case under a key of its own, wrapped by the master key.

Erasing a case is destroying its wrapped key. What is sealed is bound to the row it belongs to: a ciphertext moved
to another row does not open.
"""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealBroken(RuntimeError):
    """What was stored cannot be opened: another key, another row, or it was altered."""


class Vault:
    """Opens and seals with the master key."""

    def __init__(self, master_key: bytes) -> None:
        self._master = AESGCM(master_key)

    def new_case_key(self, row: str) -> bytes:
        """A fresh case key, wrapped for that row."""
        return _seal(self._master, AESGCM.generate_key(bit_length=256), f"case-key:{row}")

    def seal(self, wrapped_key: bytes, row: str, document: Any) -> bytes:
        """The document, sealed for that row under the case's key."""
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return _seal(self._case(wrapped_key, row.split("/")[0]), content, row)

    def open(self, wrapped_key: bytes, row: str, sealed: bytes) -> Any:
        """The document sealed for that row. Raises SealBroken."""
        return json.loads(_open(self._case(wrapped_key, row.split("/")[0]), sealed, row))

    def seal_bytes(self, wrapped_key: bytes, row: str, content: bytes) -> bytes:
        """The content of a file, sealed for that row under the case's key."""
        return _seal(self._case(wrapped_key, row.split("/")[0]), content, row)

    def open_bytes(self, wrapped_key: bytes, row: str, sealed: bytes) -> bytes:
        """The content of a file sealed for that row. Raises SealBroken."""
        return _open(self._case(wrapped_key, row.split("/")[0]), sealed, row)

    def _case(self, wrapped_key: bytes, row: str) -> AESGCM:
        return AESGCM(_open(self._master, wrapped_key, f"case-key:{row}"))


def _seal(cipher: AESGCM, content: bytes, row: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return b"\x01" + nonce + cipher.encrypt(nonce, content, row.encode())


def _open(cipher: AESGCM, sealed: bytes, row: str) -> bytes:
    if sealed[:1] != b"\x01":
        raise SealBroken("unknown seal")
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], row.encode())
    except InvalidTag as error:
        raise SealBroken("the seal does not open") from error
