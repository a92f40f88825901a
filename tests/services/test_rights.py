"""Which cases each role reaches by each right, and that no right can be given or taken unnoticed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.extensions import db
from intake.models import Case, Change, Cover, EmergencyAccess, Team, User, now
from intake.services import rights

PEOPLE = {
    "caseworker": "ana",
    "supervisor": "sofia",
    "administrator": "admin",
    "auditor": "auditor",
}
HOME, ELSEWHERE = "Albergue Tapachula", "Oficina Tijuana"
TEAM = {"covered", "covered before", "covered later", "covered by another"}
TEAM |= {"team", "own in team", "submitted", "decided"}
TEAM |= {f"wrote {kind}" for kind in rights.WRITTEN}
OWN = {"own", "own in team"}
OTHERS = {"other", "covered elsewhere", "emergency", "emergency over", "emergency of another"}
REACHED: dict[str, dict[str, set[str]]] = {
    "caseworker": {
        "today": set(),
        "case.read": OWN | {"covered"},
        "case.write": OWN | {"covered"},
        "case.assign": OWN | {"covered"},
        "case.print": OWN | {"covered"},
        "document.withdraw": OWN | {"covered"},
        "case.open": set(),
        "cover.own": set(),
        "register.read": set(),
        "account": set(),
    },
    "supervisor": {
        "today": set(),
        "case.read": TEAM | {"emergency"},
        "case.print": TEAM | {"emergency"},
        "document.withdraw": TEAM,
        "case.write": {"covered"},
        "case.review": TEAM,
        "case.hand-over": TEAM,
        "case.assign": TEAM,
        "case.emergency": set(),
        "violations.read": set(),
        "board.read": set(),
        "figures.read": set(),
        "case.retain": TEAM,
        "case.erase": TEAM,
        "case.hand-out": TEAM,
        "erasure.confirm": set(),
        "cover.own": set(),
        "cover.team": set(),
        "register.read": set(),
        "account": set(),
    },
    "administrator": {
        "people.manage": set(),
        "erasure.confirm": set(),
        "retention.settings": set(),
        "register.read": set(),
        "account": set(),
    },
    "auditor": {
        "audit.read": set(),
        "figures.read": set(),
        "figures.publish": set(),
        "register.read": set(),
        "account": set(),
    },
}
REVIEWED = {
    "supervisor": {"covered before", "covered later", "covered by another", "team", "decided"}
}
Objects = dict[str, dict[str, str]]


class Place:
    """Cases without content, each within or out of the reach of one person."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.teams = {team.name: team for team in session.scalars(select(Team))}
        self.people = {
            user.email.split("@")[0]: user for user in session.scalars(select(User)).unique()
        }
        for name in PEOPLE.values():
            self.people[name].team = self.teams[HOME]

    def case(self, owner: User, team: str = HOME) -> Case:
        name = uuid.uuid4().hex
        case = Case(
            id=name[:32],
            number=name[:20],
            team=self.teams[team],
            caseworker=owner,
            wrapped_key=b"",
            document=b"",
            version=1,
            register_sha256="",
            evaluated_at=now(),
        )
        self.session.add(case)
        self.session.flush()
        return case

    def absent(self, by: User, begins: int, ends: int, team: str = HOME) -> Case:
        """A case of somebody for whom the person stands in from then to then, in hours from now."""
        name = uuid.uuid4().hex
        away = User(
            email=f"{name}@intake.example",
            name=name,
            active=True,
            fs_uniquifier=name,
            password="",
            team=self.teams[team],
        )
        self.session.add(away)
        self.session.flush()
        today = dt.date(2026, 3, 27)
        self.session.add(
            Cover(
                absent_id=away.id,
                covering_id=by.id,
                first_day=today,
                last_day=today,
                starts_at=now() + dt.timedelta(hours=begins),
                ends_at=now() + dt.timedelta(hours=ends),
                set_by_id=by.id,
            )
        )
        return self.case(away, team)

    def emergency(self, by: User, hours: int) -> Case:
        case = self.case(self.people["carmen"], ELSEWHERE)
        ends = now() + dt.timedelta(hours=hours)
        self.session.add(
            EmergencyAccess(
                id=str(uuid.uuid4()),
                case_id=case.id,
                by_id=by.id,
                at=now(),
                ends_at=ends,
                sealed=b"",
            )
        )
        return case

    def changed(self, by: User, kind: str) -> Case:
        case = self.case(self.people["beto"])
        self.session.add(
            Change(
                operation=str(uuid.uuid4()),
                case_id=case.id,
                sequence=1,
                at=now(),
                by_id=by.id,
                kind=kind,
                register_sha256="",
                sealed=b"",
                previous="",
                digest="",
            )
        )
        return case

    def submitted(self, by: User) -> Case:
        case = self.case(self.people["beto"])
        case.submitted_by_id = by.id
        return case

    def around(self, name: str) -> dict[str, str]:
        """One case of each kind for that person, by its id."""
        by, others = self.people[name], self.people["carmen"]
        cases = {
            "own": self.case(by, ELSEWHERE),
            "own in team": self.case(by),
            "covered": self.absent(by, -1, 1),
            "covered before": self.absent(by, -2, -1),
            "covered later": self.absent(by, 1, 2),
            "covered by another": self.absent(self.people["beto"], -1, 1),
            "covered elsewhere": self.absent(by, -1, 1, ELSEWHERE),
            "team": self.case(self.people["beto"]),
            "other": self.case(others, ELSEWHERE),
            "emergency": self.emergency(by, 1),
            "emergency over": self.emergency(by, -1),
            "emergency of another": self.emergency(self.people["david"], 1),
            "submitted": self.submitted(by),
            "decided": self.changed(by, "returned"),
            **{f"wrote {kind}": self.changed(by, kind) for kind in rights.WRITTEN},
        }
        assert set(cases) == TEAM | OWN | OTHERS
        return {case.id: kind for kind, case in cases.items()}


