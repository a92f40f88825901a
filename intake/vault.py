"""Case keys and sealed case documents: AES-256-GCM, each case under a key of its own, wrapped by a master key.

Erasing a case is destroying its wrapped key. What is sealed is bound to its table, column and row: a ciphertext
moved anywhere else does not open. Two master keys can be known at once, so that one can take over from the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_KEY_ID = 8
_FIRST, _NOW, _HANDED = b"\x01", b"\x02", b"\x03"
"""The form of what is stored. The first bound a document to its row alone and a case key to no master key's id;
what was stored so still opens, and is never written again."""


class SealBroken(RuntimeError):
    """What was stored cannot be opened: another key, another place, or it was altered."""


class KeyMissing(SealBroken):
    """A master key is needed that this program was not given. ``key_id`` says which."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"master key {key_id} is needed and was not given")


class Place(NamedTuple):
    """Where a sealed value lies: it opens nowhere else."""

    column: str
    """Table and column, such as ``comment.sealed``."""
    case_id: str
    row: str = ""
    """What names the row beside its case; nothing where the row is the case itself."""

    def bound(self, form: bytes) -> bytes:
        """What the seal is bound to, in that form."""
        parts = (self.case_id, self.row) if self.row else (self.case_id,)
        return "/".join(parts if form == _FIRST else (self.column, *parts)).encode()


def key_id_of(master_key: bytes) -> str:
    """What a master key goes by; says nothing of the key."""
    return derive_key(master_key, "intake/key-id")[:_KEY_ID].hex()


class Vault:
    """Opens and seals with the master keys it was given; ``reread`` is asked for them again when one is missing."""

    def __init__(
        self, *master_keys: bytes, reread: Callable[[], tuple[bytes, ...]] | None = None
    ) -> None:
        self._reread = reread
        self._keys: dict[str, bytes] = {}
        self._derived: dict[tuple[str, str], bytes] = {}
        self._learn(master_keys)
        self.primary = next(iter(self._keys))
        """The id of the key that the settings name as the present one."""

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all master keys known."""
        return tuple(self._keys)

    def knows(self, key_id: str) -> bool:
        """Whether that master key is known, or is found when the keys are read again."""
        if key_id not in self._keys and self._reread is not None:
            self._learn(self._reread())
        return key_id in self._keys

    def derive(self, purpose: str, key_id: str) -> bytes:
        """A key of 32 bytes for one purpose, from that master key. Raises KeyMissing."""
        if (purpose, key_id) not in self._derived:
            self._derived[purpose, key_id] = derive_key(self._master(key_id), purpose)
        return self._derived[purpose, key_id]

    def new_case_key(self, case_id: str) -> bytes:
        """A fresh case key, wrapped for that case."""
        return self._wrap(AESGCM.generate_key(bit_length=256), case_id, self.primary)

    def rewrap(self, wrapped_key: bytes, case_id: str, key_id: str) -> bytes:
        """The same case key, wrapped by that master key. Raises SealBroken."""
        return self._wrap(self._case_key(wrapped_key, case_id), case_id, key_id)

    def hand_over(self, wrapped_key: bytes, case_id: str, key: bytes) -> bytes:
        """The same case key, wrapped by a key that is no master key, as a backup carries it. Raises SealBroken."""
        case_key = self._case_key(wrapped_key, case_id)
        return _HANDED + _encrypt(AESGCM(key), case_key, f"handed-over/{case_id}".encode())

    def take_over(self, handed: bytes, case_id: str, key: bytes) -> bytes:
        """A case key that was handed over, wrapped by the present master key; one that was not stays as it is."""
        if handed[:1] != _HANDED:
            return handed
        case_key = _decrypt(AESGCM(key), handed[1:], f"handed-over/{case_id}".encode())
        return self._wrap(case_key, case_id, self.primary)

    def hand_on(self, handed: bytes, case_id: str, key: bytes, to: bytes) -> bytes:
        """A case key that was handed over under one key, under another; one that was not stays as it is."""
        if handed[:1] != _HANDED:
            return handed
        bound = f"handed-over/{case_id}".encode()
        return _HANDED + _encrypt(AESGCM(to), _decrypt(AESGCM(key), handed[1:], bound), bound)

    def seal(self, wrapped_key: bytes, place: Place, document: Any) -> bytes:
        """The document, sealed for that place under its case's key."""
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        cipher = AESGCM(self._case_key(wrapped_key, place.case_id))
        return _NOW + _encrypt(cipher, content, place.bound(_NOW))

    def open(self, wrapped_key: bytes, place: Place, sealed: bytes) -> Any:
        """The document sealed for that place. Raises SealBroken."""
        form = sealed[:1]
        if form not in (_FIRST, _NOW):
            raise SealBroken("unknown seal")
        cipher = AESGCM(self._case_key(wrapped_key, place.case_id))
        return json.loads(_decrypt(cipher, sealed[1:], place.bound(form)))

    def seal_bytes(self, wrapped_key: bytes, place: Place, content: bytes) -> bytes:
        """The content of a file, sealed for that place under its case's key."""
        cipher = AESGCM(self._case_key(wrapped_key, place.case_id))
        return _NOW + _encrypt(cipher, content, place.bound(_NOW))

    def open_bytes(self, wrapped_key: bytes, place: Place, sealed: bytes) -> bytes:
        """The content of a file sealed for that place. Raises SealBroken."""
        if sealed[:1] != _NOW:
            raise SealBroken("unknown seal")
        cipher = AESGCM(self._case_key(wrapped_key, place.case_id))
        return _decrypt(cipher, sealed[1:], place.bound(_NOW))

    def _wrap(self, case_key: bytes, case_id: str, key_id: str) -> bytes:
        cipher = AESGCM(self._master(key_id))
        bound = Place("child_case.wrapped_key", case_id).bound(_NOW)
        return _NOW + bytes.fromhex(key_id) + _encrypt(cipher, case_key, bound)

    def _case_key(self, wrapped_key: bytes, case_id: str) -> bytes:
        key_id = wrapped_under(wrapped_key)
        if key_id is not None:
            bound = Place("child_case.wrapped_key", case_id).bound(_NOW)
            return _decrypt(AESGCM(self._master(key_id)), wrapped_key[1 + _KEY_ID :], bound)
        if wrapped_key[:1] != _FIRST:
            raise SealBroken("unknown seal")
        for master_key in self._keys.values():
            try:
                return _decrypt(AESGCM(master_key), wrapped_key[1:], f"case-key:{case_id}".encode())
            except SealBroken:
                continue
        raise SealBroken("no master key that is known opens the case key")

    def _master(self, key_id: str) -> bytes:
        if not self.knows(key_id):
            raise KeyMissing(key_id)
        return self._keys[key_id]

    def _learn(self, master_keys: tuple[bytes, ...]) -> None:
        # a new dictionary, since other threads are reading the one before
        self._keys = self._keys | {key_id_of(key): key for key in master_keys}


def wrapped_under(wrapped_key: bytes) -> str | None:
    """The id of the master key that wraps this case key; None where it was wrapped before keys had ids."""
    return wrapped_key[1 : 1 + _KEY_ID].hex() if wrapped_key[:1] == _NOW else None


def derive_key(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


def _encrypt(cipher: AESGCM, content: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, content, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the seal does not open") from error
