"""The registers: the one in force, and every one a case was ever answered under."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.checklist.loading import build_register, content_hash
from intake.checklist.reading import RulesFiles, read_files
from intake.checklist.register import Register
from intake.models import RegisterVersion, now
from intake.services import audit


class PublishError(ValueError):
    """A register cannot be published. Says why."""


class RegisterShelf:
    """Registers by their content hash; each is built once, since a published register never changes.

    The register in force is the one published last; before the first is published, the one in ``rules``.
    Raises RulesError where that folder is broken.
    """

    def __init__(self, rules: Path) -> None:
        self._files = read_files(rules)
        self.folder = build_register(self._files, rules)
        self._built: dict[str, Register] = {self.folder.sha256: self.folder}

    def in_force(self, session: Session) -> Register:
        """The register that new cases are opened under."""
        newest = session.scalar(
            select(RegisterVersion.sha256)
            .where(RegisterVersion.published_at.is_not(None))
            .order_by(RegisterVersion.published_at.desc())
            .limit(1)
        )
        return self.of(session, newest) if newest else self.folder

    def of(self, session: Session, sha256: str) -> Register:
        """The register of that hash. Raises LookupError where it was never kept."""
        if sha256 not in self._built:
            kept = session.get(RegisterVersion, sha256)
            if kept is None:
                raise LookupError(f"no register {sha256} is kept")
            self._built[sha256] = build_register(
                kept_files(kept), Path(f"register-{kept.version}-{sha256[:8]}")
            )
        return self._built[sha256]

    def keep(self, session: Session, register: Register) -> None:
        """Sees to it that the register a case is evaluated under is kept whole, in the transaction under way."""
        if register.sha256 == self.folder.sha256:
            keep_files(session, register, self._files)

    @property
    def files(self) -> RulesFiles:
        """The files of the register in the folder."""
        return self._files


def kept_files(kept: RegisterVersion) -> RulesFiles:
    """The files of a kept register, byte for byte."""
    return {name: content.encode() for name, content in json.loads(kept.files).items()}


def keep_files(session: Session, register: Register, files: RulesFiles) -> RegisterVersion:
    """The row of the register, made where it is not kept yet."""
    kept = session.get(RegisterVersion, register.sha256)
    if kept is None:
        texts = {name: content.decode() for name, content in files.items()}
        kept = RegisterVersion(
            sha256=register.sha256,
            version=register.version,
            first_used_at=now(),
            files=json.dumps(texts, ensure_ascii=False),
        )
        session.add(kept)
        session.flush()
    return kept


def publish(
    session: Session, register: Register, files: RulesFiles, *, draft: bool = False
) -> RegisterVersion:
    """Puts the register in force, in the transaction under way, with one audit entry.

    Raises PublishError where it is in force already, or where its version names another published register;
    a ``draft``, as a demonstration follows them while rules are written, may go by the same version again.
    """
    if content_hash(files) != register.sha256:
        raise PublishError("the files are not those of the register")
    newest = published(session)
    if newest and newest[0].sha256 == register.sha256:
        raise PublishError(f"register {register.version} is in force already")
    if not draft and any(kept.version == register.version for kept in newest):
        raise PublishError(
            f"register.yaml: version: {register.version} names a register that was published with other content; "
            "give this one a new version"
        )
    kept = keep_files(session, register, files)
    kept.published_at = now()
    audit.record(
        session,
        "register.published",
        actor_id=None,
        version=register.version,
        sha256=register.sha256,
    )
    return kept


def published(session: Session) -> Sequence[RegisterVersion]:
    """The published registers, the one in force first."""
    return session.scalars(
        select(RegisterVersion)
        .where(RegisterVersion.published_at.is_not(None))
        .order_by(RegisterVersion.published_at.desc())
    ).all()
