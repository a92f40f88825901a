"""People who use the app, their roles and teams, and the browsers they are signed in with."""

from __future__ import annotations

import datetime as dt

from flask_security.models.sqla import FsModels, FsRoleMixin, FsUserMixin, FsWebAuthnMixin
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.models.base import Base, Moment

FsModels.set_db_info(base_model=Base)  # type: ignore[no-untyped-call]


SECOND_FACTOR_ROLES = frozenset({"supervisor", "administrator", "auditor"})
"""Roles that see more than their own cases: they reach nothing before they have a second factor."""


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
    totp_counter: Mapped[int | None] = mapped_column()
    """The time step of the last code of an authenticator app that was taken, so that none is taken twice."""

    @property
    def role(self) -> str:
        """The person's role; a person has exactly one."""
        return str(self.roles[0].name) if self.roles else ""

    def check_tf_required_setup(self) -> bool:
        """Whether the person's role forbids to go without a second factor, as Flask-Security asks it."""
        return self.role in SECOND_FACTOR_ROLES

    @property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app or a passkey is asked for at sign-in."""
        return bool(self.tf_totp_secret and self.tf_primary_method) or bool(self.webauthn)


class WebAuthn(Base, FsWebAuthnMixin):
    """A passkey of a person."""

    __tablename__ = "webauthn"


class SignIn(Base):
    """One browser in which a person is signed in: its owner sees it listed and can end it."""

    __tablename__ = "sign_in"
    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    """Stands in the browser's signed cookie; without the app's secret it opens nothing."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[dt.datetime] = mapped_column(Moment)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment)
    """The last request, to the minute."""
    device: Mapped[str] = mapped_column(String(60))
    """The kind of browser and of system, by name; no address."""


class AccountEvent(Base):
    """Something that happened to a person's account, such as a changed password, for its owner to see."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_user_id_at", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    at: Mapped[dt.datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(32))
