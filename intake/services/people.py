"""People and teams: who may sign in, as what, and with whom they work."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Literal
from zoneinfo import available_timezones

from flask import current_app
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.models import Role, Team, User
from intake.services import account_events, audit, sessions
from intake.services.desk import Desk
from intake.services.passwords import SHORTEST, weakness
from intake.services.rights import RIGHTS

Key = Literal["email", "name", "role", "team", "language", "password", "prefix", "zone", "person"]
Reason = Literal[
    "invalid",
    "taken",
    "unknown",
    "needs_team",
    "last_administrator",
    "own_account",
    "short",
    "long",
    "common",
]
SENTENCES: dict[Reason, str] = {
    "invalid": "cannot be used",
    "taken": "is taken",
    "unknown": "is unknown",
    "needs_team": "a person of this role needs one",
    "last_administrator": "nobody else could manage people",
    "own_account": "somebody else has to do this",
    "short": f"needs at least {SHORTEST} characters",
    "long": "is too long",
    "common": "is easy to guess",
}

ADDRESS = re.compile(r"""[^@\s,;:<>()\[\]"\\]+@[^@\s,;:<>()"\\]+""")
"""One address: with a comma or brackets it would be several, or another's, to a mail server."""


class PeopleError(ValueError):
    """A person or team cannot be as asked: which value is wrong, and why, in words the templates know."""

    def __init__(self, key: Key, reason: Reason) -> None:
        self.key, self.reason = key, reason
        super().__init__(f"{key}: {SENTENCES[reason]}")


def anybody(desk: Desk) -> bool:
    """Whether this database has anybody at all."""
    return desk.session.scalar(select(User.id).limit(1)) is not None


def add_team(
    desk: Desk, *, name: str, prefix: str, country: str, zone: str, by: User | None = None
) -> Team:
    """Adds a team. Raises PeopleError where its name or prefix is taken or a value cannot be right."""
    name = _name(name)
    if not re.fullmatch(r"[A-Z]{2,8}", prefix):
        raise PeopleError("prefix", "invalid")
    if zone not in available_timezones():
        raise PeopleError("zone", "unknown")
    actor = by.id if by else None
    with desk.writing() as session:
        if session.scalar(select(Team.id).where(Team.name == name)):
            raise PeopleError("name", "taken")
        if session.scalar(select(Team.id).where(Team.prefix == prefix)):
            raise PeopleError("prefix", "taken")
        team = Team(name=name, prefix=prefix, country=country, zone=zone)
        session.add(team)
        session.flush()
        audit.record(session, "team.added", actor_id=actor, team=team.id)
    return team


def add_person(
    desk: Desk,
    *,
    email: str,
    name: str,
    role: str,
    team: str | None,
    language: str,
    password: str | None,
    by: User | None = None,
) -> User:
    """Adds a person who may sign in; without a password they are invited, and choose it through a link.

    Raises PeopleError naming what is wrong.
    """
    email, name = email.strip().lower(), _name(name)
    if not ADDRESS.fullmatch(email) or len(email) > 254 or not email.isprintable():
        raise PeopleError("email", "invalid")
    hashed = None
    if password is not None:
        normal = current_app.extensions["security"].password_util.normalize(password)
        if found := weakness(normal, (email, name)):
            raise PeopleError("password", found)
        hashed = hash_password(normal)
    actor = by.id if by else None
    with desk.writing() as session:
        if session.scalar(select(User.id).where(func.lower(User.email) == email)):
            raise PeopleError("email", "taken")
        user = User(
            email=email,
            name=name,
            language=language,
            team=_team(session, team, role),
            active=True,
            fs_uniquifier=uuid.uuid4().hex,
            password=hashed,
            roles=[_role(session, role)],
        )
        session.add(user)
        session.flush()
        action = "person.added" if password else "person.invited"
        audit.record(session, action, actor_id=actor, person=user.id, role=role)
    return user


def change_person(
    desk: Desk, person: User, *, by: User, name: str, role: str, team: str | None, language: str
) -> None:
    """Changes who a person is here. With another role or team their sessions end, so that no page shows the old one.

    Raises PeopleError naming what is wrong.
    """
    name = _name(name)
    actor = by.id
    with desk.writing() as session:
        found = _team(session, team, role)
        moved = (person.role, person.team_id) != (role, found.id if found else None)
        if moved and person.id == actor:
            raise PeopleError("person", "own_account")
        if role != person.role:
            _keep_an_administrator(session, person)
            person.roles = [_role(session, role)]
        person.name, person.language, person.team = name, language, found
        audit.record(session, "person.changed", actor_id=actor, person=person.id, role=role)
        if moved:
            sessions.end_all(session, person, by=actor)


