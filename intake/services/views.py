"""The views that a person keeps of the queue: a filter under a name of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, func, select

from intake.models import SavedView, User
from intake.services import audit
from intake.services.desk import Desk, Refused
from intake.services.queue_query import QueueQuery

LONGEST_VIEW = 80
MOST = 20
_LONGEST_QUERY = 600


def views_of(desk: Desk, person: User) -> Sequence[SavedView]:
    """The person's own views, by name."""
    return desk.session.scalars(
        select(SavedView).where(SavedView.person_id == person.id).order_by(SavedView.name)
    ).all()


def keep_view(desk: Desk, person: User, name: str, args: Mapping[str, str]) -> None:
    """Keeps the filter that these arguments say under that name; one of the same name is replaced.

    Raises Refused: ``too_many_views``, ``no_filter`` (nothing is filtered or sorted).
    """
    query, person_id = urlencode(QueueQuery.read(args).filters), person.id
    if not query or len(query) > _LONGEST_QUERY:
        raise Refused("no_filter")
    with desk.writing() as session:
        same = select(SavedView).where(SavedView.person_id == person_id, SavedView.name == name)
        kept = session.scalars(same).one_or_none()
        if kept is not None:
            kept.query = query
        else:
            own = select(func.count()).select_from(SavedView)
            if (session.scalar(own.where(SavedView.person_id == person_id)) or 0) >= MOST:
                raise Refused("too_many_views")
            session.add(SavedView(person_id=person_id, name=name, query=query))
        audit.record(session, "view.kept", actor_id=person_id)


def drop_view(desk: Desk, person: User, view_id: int) -> None:
    """Takes away a view of the person's own; one of somebody else is not there."""
    person_id = person.id
    with desk.writing() as session:
        session.execute(
            delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
        )
        audit.record(session, "view.dropped", actor_id=person_id)


def arguments_of(view: SavedView) -> dict[str, str]:
    """The arguments of the address that shows this view."""
    return dict(parse_qsl(view.query))
