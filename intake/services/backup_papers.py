"""Papers and photos in a backup: after the rows, each as it lies sealed on the disk, in pieces of a line."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, inspect, select

from intake.models import Attachment
from intake.services.attachments import place_of_content
from intake.services.files import FileStore
from intake.services.sealed_file import BackupError
from intake.vault import SealBroken, Vault

PIECE = 192 * 1024


class Named(NamedTuple):
    """A paper by its case and its own id."""

    case_id: str
    id: str


@dataclass(frozen=True)
class Paper:
    """A paper as a backup holds it. ``content`` is None where it was destroyed while the backup was made, or where
    its file was ``missing``."""

    case_id: str
    id: str
    content: bytes | None
    missing: bool = False

    @property
    def name(self) -> str:
        """What it goes by in a message: its file below the folder of attachments."""
        return f"{self.case_id}/{self.id}"


def papers_of(connection: Connection) -> list[Named]:
    """The papers that the database says are there; a database from before there were any has none."""
    if not inspect(connection).has_table(Attachment.__tablename__):
        return []
    query = select(Attachment.case_id, Attachment.id).where(Attachment.removed_at.is_(None))
    return [
        Named(*row) for row in connection.execute(query.order_by(Attachment.case_id, Attachment.id))
    ]


def write_papers(
    write: Callable[[bytes], None],
    engine: Engine,
    files: FileStore,
    papers: Sequence[Named],
    step: Callable[[int], object],
) -> None:
    """Writes each paper, one at a time in memory; one that is gone from the disk is written as that."""
    write(_line({"papers": len(papers)}))
    for named in papers:
        try:
            write_paper(write, Paper(*named, files.read(*named)))
        except FileNotFoundError:
            write_paper(write, Paper(*named, None, missing=_still_named(engine, named)))
        step(1)


def write_paper(write: Callable[[bytes], None], paper: Paper) -> None:
    """Writes one paper."""
    said: dict[str, Any] = {"paper": [paper.case_id, paper.id]}
    if paper.content is None:
        write(_line({**said, "gone": "missing" if paper.missing else "destroyed"}))
        return
    write(_line({**said, "size": len(paper.content)}))
    for start in range(0, len(paper.content), PIECE):
        piece = base64.b64encode(paper.content[start : start + PIECE]).decode()
        write(_line([piece]))


def read_papers(announced: int | None, lines: Iterator[bytes]) -> Iterator[Paper]:
    """The papers, which follow the rows. Raises BackupError where they are not what was announced."""
    if announced is None:
        return
    said = _next(lines)
    for _number in range(announced):
        match said:
            case {"paper": [str(case_id), str(paper_id)], "gone": str(how)}:
                said = _next(lines)
                yield Paper(case_id, paper_id, None, missing=how == "missing")
            case {"paper": [str(case_id), str(paper_id)], "size": int(size)}:
                content = bytearray()
                while isinstance(said := _next(lines), list):
                    content += _piece(said)
                if len(content) != size:
                    raise BackupError("does not hold what it says it holds")
                yield Paper(case_id, paper_id, bytes(content))
            case _:
                raise BackupError("does not hold what it says it holds")
    if not isinstance(said, dict) or "end" not in said or next(lines, None) is not None:
        raise BackupError("does not hold what it says it holds")


def verify_paper(vault: Vault, wrapped_key: bytes, paper: Paper) -> bool:
    """Whether the paper opens under that key of its case."""
    try:
        place = place_of_content(paper.case_id, paper.id)
        vault.open_bytes(wrapped_key, place, paper.content or b"")
    except SealBroken:
        return False
    return True


def _still_named(engine: Engine, named: Named) -> bool:
    """Whether the database says even now that the paper is there: then its file was lost."""
    with engine.connect() as connection:
        query = select(Attachment.removed_at).where(Attachment.id == named.id)
        found = connection.execute(query).one_or_none()
    return found is not None and found.removed_at is None


def _next(lines: Iterator[bytes]) -> Any:
    text = next(lines, None)
    if text is None:
        raise BackupError("is damaged or cut off")
    return json.loads(text)


def _piece(said: list[Any]) -> bytes:
    match said:
        case [str(text)] if text.isascii():
            try:
                return base64.b64decode(text, validate=True)
            except ValueError:
                pass
    raise BackupError("does not hold what it says it holds")


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


__all__ = [
    "Named",
    "Paper",
    "papers_of",
    "read_papers",
    "verify_paper",
    "write_paper",
    "write_papers",
]