def deactivate(desk: Desk, person: User, *, by: User | None) -> None:
    """Shuts a person out at once: their sessions end and no link lets them in.

    Raises PeopleError for the last administrator and for one's own account.
    """
    actor = by.id if by else None
    with desk.writing() as session:
        if person.id == actor:
            raise PeopleError("person", "own_account")
        _keep_an_administrator(session, person)
        person.active = False
        _forget_links(person)
        audit.record(session, "person.deactivated", actor_id=actor, person=person.id)
        sessions.end_all(session, person, by=actor)


def activate(desk: Desk, person: User, *, by: User) -> None:
    """Lets a person in again, with the password and second factor they had."""
    actor = by.id
    with desk.writing() as session:
        person.active = True
        audit.record(session, "person.activated", actor_id=actor, person=person.id)


def new_link(desk: Desk, person: User, *, by: User | None) -> str:
    """The token of a link to choose a password; every older link and session of the person ends."""
    actor = by.id if by else None
    with desk.writing() as session:
        if not person.active:
            raise PeopleError("person", "invalid")
        _forget_links(person)
        session.flush()
        kind = "person.reset-link" if person.password else "person.invitation-link"
        audit.record(session, kind, actor_id=actor, person=person.id)
        sessions.end_all(session, person, by=actor)
    return str(generate_reset_password_token(person))  # type: ignore[no-untyped-call]


def remove_second_factor(desk: Desk, person: User, *, by: User | None) -> None:
    """Removes a lost authenticator app, passkeys and recovery codes; whoever's role asks for one sets up another."""
    actor = by.id if by else None
    with desk.writing() as session:
        if person.id == actor:
            raise PeopleError("person", "own_account")
        person.tf_primary_method = person.tf_totp_secret = None
        person.mf_recovery_codes = None
        for passkey in list(person.webauthn):
            session.delete(passkey)
        audit.record(session, "second-factor.reset", actor_id=actor, person=person.id)
        account_events.note(session, person, "second-factor.reset")
        sessions.end_all(session, person, by=actor)


def find_person(session: Session, email: str) -> User:
    """The person of that address. Raises PeopleError where there is none."""
    found = session.scalars(select(User).where(func.lower(User.email) == email.strip().lower()))
    person = found.unique().one_or_none()
    if person is None:
        raise PeopleError("email", "unknown")
    return person


def everybody(session: Session) -> Sequence[User]:
    """All people, those who may sign in first, by name."""
    return (
        session.scalars(select(User).order_by(User.active.desc(), User.name, User.id))
        .unique()
        .all()
    )


def teams(session: Session) -> Sequence[Team]:
    """All teams, by name."""
    return session.scalars(select(Team).order_by(Team.name)).all()


def _name(typed: str) -> str:
    """A name as it is shown everywhere: one line, without signs that cannot be seen or turn the line round."""
    name = typed.strip()
    if not name or len(name) > 120 or not name.isprintable():
        raise PeopleError("name", "invalid")
    return name


def _forget_links(person: User) -> None:
    """Every link and cookie names the person by this; a new one makes them worthless."""
    person.fs_uniquifier = uuid.uuid4().hex


def _keep_an_administrator(session: Session, person: User) -> None:
    if person.role != "administrator":
        return
    others = select(func.count()).where(
        User.id != person.id, User.active, User.roles.any(Role.name == "administrator")
    )
    if not session.scalar(others):
        raise PeopleError("person", "last_administrator")


def _team(session: Session, name: str | None, role: str) -> Team | None:
    found = session.scalar(select(Team).where(Team.name == name)) if name else None
    if name and found is None:
        raise PeopleError("team", "unknown")
    if role in ("caseworker", "supervisor") and found is None:
        raise PeopleError("team", "needs_team")
    return found


def _role(session: Session, name: str) -> Role:
    found = session.scalar(select(Role).where(Role.name == name))
    if found is None:
        if name not in RIGHTS:
            raise PeopleError("role", "unknown")
        found = Role(name=name)
        session.add(found)
    return found
