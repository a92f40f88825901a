"""Comments that are meant for somebody, until they have read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, update

from intake.models import Case, Mention, User, now
from intake.services.desk import Desk
from intake.services.rights import visible_cases

SHOWN = 20


def mention(
    desk: Desk, case: Case, by: User, check_id: str | None, operation: str, to: Iterable[int]
) -> None:
    """Notes, within the transaction of a comment, for whom it is meant: only people who see the case are told."""
    wanted = set(to) - {by.id}
    if not wanted:
        return
    people = desk.session.scalars(select(User).where(User.id.in_(wanted), User.active.is_(True)))
    for person in people.unique().all():
        sees = select(Case.id).where(Case.id == case.id, visible_cases(person))
        if desk.session.scalar(sees) is not None:
            desk.session.add(
                Mention(
                    operation=operation,
                    person_id=person.id,
                    case_id=case.id,
                    check_id=check_id,
                    by_id=by.id,
                )
            )


def unread(desk: Desk, person: User) -> Sequence[Mention]:
    """The comments meant for this person that they have not read, newest first, of cases they still see."""
    return (
        desk.session.scalars(
            select(Mention)
            .join(Case, Case.id == Mention.case_id)
            .where(Mention.person_id == person.id, Mention.seen_at.is_(None), visible_cases(person))
            .order_by(Mention.at.desc())
            .limit(SHOWN)
        )
        .unique()
        .all()
    )


def mark_seen(desk: Desk, person: User, case_id: str, check_id: str | None) -> None:
    """Notes that the person has the comments on this check, or on the whole case, before them."""
    about = (
        Mention.person_id == person.id,
        Mention.case_id == case_id,
        Mention.check_id == check_id if check_id else Mention.check_id.is_(None),
        Mention.seen_at.is_(None),
    )
    if desk.session.scalar(select(Mention.operation).where(*about).limit(1)) is None:
        return
    with desk.writing() as session:
        session.execute(update(Mention).where(*about).values(seen_at=now()))


__all__ = ["mark_seen", "mention", "unread"]
