"""A file that is compressed and sealed as it is written, and read back the same way: never whole in memory.

The first 512 bytes hold the file's own key, wrapped by a key derived from the master key or from a passphrase; a new
master key changes nothing but them. The rest are pieces of 256 KiB, each sealed with AES-256-GCM under its number,
the last one marked as such: a piece that was altered, moved, doubled or cut off does not open.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from intake.vault import Vault, derive_key

BLOCK = 512
PIECE = 256 * 1024
PURPOSE = "intake/backup"
FORM = 2
"""The first held rows only, the second holds papers and photos too."""
_TAG, _NONCE = 16, 12
_SCRYPT = {"n": 2**16, "r": 8, "p": 1}
"""64 MB and a third of a second for each guess."""


class BackupError(ValueError):
    """A backup cannot be made, read or restored. Says why, in one line."""


@dataclass(frozen=True)
class Lock:
    """What opens a backup: the master key of that id, or a passphrase."""

    vault: Vault
    key_id: str = ""
    passphrase: str | None = None


class SealedWriter:
    """Takes bytes and writes them sealed; without ``finish`` the file counts as cut off."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        key = AESGCM.generate_key(bit_length=256)
        file.write(_first_block(lock, key))
        self._file, self._cipher, self._number = file, AESGCM(key), 0
        self.inner_key = derive_key(key, "intake/backup/case-keys")
        """Wraps the case keys inside, so that they open with the file and under no master key."""
        self._pressed, self._waiting = zlib.compressobj(1), bytearray()

    def write(self, content: bytes) -> None:
        self._waiting += self._pressed.compress(content)
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        self._waiting += self._pressed.flush()
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


class SealedReader:
    """Opens a sealed file. Raises BackupError where it is none, or is under a key or passphrase that was not given."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        key = _file_key(file.read(BLOCK), lock)
        self._file, self._cipher = file, AESGCM(key)
        self.inner_key = derive_key(key, "intake/backup/case-keys")

    def lines(self) -> Iterator[bytes]:
        """The lines, in order. Raises BackupError where the file turns out to be damaged or cut off."""
        expanded, rest, number = zlib.decompressobj(), b"", 0
        piece = self._file.read(PIECE + _TAG)
        while True:
            following = self._file.read(PIECE + _TAG)
            try:
                content = self._cipher.decrypt(_nonce(number, not following), piece, None)
                rest += expanded.decompress(content)
            except (InvalidTag, ValueError, zlib.error) as error:
                raise BackupError("is damaged or cut off") from error
            *lines, rest = rest.split(b"\n")
            yield from lines
            if not following:
                break
            piece, number = following, number + 1
        if rest or not expanded.eof:
            raise BackupError("is damaged or cut off")


def key_of(path: Path) -> str | None:
    """The id of the master key that opens the file; None where a passphrase does. Raises BackupError."""
    with path.open("rb") as file:
        found = _block(file.read(BLOCK)).get("key_id")
    return str(found) if found else None


def change_key(path: Path, vault: Vault, key_id: str) -> None:
    """Puts the file under another master key, in place; its sealed content stays byte for byte."""
    with path.open("r+b") as file:
        key = _file_key(file.read(BLOCK), Lock(vault))
        file.seek(0)
        file.write(_first_block(Lock(vault, key_id), key))
        file.flush()
        os.fsync(file.fileno())


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes([last])


def _first_block(lock: Lock, key: bytes) -> bytes:
    block: dict[str, Any] = {"intake-backup": FORM}
    if lock.passphrase is None:
        block["key_id"] = lock.key_id
        wrapping = lock.vault.derive(PURPOSE, lock.key_id)
    else:
        salt = os.urandom(16)
        block["salt"] = salt.hex()
        wrapping = _stretched(lock.passphrase, salt)
    nonce = os.urandom(_NONCE)
    block["key"] = (nonce + AESGCM(wrapping).encrypt(nonce, key, PURPOSE.encode())).hex()
    return json.dumps(block).encode().ljust(BLOCK - 1) + b"\n"


def _block(content: bytes) -> dict[str, Any]:
    try:
        block = json.loads(content)
    except ValueError:
        block = None
    if not isinstance(block, dict) or "intake-backup" not in block:
        raise BackupError("is no backup of Intake")
    if block["intake-backup"] not in range(1, FORM + 1):
        raise BackupError("was made by a newer Intake")
    return block


def _file_key(content: bytes, lock: Lock) -> bytes:
    block = _block(content)
    try:
        wrapped = bytes.fromhex(block["key"])
        key_id, salt = block.get("key_id"), bytes.fromhex(block.get("salt", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError("is damaged or cut off") from error
    if salt:
        if lock.passphrase is None:
            raise BackupError("is under a passphrase: give it with --passphrase")
        wrapping, wrong = _stretched(lock.passphrase, salt), "does not open with this passphrase"
    else:
        if not isinstance(key_id, str) or not lock.vault.knows(key_id):
            raise BackupError(f"needs master key {key_id}, which was not given")
        wrapping, wrong = lock.vault.derive(PURPOSE, key_id), "is damaged or cut off"
    try:
        return AESGCM(wrapping).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], PURPOSE.encode())
    except (InvalidTag, ValueError) as error:
        raise BackupError(wrong) from error


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase.encode())
