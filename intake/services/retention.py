"""How long a closed case is kept: a date from the team's rule, or one that a supervisor chose and gave a reason for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from intake.checklist.evaluation import Evaluation
from intake.models import Case, Erasure, Retention, RetentionRule, Team, User
from intake.services import audit
from intake.services.desk import Desk
from intake.services.rights import visible_cases
from intake.vault import Place

CLOSED = "closed"
YEARS, YEARS_YOUNG = 5, 10
YOUNG = 13
MOST_YEARS = 50
LISTED = 50
"""So many are on a page."""


@dataclass(frozen=True)
class Kept:
    """Until when a closed case is kept, and why then."""

    case: Case
    closed_on: dt.date
    until: dt.date
    chosen_by: User | None
    proposed: bool
    """Whether its erasure is proposed already."""

    def due(self, today: dt.date) -> bool:
        """Whether its time is over."""
        return self.until <= today


def settle(desk: Desk, case: Case, evaluation: Evaluation) -> None:
    """Gives a case that is closed its date, and takes it from one that is open again; in the transaction under way.

    Where the age is not known, the longer time counts: a child may need the record when grown up.
    """
    session = desk.session
    kept = session.get(Retention, case.id)
    if evaluation.case.facts.get("stage") != CLOSED:
        if kept is not None:
            session.delete(kept)
        return
    if kept is not None and kept.by_id is not None:
        return
    zone = evaluation.case.as_of.tzinfo
    closed_on = kept.closed_on if kept else case.updated_at.astimezone(zone).date()
    until = kept_until(closed_on, evaluation.case.age, session.get(RetentionRule, case.team_id))
    if kept is None:
        kept = Retention(case_id=case.id, team_id=case.team_id, closed_on=closed_on)
        session.add(kept)
    kept.until, kept.place = until, Retention.place_of(until, case.number)


def kept_until(closed_on: dt.date, age: int | None, rule: RetentionRule | None) -> dt.date:
    """Until when a case is kept by the team's rule; by the usual one where it has none."""
    if age is None or age < YOUNG:
        return years_after(closed_on, rule.years_young if rule else YEARS_YOUNG)
    return years_after(closed_on, rule.years if rule else YEARS)


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class KeptPage:
    """Closed cases, those due first, and where the next page begins; nothing on the last."""

    kept: Sequence[Kept]
    after: str = ""


def kept_cases(desk: Desk, person: User, after: str = "") -> KeptPage:
    """The closed cases whose time this person settles, those due first: the page that begins after that place."""
    rows = desk.session.execute(
        select(Retention, Case)
        .join(Case, Case.id == Retention.case_id)
        .where(
            visible_cases(person, "case.retain"),
            # says the same once more, of the table whose index has the order
            Retention.team_id == (person.team_id or -1),
            Retention.place > after,
        )
        .order_by(Retention.place)
        .limit(LISTED + 1)
    ).unique()
    found = [(kept, case) for kept, case in rows]
    shown = found[:LISTED]
    proposed = set(
        desk.session.scalars(
            select(Erasure.case_id).where(
                Erasure.state == "proposed", Erasure.case_id.in_([case.id for _, case in shown])
            )
        )
    )
    return KeptPage(
        [
            Kept(case, kept.closed_on, kept.until, kept.by, case.id in proposed)
            for kept, case in shown
        ],
        shown[-1][0].place if len(found) > LISTED else "",
    )


def retention_of(desk: Desk, case: Case) -> tuple[Retention, str] | None:
    """Until when the case is kept, and the reason that was typed; None while it is open."""
    kept = desk.session.get(Retention, case.id)
    if kept is None:
        return None
    reason = ""
    if kept.sealed is not None:
        reason = desk.vault.open(case.wrapped_key, _row(case.id), kept.sealed)["text"]
    return kept, reason


def keep_until(desk: Desk, case: Case, by: User, until: dt.date, reason: str) -> None:
    """Keeps a closed case until another day, for that reason."""
    by_id, case_id = by.id, case.id
    with desk.writing() as session:
        case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
        kept = session.get_one(Retention, case_id)
        before, kept.until, kept.by_id = kept.until, until, by_id
        kept.place = Retention.place_of(until, case.number)
        kept.sealed = desk.vault.seal(case.wrapped_key, _row(case_id), {"text": reason})
        audit.record(
            session,
            "case.retention-changed",
            actor_id=by_id,
            case_id=case_id,
            before=before.isoformat(),
            until=until.isoformat(),
        )


def rules(desk: Desk) -> list[tuple[Team, int, int]]:
    """For how many years each team keeps closed cases: usually, and where the child was under 13."""
    found = {rule.team_id: rule for rule in desk.session.scalars(select(RetentionRule))}
    teams: Sequence[Team] = desk.session.scalars(select(Team).order_by(Team.name)).all()
    return [
        (team, rule.years, rule.years_young)
        if (rule := found.get(team.id))
        else (team, YEARS, YEARS_YOUNG)
        for team in teams
    ]


def set_rule(desk: Desk, by: User, team_id: int, years: int, years_young: int) -> None:
    """Sets for how many years a team keeps cases that it closes from now on."""
    by_id = by.id
    with desk.writing() as session:
        rule = session.get(RetentionRule, team_id)
        if rule is None:
            rule = RetentionRule(team_id=team_id)
            session.add(rule)
        rule.years, rule.years_young = years, years_young
        audit.record(
            session,
            "team.retention-set",
            actor_id=by_id,
            team=team_id,
            years=years,
            years_young=years_young,
        )


def _row(case_id: str) -> Place:
    return Place("retention.sealed", case_id)


__all__ = [
    "CLOSED",
    "MOST_YEARS",
    "YEARS",
    "YEARS_YOUNG",
    "Kept",
    "KeptPage",
    "keep_until",
    "kept_cases",
    "kept_until",
    "retention_of",
    "rules",
    "set_rule",
    "settle",
    "years_after",
]
