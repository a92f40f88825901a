"""Secrets in files of the instance folder, mode 0600, and which values are no secret at all."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FEWEST_MARKS = 10
TELLING = ("change", "default", "example", "frontera", "password", "placeholder", "secret")
"""Words that stand in values meant to be replaced; chance hardly ever spells one of six letters."""
IN_ORDER = (bytes(range(32)), bytes(range(1, 33)))
"""Keys out of manuals and tests."""


class SecretError(ValueError):
    """A secret cannot be used. Says why, never what it is."""


def new_key() -> str:
    """A fresh key of 32 bytes, in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def as_master_key(text: str) -> bytes:
    """The key of 32 bytes in this text. Raises SecretError."""
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SecretError("must be 32 bytes in URL-safe base64; `intake keys new` makes one")
    return key


def is_known(value: str) -> bool:
    """Whether a secret is a default, a value out of a manual, or otherwise none that chance made."""
    lower = value.lower()
    if len(set(value)) < FEWEST_MARKS or any(word in lower for word in TELLING):
        return True
    try:
        key = as_master_key(value)
    except SecretError:
        return False
    return len(set(key)) < FEWEST_MARKS or key in IN_ORDER or all(32 <= mark < 127 for mark in key)


def read_secret(path: Path) -> str | None:
    """The secret kept in that file; None where there is no such file. Raises SecretError where others can read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise SecretError(f"{path} can be read by others; its mode must be 0600")
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise SecretError(f"{path} holds no key") from error


def write_secret(path: Path, value: str) -> None:
    """Keeps the secret in that file, whole or not at all, also where the power fails."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes what was renamed or removed in the folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the folder while something is done in it that must not be done twice at once. Raises SecretError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise SecretError("another command is at work on the keys; wait for it to end") from error
    finally:
        os.close(handle)
