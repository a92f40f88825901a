"""People and teams: who may sign in, as what, and with whom they work."""

from __future__ import annotations

import re
import uuid
from zoneinfo import available_timezones

from flask_security import hash_password
from sqlalchemy import select

from intake.extensions import db
from intake.models import Role, Team, User
from intake.services import audit
from intake.services.rights import RIGHTS

SHORTEST_PASSWORD = 12


class PeopleError(ValueError):
    """A person or team cannot be added. Says which value is wrong."""


def anybody() -> bool:
    """Whether this database has anybody at all."""
    return db.scalar(select(User.id).limit(1)) is not None


def add_team(*, name: str, prefix: str, country: str, zone: str) -> Team:
    """Adds a team. Raises PeopleError where its name or prefix is taken or the zone is unknown."""
    if not re.fullmatch(r"[A-Z]{2,8}", prefix):
        raise PeopleError("prefix: must be 2 to 8 capital letters")
    if zone not in available_timezones():
        raise PeopleError(f"zone: unknown time zone {zone}")
    if db.scalar(select(Team.id).where((Team.name == name) | (Team.prefix == prefix))):
        raise PeopleError("a team of that name or prefix exists")
    team = Team(name=name, prefix=prefix, country=country, zone=zone)
    db.add(team)
    audit.record(db(), "team.added", actor_id=None)
    db.commit()
    return team


def add_person(
    *, email: str, name: str, role: str, team: str | None, language: str, password: str
) -> User:
    """Adds a person who may sign in. Raises PeopleError naming what is wrong."""
    email = email.strip().lower()
    if "@" not in email or len(email) > 254:
        raise PeopleError("email: is no e-mail address")
    if len(password) < SHORTEST_PASSWORD:
        raise PeopleError(f"password: needs at least {SHORTEST_PASSWORD} characters")
    if db.scalar(select(User.id).where(User.email == email)):
        raise PeopleError(f"email: {email} is taken")
    found = db.scalar(select(Team).where(Team.name == team)) if team else None
    if team and found is None:
        raise PeopleError(f"team: there is no team called {team}")
    if role in ("caseworker", "supervisor") and found is None:
        raise PeopleError(f"team: a {role} needs one")
    user = User(
        email=email,
        name=name,
        language=language,
        team=found,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        password=hash_password(password),
        roles=[_role(role)],
    )
    db.add(user)
    db.flush()
    audit.record(db(), "person.added", actor_id=None, person=user.id, role=role)
    db.commit()
    return user


def _role(name: str) -> Role:
    found = db.scalar(select(Role).where(Role.name == name))
    if found is None:
        if name not in RIGHTS:
            raise PeopleError(f"role: unknown role {name}")
        found = Role(name=name)
        db.add(found)
    return found
