"""People who use the app, their roles and teams."""

from __future__ import annotations

from flask_security.models.sqla import FsModels, FsRoleMixin, FsUserMixin, FsWebAuthnMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base

FsModels.set_db_info(base_model=Base)  # type: ignore[no-untyped-call]


class Team(Base):
    """People who work in one place: a supervisor sees the cases of their team."""

    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(40))
    """IANA time zone in which the team types its dates and times."""
    prefix: Mapped[str] = mapped_column(String(8), unique=True)
    """Begins the team's case numbers."""


class Role(Base, FsRoleMixin):
    """What a person may do; the rights of each role stand in intake.services.rights."""

    __tablename__ = "role"


class User(Base, FsUserMixin):
    """A person who signs in."""

    __tablename__ = "user"
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="es")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    team: Mapped[Team | None] = relationship(lazy="joined")

    @property
    def role(self) -> str:
        """The person's role; a person has exactly one."""
        return str(self.roles[0].name) if self.roles else ""


class WebAuthn(Base, FsWebAuthnMixin):
    """A passkey of a person."""

    __tablename__ = "webauthn"
