"""Sealed files below the instance folder: written whole or not at all, readable by the app's own user only."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FileStore:
    """Keeps what was sealed before. A file is named by its case and its attachment, both UUIDs."""

    folder: Path

    def write(self, case_id: str, name: str, sealed: bytes) -> None:
        """Keeps the file; when this returns it survives a power cut. Raises OSError, with nothing kept."""
        place = self._place(case_id, name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = place.with_name(f".{uuid.uuid4().hex}.part")
        try:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            half.replace(place)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        for folder in (place.parent, self.folder):
            _settle(folder)

    def read(self, case_id: str, name: str) -> bytes:
        """The file as it was kept. Raises FileNotFoundError."""
        return self._place(case_id, name).read_bytes()

    def remove(self, case_id: str, name: str) -> None:
        """Takes the file away; one that is gone already is no error."""
        place = self._place(case_id, name)
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            _settle(place.parent)

    def remove_others(self, case_id: str, known: set[str], before: float) -> None:
        """Takes away what was left half-way: files of the case that are not known and older than that moment."""
        for file in (self.folder / str(uuid.UUID(case_id))).iterdir():
            if file.name not in known and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)

    def remove_case(self, case_id: str) -> None:
        """Takes away every file of the case."""
        folder = self.folder / str(uuid.UUID(case_id))
        if folder.is_dir():
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            with suppress(OSError):  # somebody is writing there: what they write no longer opens
                folder.rmdir()
            _settle(self.folder)

    def _place(self, case_id: str, name: str) -> Path:
        # UUIDs only, so that no name leads out of the folder
        return self.folder / str(uuid.UUID(case_id)) / str(uuid.UUID(name))


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = ["FileStore"]