@pytest.fixture
def objects(app: Flask) -> Iterator[Objects]:
    with app.test_request_context():
        place = Place(db())
        made = {role: place.around(name) for role, name in PEOPLE.items()}
        db.commit()
        yield made


def differences(table: ModuleType | Any, objects: Objects) -> Iterator[str]:
    """Where the rights differ from what is promised above."""
    for role, name in PEOPLE.items():
        person = (
            db.scalars(select(User).where(User.email == f"{name}@intake.example")).unique().one()
        )
        kinds = objects[role]
        for action in get_args(rights.Action):
            if table.may(person, action) != (action in REACHED[role]):
                yield f"{role} {action}"
            found = db.scalars(
                select(Case.id).where(Case.id.in_(kinds), table.visible_cases(person, action))
            )
            reached = {kinds[case_id] for case_id in found}
            if reached != REACHED[role].get(action, set()):
                yield f"{role} {action}: {reached}"
        reviewed = {
            kind
            for case_id, kind in kinds.items()
            if table.may_review(person, db().get_one(Case, case_id))
        }
        if reviewed != REVIEWED.get(role, set()):
            yield f"{role} reviews {reviewed}"


def test_each_role_reaches_what_is_promised(objects: Objects) -> None:
    assert list(differences(rights, objects)) == []


def table_mutants() -> Iterator[tuple[str, dict[str, dict[str, frozenset[str]]]]]:
    """Each table with one right, or one way to a case, given or taken."""

    def changed(role: str, action: str, scope: frozenset[str] | None) -> Any:
        table = {name: dict(kept) for name, kept in rights.RIGHTS.items()}
        if scope is None:
            del table[role][action]  # type: ignore[arg-type]
        else:
            table[role][action] = scope  # type: ignore[index,assignment]
        return table

    for role, kept in rights.RIGHTS.items():
        for action in get_args(rights.Action):
            scope = kept.get(action)
            yield f"{role} {action}", changed(role, action, frozenset() if scope is None else None)
            for reach in get_args(rights.Reach):
                if reach == "cover" and scope and "team" in scope:
                    continue  # whom they stand in for is of the team anyway
                mutant = (scope or frozenset()) ^ {reach}
                yield f"{role} {action} {reach}", changed(role, action, mutant)


SOURCE_MUTANTS = (
    ("return action in RIGHTS", "return action not in RIGHTS"),
    ("return action in RIGHTS", "return True or action in RIGHTS"),
    ("or_(false(),", "or_(Case.id != '',"),
    ("return Case.caseworker_id == person.id", "return Case.caseworker_id != person.id"),
    ("return Case.team_id == person.team_id if", "return Case.team_id != person.team_id if"),
    ("Cover.covering_id == person.id", "Cover.covering_id != person.id"),
    ("Cover.covering_id == person.id", "Cover.id > 0"),
    ("Cover.starts_at <= moment", "Cover.id > 0"),
    ("Cover.starts_at <= moment", "Cover.starts_at >= moment"),
    ("Cover.ends_at > moment", "Cover.id > 0"),
    ("Cover.ends_at > moment", "Cover.ends_at < moment"),
    (" & (Case.team_id == person.team_id)", ""),
    ("EmergencyAccess.by_id == person.id", "EmergencyAccess.id != ''"),
    ("EmergencyAccess.ends_at > moment", "EmergencyAccess.id != ''"),
    ("EmergencyAccess.ends_at > moment", "EmergencyAccess.ends_at < moment"),
    ("(case.caseworker_id, case.submitted_by_id)", "(case.submitted_by_id,)"),
    ("(case.caseworker_id, case.submitted_by_id)", "(case.caseworker_id,)"),
    ('if not may_with(person, "case.review", case)', "if False"),
    ('if not may_with(person, "case.review", case)', 'if not may(person, "case.review")'),
    ("Change.by_id == person.id", "Change.by_id != person.id"),
    ("Change.case_id == case.id", "Change.case_id != case.id"),
    ("if session.scalar(wrote.limit(1)) is not None", "if False"),
    ("return session.scalar(covers) is None", "return True"),
    ("return found is not None", "return True"),
    ('_within(person, "cover", at or now())', '_within(person, "own", at or now())'),
    *((f'"{kind}"', '"nothing"') for kind in rights.WRITTEN),
    ('"submitted",\n    "register-moved"', '"submitted", "register-moved", "returned"'),
)


def source_mutants() -> Iterator[tuple[str, ModuleType]]:
    """The rights with one condition of the queries changed."""
    source = Path(rights.__file__).read_text(encoding="utf-8")
    for old, new in SOURCE_MUTANTS:
        assert old in source, old
        mutant = ModuleType("mutant")
        exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)  # noqa: S102 - our own source
        yield f"{old} -> {new}", mutant


def test_no_right_is_given_or_taken_unnoticed(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, alive = 0, []
    for name, table in table_mutants():
        monkeypatch.setattr(rights, "RIGHTS", table)
        noticed = next(differences(rights, objects), None) is not None
        killed, alive = killed + noticed, alive + [name] * (not noticed)
    monkeypatch.undo()
    for name, mutant in source_mutants():
        noticed = next(differences(mutant, objects), None) is not None
        killed, alive = killed + noticed, alive + [name] * (not noticed)
    assert alive == []
    assert killed > 250, killed
